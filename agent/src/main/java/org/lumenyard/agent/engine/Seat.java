package org.lumenyard.agent.engine;

/**
 * A warm process, used by this run alone until it is given back. Closing without {@link #keep} ends
 * the process: only who knows that it is in good order keeps it.
 */
public interface Seat extends AutoCloseable {
    /** The process. */
    Running process();

    /** Whether it was started for this run, so that it holds nothing yet. */
    boolean isNew();

    /**
     * Gives the process back for the next run of the same key.
     *
     * @param residentMiB the memory it holds now, in MiB, for the keeper's limits
     */
    void keep(long residentMiB);

    /** Ends the process unless it was kept. */
    @Override
    void close();
}
