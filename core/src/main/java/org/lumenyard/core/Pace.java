package org.lumenyard.core;

/**
 * How long a step's tasks hold their slot, apart from loading, and by how much they differ: plain
 * means of the first tasks, then running ones that follow change slowly. Both in microseconds, so
 * that very short tasks are not rounded away.
 *
 * <p>It is a memory aid for {@link Forecast} and no state: after a restart it begins empty.
 *
 * @param samples how many tasks taught it
 * @param spreadMicros mean distance of a task from the mean
 */
public record Pace(long samples, long meanMicros, long spreadMicros) {
    public static final Pace NONE = new Pace(0, 0, 0);

    /** The newest task counts at least one in so many. */
    static final int MEMORY = 32;

    /** Beyond what its agent says of a task no more than this is believed: a clock may leap. */
    private static final long MOST_OVERHEAD_MILLIS = 10_000;

    /** With one more task, of which the farm saw so much and the agent said the rest. */
    Pace with(Outcome outcome, long startedAt, long endedAt) {
        long said = outcome.loadMillis() + outcome.runMillis();
        long seen = startedAt == 0 ? 0 : endedAt - startedAt;
        long overhead = Math.clamp(seen - said, 0, MOST_OVERHEAD_MILLIS);
        return with(1_000 * Math.max(1, outcome.runMillis() + overhead));
    }

    Pace with(long micros) {
        long weight = Math.min(samples + 1, MEMORY);
        long mean = meanMicros + (micros - meanMicros) / weight;
        // The first task is its own mean; the distance of the second is known in full.
        long distance = Math.abs(micros - meanMicros);
        long spread =
                samples == 0
                        ? 0
                        : spreadMicros + (distance - spreadMicros) / Math.min(samples, MEMORY);
        return new Pace(samples + 1, mean, spread);
    }
}
