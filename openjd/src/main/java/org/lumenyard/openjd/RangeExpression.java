package org.lumenyard.openjd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A set of integers written as ranges, for example {@code 1-250:2,300}: ascending, each value once.
 *
 * <p>Held as ranges, so that a hundred billion frames cost nothing, and always in the same form:
 * equal sets have equal ranges and print alike. Access by index takes time in the logarithm of the
 * number of ranges.
 */
public final class RangeExpression {
    /** Values lie between minus and plus this, exclusive, so that no distance overflows. */
    public static final long LIMIT = 1L << 62;

    /** A written expression may have at most this many elements between its commas. */
    public static final int MAX_ELEMENTS = 10_000;

    private final List<IntRange> ranges;

    /** The index of each range's first value, and at the end the number of values. */
    private final long[] starts;

    private RangeExpression(List<IntRange> ranges) {
        this.ranges = List.copyOf(ranges);
        this.starts = new long[ranges.size() + 1];
        for (int i = 0; i < ranges.size(); i++) starts[i + 1] = starts[i] + ranges.get(i).count();
    }

    /**
     * Reads the standard's form: {@code 1-5}, {@code 1-9:2}, {@code 10-1:-3,20}.
     *
     * @throws MalformedExpressionException with the place and the reason
     */
    public static RangeExpression parse(String text) {
        return ofDisjoint(new RangeExpressionParser(text, false, MAX_ELEMENTS).elements());
    }

    /** Reads the standard's form, and {@code 1-9x2} for {@code 1-9:2} as people type it. */
    public static RangeExpression parseLenient(String text) {
        return ofDisjoint(new RangeExpressionParser(text, true, MAX_ELEMENTS).elements());
    }

    /** Reads what {@link #toString} printed; that may have more elements than anyone may write. */
    static RangeExpression parsePrinted(String text) {
        return ofDisjoint(new RangeExpressionParser(text, false, Integer.MAX_VALUE).elements());
    }

    /**
     * The set of these values, in any order.
     *
     * @throws MalformedExpressionException without values, with one twice or one beyond {@link
     *     #LIMIT}
     */
    public static RangeExpression ofValues(long... values) {
        if (values.length == 0) throw new MalformedExpressionException("There are no values");
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        var ranges = new ArrayList<IntRange>();
        for (int i = 0; i < sorted.length; i++) {
            if (i > 0 && sorted[i] == sorted[i - 1]) {
                throw new MalformedExpressionException("The value " + sorted[i] + " appears twice");
            }
            if (sorted[i] <= -LIMIT || sorted[i] >= LIMIT) {
                throw new MalformedExpressionException("The value " + sorted[i] + " is too large");
            }
            ranges.add(IntRange.of(sorted[i]));
        }
        return ofDisjoint(ranges);
    }

    /** From ascending ranges of which none reaches into the next. */
    static RangeExpression ofDisjoint(List<IntRange> ascending) {
        var joined = new RangeJoiner();
        ascending.forEach(joined::add);
        return new RangeExpression(joined.ranges());
    }

    /** How many values there are, at least 1. */
    public long size() {
        return starts[ranges.size()];
    }

    /** The smallest value. */
    public long first() {
        return ranges.getFirst().first();
    }

    /** The largest value. */
    public long last() {
        return ranges.getLast().last();
    }

    /** The ranges, ascending; none can be joined with its neighbour. */
    public List<IntRange> ranges() {
        return ranges;
    }

    /**
     * The value at a place in ascending order.
     *
     * @throws IndexOutOfBoundsException below 0, or from {@link #size} on
     */
    public long get(long index) {
        if (index < 0 || index >= size()) {
            throw new IndexOutOfBoundsException("index " + index + " of " + size() + " values");
        }
        int range = rangeAt(index);
        return ranges.get(range).get(index - starts[range]);
    }

    /** Where a value stands in ascending order, or -1. */
    public long indexOf(long value) {
        int low = 0;
        int high = ranges.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            IntRange range = ranges.get(middle);
            if (value < range.first()) high = middle - 1;
            else if (value > range.last()) low = middle + 1;
            else {
                long distance = value - range.first();
                return distance % range.step() == 0 ? starts[middle] + distance / range.step() : -1;
            }
        }
        return -1;
    }

    /** Whether this is one of the values. */
    public boolean contains(long value) {
        return indexOf(value) >= 0;
    }

    /** The values from one index up to, not with, another; at least one of them. */
    public RangeExpression slice(long from, long to) {
        if (from < 0 || from >= to || to > size()) {
            throw new IndexOutOfBoundsException(from + " to " + to + " of " + size() + " values");
        }
        var part = new ArrayList<IntRange>();
        for (int i = rangeAt(from); i < ranges.size() && starts[i] < to; i++) {
            IntRange range = ranges.get(i);
            long first = range.get(Math.max(0, from - starts[i]));
            long last = range.get(Math.min(range.count(), to - starts[i]) - 1);
            part.add(new IntRange(first, last, range.step()));
        }
        return ofDisjoint(part);
    }

    /** The values, ascending. */
    public LongStream stream() {
        return ranges.stream()
                .flatMapToLong(range ->
                        LongStream.iterate(range.first(), v -> v + range.step())
                                .limit(range.count()));
    }

    /** The values, ascending. */
    public PrimitiveIterator.OfLong iterator() {
        return new PrimitiveIterator.OfLong() {
            private int range;
            private long index;

            @Override
            public boolean hasNext() {
                return range < ranges.size();
            }

            @Override
            public long nextLong() {
                if (!hasNext()) throw new NoSuchElementException();
                IntRange current = ranges.get(range);
                long value = current.get(index++);
                if (value == current.last()) {
                    range++;
                    index = 0;
                }
                return value;
            }
        };
    }

    private int rangeAt(long index) {
        int found = Arrays.binarySearch(starts, index);
        return found >= 0 ? found : -found - 2;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RangeExpression that && ranges.equals(that.ranges);
    }

    @Override
    public int hashCode() {
        return ranges.hashCode();
    }

    /**
     * The shortest common form, {@code 1-3,5,7-19:2}; {@link #parse} reads the same set from it.
     */
    @Override
    public String toString() {
        return ranges.stream().map(IntRange::toString).collect(Collectors.joining(","));
    }
}
