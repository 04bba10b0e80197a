/**
 * Who may do what: tokens kept as hashes, three roles, login links that work once, and the gate
 * that every request passes. A cookie counts only on requests that come from our own pages.
 */
@NullMarked
package org.lumenyard.server.auth;

import org.jspecify.annotations.NullMarked;
