/**
 * The HTTP API: reads a request into plain values, asks the loop or the store, and writes an answer
 * in the words of {@code openapi.yaml}. Whatever is wrong with a request ends as a problem
 * document.
 */
@NullMarked
package org.lumenyard.server.api;

import org.jspecify.annotations.NullMarked;
