package org.lumenyard.core;

/** A limit, from its making to its deletion: one made anew under the same name is another. */
public record LimitId(long value) implements Comparable<LimitId> {
    @Override
    public int compareTo(LimitId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
