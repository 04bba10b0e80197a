package org.lumenyard.openjd;

/**
 * Evenly spaced integers, upwards.
 *
 * @param first the smallest value
 * @param last the largest value, itself one of the values
 * @param step the distance between neighbours, at least 1
 */
public record IntRange(long first, long last, long step) {
    /** Checks that {@code last} is reached from {@code first}. */
    public IntRange {
        if (step < 1 || first > last || (last - first) % step != 0) {
            throw new IllegalArgumentException(first + " to " + last + " by " + step);
        }
    }

    static IntRange of(long value) {
        return new IntRange(value, value, 1);
    }

    /** How many values there are, at least 1. */
    public long count() {
        return (last - first) / step + 1;
    }

    long get(long index) {
        return first + index * step;
    }

    /** As in a range expression, {@code 1-9:2}; only runs of three or more become a range. */
    @Override
    public String toString() {
        if (first == last) return Long.toString(first);
        if (last - first == step) return first + "," + last;
        return first + "-" + last + (step == 1 ? "" : ":" + step);
    }
}
