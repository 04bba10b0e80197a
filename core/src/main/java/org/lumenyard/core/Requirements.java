package org.lumenyard.core;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a task needs of its node. Steps with equal requirements queue together, so this is a value:
 * lists are kept in order of their names.
 *
 * @param amounts what is reserved on the node while the task runs
 * @param attributes what the node must offer
 * @param measured whether a node runs only one task of the step until the step's peak memory is
 *     known; that much memory is reserved from then on
 */
public record Requirements(List<Amount> amounts, List<Attribute> attributes, boolean measured) {
    /** Memory in MiB, by its standard OpenJD name. */
    public static final String MEMORY = "amount.worker.memory";

    /** Logical processors, by their standard OpenJD name. */
    public static final String VCPU = "amount.worker.vcpu";

    public Requirements {
        amounts = amounts.stream().sorted(Comparator.comparing(Amount::name)).toList();
        attributes = attributes.stream().sorted(Comparator.comparing(Attribute::name)).toList();
    }

    /**
     * A counted resource.
     *
     * @param least a node with less than this can never run the task
     * @param most a node gives as much as it has in all, but not more than this; at least {@code
     *     least}
     */
    public record Amount(String name, long least, long most) {
        public Amount {
            if (least < 0 || most < least) {
                throw new IllegalArgumentException(name + ": least " + least + ", most " + most);
            }
        }
    }

    /**
     * A set test: the node's values must contain one of {@code anyOf} (if any) and all of {@code
     * allOf}.
     */
    public record Attribute(String name, Set<String> anyOf, Set<String> allOf) {
        boolean isMetBy(Set<String> offered) {
            return offered.containsAll(allOf)
                    && (anyOf.isEmpty() || anyOf.stream().anyMatch(offered::contains));
        }
    }

    /** Whether a node of this size and kind could run the task when it is empty. */
    public boolean canEverRunOn(Map<String, Long> capacity, Map<String, Set<String>> offered) {
        return amounts.stream().allMatch(a -> capacity.getOrDefault(a.name(), 0L) >= a.least())
                && attributes.stream()
                        .allMatch(a -> a.isMetBy(offered.getOrDefault(a.name(), Set.of())));
    }

    /** These requirements with at least {@code mebibytes} of memory reserved. */
    Requirements withMemory(long mebibytes) {
        var others = amounts.stream().filter(a -> !a.name().equals(MEMORY));
        long least =
                amounts.stream()
                        .filter(a -> a.name().equals(MEMORY))
                        .mapToLong(Amount::least)
                        .max()
                        .orElse(0);
        long need = Math.max(least, mebibytes);
        var memory = new Amount(MEMORY, need, need);
        return new Requirements(
                java.util.stream.Stream.concat(others, java.util.stream.Stream.of(memory)).toList(),
                attributes,
                false);
    }
}
