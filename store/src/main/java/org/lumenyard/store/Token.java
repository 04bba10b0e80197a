package org.lumenyard.store;

/**
 * A right to ask, known by the hash of its secret only.
 *
 * @param role a word that the server understands
 * @param name what people call it
 * @param createdAt milliseconds since the epoch
 */
public record Token(String hash, String role, String name, long createdAt) {}
