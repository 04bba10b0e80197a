package org.lumenyard.openjd;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns ascending ranges into the one form that every equal set has: from the left, values go into
 * the longest evenly spaced run; a run of two is two values, so that the second may open a better
 * run.
 */
final class RangeJoiner {
    private final List<IntRange> joined = new ArrayList<>();

    /** The run being made: of one value, or of any number of them. */
    private @Nullable IntRange open;

    /** Adds a range that begins after all the ones before it. */
    void add(IntRange range) {
        IntRange rest = range;
        while (rest != null) rest = take(rest);
    }

    List<IntRange> ranges() {
        if (open != null) close(open);
        open = null;
        return joined;
    }

    /** Takes all of a range, or its first value and gives the rest back. */
    private @Nullable IntRange take(IntRange next) {
        if (open == null) {
            open = next;
            return null;
        }
        long distance = next.first() - open.last();
        boolean goesOn = open.count() == 1 || distance == open.step();
        if (!goesOn && open.count() == 2) {
            joined.add(IntRange.of(open.first()));
            open = IntRange.of(open.last());
            return next;
        }
        if (!goesOn) {
            joined.add(open);
            open = null;
            return next;
        }
        boolean whole = next.count() == 1 || next.step() == distance;
        open = new IntRange(open.first(), whole ? next.last() : next.first(), distance);
        if (whole) return null;
        return new IntRange(next.get(1), next.last(), next.count() == 2 ? 1 : next.step());
    }

    private void close(IntRange range) {
        if (range.count() > 2) {
            joined.add(range);
        } else {
            joined.add(IntRange.of(range.first()));
            if (range.count() == 2) joined.add(IntRange.of(range.last()));
        }
    }
}
