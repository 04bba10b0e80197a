package org.lumenyard.core;

/** A part of a job whose tasks are alike. */
public record StepId(long value) implements Comparable<StepId> {
    @Override
    public int compareTo(StepId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
