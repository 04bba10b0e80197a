package org.lumenyard.core;

/**
 * The tasks of a step, numbered from 0 and never listed: a million frames are one range. A space is
 * frozen when its job is submitted, so that no later release numbers a running job anew.
 */
public interface TaskSpace {
    /** How many tasks there are, at least 1. */
    long size();

    /** What people call the task at {@code index}: a frame, a chunk of frames, a tile. */
    String label(long index);

    /** The text from which exactly this space can be read again. */
    String frozen();

    /** Reads what {@link #frozen()} wrote. */
    @FunctionalInterface
    interface Reader {
        TaskSpace read(String frozen);
    }
}
