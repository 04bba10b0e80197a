package org.lumenyard.server.loop;

import java.time.Duration;
import org.lumenyard.core.Reply;

/** What became of a command. */
public sealed interface Answer {
    /**
     * The farm has replied, and what it says is stored.
     *
     * @param revision of the farm when the reply became true
     */
    record Replied(Reply reply, long revision) implements Answer {}

    /** This command, alone, cannot be stored; nothing changed. */
    record CannotStore(String why) implements Answer {}

    /**
     * The command was not done, or whether it was is not known: ask again.
     *
     * @param word {@code storage_unavailable}, {@code busy} or {@code stopping}
     * @param retryAfter when it makes sense to ask again
     */
    record Unavailable(String word, String why, Duration retryAfter) implements Answer {}
}
