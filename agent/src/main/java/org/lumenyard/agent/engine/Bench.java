package org.lumenyard.agent.engine;

import java.io.IOException;
import java.nio.file.Path;

/** What an engine works on: processes that the agent guards, and a way to tell how things go. */
public interface Bench {
    /**
     * Starts a process that belongs to this run.
     *
     * @throws IOException when it cannot be started
     */
    Running start(Program program) throws IOException;

    /**
     * Takes the idle warm process of that key, or starts one. It outlives the run if it is kept,
     * and ends when it was idle for too long or its memory is needed.
     *
     * @throws IOException when it cannot be started
     */
    Seat seat(WarmKey key, Program program) throws IOException;

    /** A folder of this run's own, there already, removed some time after the run. */
    Path scratch();

    /** Adds a line to the run's log. */
    void log(String line);

    /**
     * Tells how far the work is.
     *
     * @param fraction from 0 to 1
     * @param text a few words for people, such as {@code frame 7, sample 65 of 300}
     */
    void progress(double fraction, String text);

    /** Tells that an output was written and found good; the result will list it again. */
    void verified(Output output);
}
