package org.lumenyard.agent;

/**
 * The agent's own numbers; all times in milliseconds.
 *
 * @param heartbeatMillis the longest pause between heartbeats, whatever the server says
 * @param silenceMillis a server that says nothing for so long is asked anew over a new connection
 * @param idleMillis how long an instance without work is kept
 * @param instanceMebibytes an idle instance that holds more memory than this is ended
 * @param retryMillis the pause before a disk that refused is tried again
 * @param stopMillis how long a stop may take
 * @param room how many unacknowledged reports and runs there may be together
 */
public record Policy(
        long heartbeatMillis,
        long silenceMillis,
        long idleMillis,
        long instanceMebibytes,
        long retryMillis,
        long stopMillis,
        int room) {
    /** What agents do unless told otherwise. */
    public static final Policy USUAL =
            new Policy(2_000, 15_000, 300_000, Long.MAX_VALUE, 5_000, 8_000, 256);
}
