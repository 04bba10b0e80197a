package org.lumenyard.server.loop;

/** What the loop counts of itself. Called on its thread. */
public interface LoopFigures {
    /**
     * A batch was stored.
     *
     * @param commands how many commands were in it
     * @param changes how many changes they made
     * @param nanos how long the commit took
     */
    void committed(int commands, int changes, long nanos);

    /** Counts nothing. */
    LoopFigures NONE = (commands, changes, nanos) -> {};
}
