package org.lumenyard.core;

import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a task in motion, of a failed one, or of a waiting one with a past.
 *
 * @param avoid the node that failed it last
 * @param notBefore when that node may try again
 */
record TaskRecord(
        TaskState state,
        int failures,
        int losses,
        @Nullable NodeId avoid,
        long notBefore,
        RunId run) {
    /** A task that failed this often is not tried again. */
    static final int ATTEMPTS = 3;

    /** So many losses count as one failure: perhaps it is the task that kills its nodes. */
    static final int LOSSES = 5;

    /** How long the node that failed a task waits before it tries the task again, at first. */
    static final long BACK_OFF_MILLIS = 5_000;

    static long backOff(int failures) {
        return BACK_OFF_MILLIS << Math.clamp(failures - 1, 0, 6);
    }
}
