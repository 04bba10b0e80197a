package org.lumenyard.server.api;

import io.javalin.security.RouteRole;

/** Who may use a route. */
enum Access implements RouteRole {
    /** Whoever reaches the server. */
    ALL,
    /** Whoever may read. */
    READ,
    /** Whoever may change the farm. */
    CHANGE,
    /** Agents. */
    AGENT
}
