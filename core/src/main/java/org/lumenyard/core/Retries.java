package org.lumenyard.core;

/**
 * When the node that failed a task may try it again. Every other node may at once.
 *
 * @see TaskRecord
 */
public final class Retries {
    private Retries() {}

    /** How long a task keeps away from the node that failed it while others could run it. */
    private static final long ELSEWHERE_MILLIS = 300_000;

    /**
     * The moment from which on that node may try the task again, in milliseconds since the epoch.
     *
     * @param notBefore when its back-off is over
     * @param othersCould whether another node could ever run it
     */
    public static long at(long notBefore, int failures, boolean othersCould, long now) {
        // A moment further away than any back-off is one of a clock that was set back since.
        boolean setBack = notBefore - now > TaskRecord.backOff(failures);
        return setBack ? now : notBefore + (othersCould ? ELSEWHERE_MILLIS : 0);
    }
}
