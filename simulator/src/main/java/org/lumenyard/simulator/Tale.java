package org.lumenyard.simulator;

import java.util.ArrayDeque;
import java.util.Deque;

/** What happened lately, in words, for the reader of a seed that failed. */
final class Tale {
    private static final int LINES = 60;
    private final Deque<String> lines = new ArrayDeque<>();
    private final Clock clock;

    Tale(Clock clock) {
        this.clock = clock;
    }

    void add(String line, Object... words) {
        lines.add(
                "%9.3f s  %s".formatted((clock.now() - 1_000_000) / 1000.0, line.formatted(words)));
        if (lines.size() > LINES) lines.remove();
    }

    @Override
    public String toString() {
        return String.join("\n", lines);
    }
}
