package org.lumenyard.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A set of task numbers kept as ranges: a million waiting tasks in a row cost one entry. */
final class IndexSet {
    /** First to last of each range; ranges neither touch nor overlap. */
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    private long size;

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    long size() {
        return size;
    }

    /** The smallest number. */
    long first() {
        return ranges.firstKey();
    }

    boolean contains(long index) {
        var range = ranges.floorEntry(index);
        return range != null && range.getValue() >= index;
    }

    void add(long index) {
        if (!contains(index)) addRange(index, index);
    }

    /** Adds all from {@code from} to {@code to}, both inclusive, of which none may be in it yet. */
    void addRange(long from, long to) {
        if (from > to) return;
        size += to - from + 1;
        var before = ranges.floorEntry(from);
        long first = before != null && before.getValue() == from - 1 ? before.getKey() : from;
        Long afterLast = ranges.remove(to + 1);
        ranges.put(first, afterLast == null ? to : afterLast);
    }

    void remove(long index) {
        if (contains(index)) removeRange(index, index);
    }

    /** Removes all from {@code from} to {@code to}, both inclusive, which must all be in it. */
    void removeRange(long from, long to) {
        Map.Entry<Long, Long> range = ranges.floorEntry(from);
        if (range == null || range.getValue() < to) {
            throw new IllegalStateException(from + "-" + to + " is not within " + this);
        }
        size -= to - from + 1;
        long first = range.getKey();
        long last = range.getValue();
        ranges.remove(first);
        if (first < from) ranges.put(first, from - 1);
        if (to < last) ranges.put(to + 1, last);
    }

    /** The ranges, in order. */
    List<IndexRange> ranges() {
        var list = new ArrayList<IndexRange>(ranges.size());
        ranges.forEach((from, to) -> list.add(new IndexRange(from, to)));
        return list;
    }

    @Override
    public String toString() {
        return ranges().stream().map(IndexRange::toString).collect(Collectors.joining(","));
    }
}
