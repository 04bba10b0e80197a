package org.lumenyard.core;

/** One running process of a renderer that holds a model. */
public record InstanceId(long value) implements Comparable<InstanceId> {
    @Override
    public int compareTo(InstanceId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
