/**
 * What can be set: by option, environment, {@code lumenyard.yaml} or default, in this order. Every
 * value knows where it came from, and a key that means nothing is an error with its line.
 */
@NullMarked
package org.lumenyard.launcher.config;

import org.jspecify.annotations.NullMarked;
