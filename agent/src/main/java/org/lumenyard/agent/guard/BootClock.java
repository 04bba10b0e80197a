package org.lumenyard.agent.guard;

/**
 * The clock on which leases end: milliseconds since the machine started, suspend included. Guard
 * and agent read the same one, so a moment means the same to both. {@link System#nanoTime} will not
 * do, since it stands still while the machine sleeps, and wall clocks are set by people.
 */
public final class BootClock {
    private BootClock() {}

    /** Milliseconds since the machine started. */
    public static long nowMillis() {
        return Kernel.bootMillis();
    }
}
