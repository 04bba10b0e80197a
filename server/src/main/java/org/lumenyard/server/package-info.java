/**
 * The server: HTTP API, live events, agents' connections and the loop that owns the farm.
 *
 * <p>{@link org.lumenyard.server.LumenyardServer} wires it together. It never runs work itself.
 */
@NullMarked
package org.lumenyard.server;

import org.jspecify.annotations.NullMarked;
