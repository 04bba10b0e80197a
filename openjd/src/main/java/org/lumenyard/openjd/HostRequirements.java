package org.lumenyard.openjd;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node must have to run a step's tasks. Names and values compare without regard to case and
 * are in lower case here.
 *
 * @param amounts what a task reserves on its node or farm-wide
 * @param attributes what its node must be
 */
public record HostRequirements(List<Amount> amounts, List<Attribute> attributes) {
    /** No requirement at all. */
    public static final HostRequirements NONE = new HostRequirements(List.of(), List.of());

    /**
     * A quantity, for example {@code amount.worker.memory} in MiB.
     *
     * @param min at least this, 0 or more; null where only a maximum was given
     * @param max at most this, more than 0; null for no maximum
     */
    public record Amount(String name, @Nullable Double min, @Nullable Double max) {}

    /**
     * A property with a set of values, for example {@code attr.worker.os.family}.
     *
     * @param anyOf the node has at least one of these; empty for no such demand
     * @param allOf the node has all of these; empty for no such demand
     */
    public record Attribute(String name, List<String> anyOf, List<String> allOf) {
        /** Keeps its own copies. */
        public Attribute {
            anyOf = List.copyOf(anyOf);
            allOf = List.copyOf(allOf);
        }
    }

    /** Keeps its own copies. */
    public HostRequirements {
        amounts = List.copyOf(amounts);
        attributes = List.copyOf(attributes);
    }
}
