package org.lumenyard.core;

/**
 * One attempt at one task on one node. Never used again, so a late report can be told from a fresh
 * one.
 */
public record RunId(long value) implements Comparable<RunId> {
    @Override
    public int compareTo(RunId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
