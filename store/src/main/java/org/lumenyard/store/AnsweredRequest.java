package org.lumenyard.store;

/**
 * The answer to a request that carried an idempotency key.
 *
 * @param principal who asked; a key means something only together with it
 * @param bodyHash of what was asked, to tell a repetition from a misuse of the key
 * @param result the answer, opaque here
 * @param at when, in milliseconds since the epoch
 */
public record AnsweredRequest(
        String principal, String key, String bodyHash, String result, long at) {}
