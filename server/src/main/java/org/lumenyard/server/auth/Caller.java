package org.lumenyard.server.auth;

/**
 * Who makes a request.
 *
 * @param name the token's name, shown in histories
 */
public record Caller(String name, Role role) {}
