package org.lumenyard.simulator;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What happened lately, in words, for the reader of a seed that failed; and of all that happened,
 * how many faults of which kind struck.
 */
final class Tale {
    private static final int LINES = 80;
    private final Deque<String> lines = new ArrayDeque<>();
    private final Clock clock;
    private final TreeMap<String, Long> faults = new TreeMap<>();
    private long fingerprint;

    Tale(Clock clock) {
        this.clock = clock;
    }

    void add(String line, Object... words) {
        String told =
                "%9.3f s  %s".formatted((clock.now() - 1_000_000) / 1000.0, line.formatted(words));
        fingerprint = 31 * fingerprint + told.hashCode();
        lines.add(told);
        if (lines.size() > LINES) lines.remove();
    }

    /** A fault had an effect: one that meets who is down already is none. */
    void struck(String kind) {
        faults.merge(kind, 1L, Long::sum);
    }

    /** How many faults struck, by kind. */
    SortedMap<String, Long> faults() {
        return Collections.unmodifiableSortedMap(faults);
    }

    /** Of all that was ever told: the same for the same history. */
    long fingerprint() {
        return fingerprint;
    }

    @Override
    public String toString() {
        return String.join("\n", lines);
    }
}
