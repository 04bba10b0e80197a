package org.lumenyard.core;

/** A submission. */
public record JobId(long value) implements Comparable<JobId> {
    @Override
    public int compareTo(JobId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
