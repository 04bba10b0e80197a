package org.lumenyard.agent.engine;

/**
 * How a process ended, proven: nothing that it started is left.
 *
 * @param code its exit code; 0 when a signal ended it
 * @param signal the signal that ended it; 0 when it exited by itself
 * @param peakMiB the most memory it held, in MiB; 0 when not known
 */
public record Exit(int code, int signal, long peakMiB) {
    /** Whether it ended by itself with code 0. */
    public boolean clean() {
        return code == 0 && signal == 0;
    }
}
