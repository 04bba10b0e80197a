package org.lumenyard.server.loop;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Command;

/**
 * A command that waits for the loop.
 *
 * @param deadline when nobody waits for the answer any more, on {@link System#nanoTime}
 * @param then takes the answer, once, on the loop's thread
 */
record Item(
        Command command,
        boolean fromAgent,
        long deadline,
        @Nullable Keep keep,
        Consumer<Answer> then) {

    boolean isLate() {
        return !fromAgent && System.nanoTime() - deadline > 0;
    }

    Item with(Command other) {
        return new Item(other, fromAgent, deadline, keep, then);
    }
}
