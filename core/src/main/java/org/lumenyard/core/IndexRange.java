package org.lumenyard.core;

/** Task numbers {@code from} to {@code to}, both inclusive. */
public record IndexRange(long from, long to) {
    @Override
    public String toString() {
        return from == to ? "" + from : from + "-" + to;
    }
}
