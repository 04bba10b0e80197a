package org.lumenyard.agent.shell;

/**
 * Tells when nothing comes of a run any more. Looks come in now and then; what any of them shows to
 * have moved is a sign of life. Moments are milliseconds of any clock.
 *
 * <p>A run that talks is alive however slow it is, one that computes is alive however silent, and
 * one whose files grow is alive though it waits for its disk all the time.
 */
final class StallWatch {
    /** What is not known yet, or was not looked for. */
    static final long UNKNOWN = -1;

    /** Between two looks so far apart the machine slept, or the agent did: nobody watched. */
    static final long LONGEST_STEP_MILLIS = 60_000;

    /**
     * A program that waits still turns over in its sleep: timers, a look at the licence server.
     * Less than this part of the time is no work.
     */
    private static final long IDLE_SHARE = 5_000;

    /**
     * What one look has shown; the figures never fall while the processes stay the same ones.
     *
     * @param spoken how much was printed, reported and begun
     * @param cpuMillis processor time, or {@link #UNKNOWN}
     * @param diskBytes read and written, or {@link #UNKNOWN}
     * @param fileBytes how large its unfinished outputs are, or {@link #UNKNOWN}
     */
    record Signs(long spoken, long cpuMillis, long diskBytes, long fileBytes) {
        /** Only that it speaks, or does not, was looked for. */
        static Signs spoken(long spoken) {
            return new Signs(spoken, UNKNOWN, UNKNOWN, UNKNOWN);
        }

        /** These, and the other's where these are not known. */
        private Signs or(Signs other) {
            return new Signs(
                    spoken,
                    cpuMillis == UNKNOWN ? other.cpuMillis : cpuMillis,
                    diskBytes == UNKNOWN ? other.diskBytes : diskBytes,
                    fileBytes == UNKNOWN ? other.fileBytes : fileBytes);
        }
    }

    private final long limitMillis;
    private Signs last;
    private long lastLook;
    private long quietMillis;

    /**
     * @param limitMillis how long nothing may come of the run
     */
    StallWatch(long limitMillis, long now) {
        this.limitMillis = limitMillis;
        this.lastLook = now;
        this.last = Signs.spoken(0);
    }

    /** For how long it has shown no sign of life, as far as somebody watched. */
    long quietMillis() {
        return quietMillis;
    }

    /**
     * Takes in a look.
     *
     * @return whether the run has stalled
     */
    boolean apply(Signs signs, long now) {
        quietMillis += Math.clamp(now - lastLook, 0, LONGEST_STEP_MILLIS);
        lastLook = now;
        if (isAlive(signs)) {
            quietMillis = 0;
            last = signs;
            return false;
        }
        last = last.or(signs);
        return quietMillis >= limitMillis;
    }

    private boolean isAlive(Signs signs) {
        return signs.spoken != last.spoken
                || hasWorked(last.cpuMillis, signs.cpuMillis)
                || hasMoved(last.diskBytes, signs.diskBytes)
                || hasMoved(last.fileBytes, signs.fileBytes);
    }

    private static boolean hasMoved(long before, long after) {
        return before != UNKNOWN && after != UNKNOWN && before != after;
    }

    private boolean hasWorked(long before, long after) {
        boolean isIdle = after >= before && after - before <= quietMillis / IDLE_SHARE;
        return before != UNKNOWN && after != UNKNOWN && !isIdle;
    }
}
