package org.lumenyard.core;

/** How many tasks stand where. */
public record Counts(long waiting, long running, long done, long failed) {
    public static final Counts NONE = new Counts(0, 0, 0, 0);

    public long total() {
        return waiting + running + done + failed;
    }

    Counts plus(Counts other) {
        return new Counts(
                waiting + other.waiting,
                running + other.running,
                done + other.done,
                failed + other.failed);
    }
}
