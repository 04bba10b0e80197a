package org.lumenyard.core;

/** Something that can run work. */
public record NodeId(long value) implements Comparable<NodeId> {
    @Override
    public int compareTo(NodeId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
