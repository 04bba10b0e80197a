package org.lumenyard.server.loop;

import java.util.function.Function;
import org.lumenyard.core.Reply;

/**
 * The answer of a request with an idempotency key is to be stored with what it created.
 *
 * @param principal who asks
 * @param bodyHash of what is asked
 * @param result the text to store for a reply
 */
public record Keep(String principal, String key, String bodyHash, Function<Reply, String> result) {}
