package org.lumenyard.agent.engine;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A started process. Used by one thread at a time, except {@link #kill}. */
public interface Running extends AutoCloseable {
    /** The process id of the command itself, for people. */
    long pid();

    /**
     * Waits for the next line of its output and errors, which come joined; carriage returns end a
     * line too, and an overlong line comes in pieces.
     *
     * @return the line without its end, or null when there will be no more
     * @throws InterruptedException when the thread is interrupted while it waits
     */
    @Nullable String readLine() throws InterruptedException;

    /**
     * Sends one line to its standard input.
     *
     * @throws IOException when the process no longer reads
     * @throws IllegalStateException when it was started without input
     */
    void send(String line) throws IOException;

    /** Waits until the process and all that it started are gone. */
    Exit awaitExit() throws InterruptedException;

    /** Orders the end of the process and all that it started; returns at once. */
    void kill();

    /** Kills the process if it still runs; returns at once. */
    @Override
    void close();
}
