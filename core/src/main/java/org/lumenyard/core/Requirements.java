package org.lumenyard.core;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a task needs of its node. Steps with equal requirements queue together, so this is a value:
 * lists are kept in order of their names.
 *
 * @param amounts what is reserved while the task runs: on the node, or of the farm's limits
 * @param attributes what the node must offer
 * @param measured whether a node runs only one task of the step until the step's peak memory is
 *     known; that much memory is reserved from then on
 */
public record Requirements(List<Amount> amounts, List<Attribute> attributes, boolean measured) {
    /** Memory in MiB, by its standard OpenJD name. */
    public static final String MEMORY = "amount.worker.memory";

    /** Logical processors, by their standard OpenJD name. */
    public static final String VCPU = "amount.worker.vcpu";

    /**
     * How amounts begin that are seats of a farm-wide limit: what follows is its name. They are
     * taken from the limit, and looked for on no node.
     */
    private static final String LIMIT = "amount.limit.";

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

        /** Whether it is taken of the node, and not seats of a farm-wide limit. */
        boolean isOfNode() {
            return !isOfLimit(name);
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
        for (Amount amount : amounts) {
            if (!amount.isOfNode()) continue;
            if (capacity.getOrDefault(amount.name(), 0L) < amount.least()) return false;
        }
        for (Attribute attribute : attributes) {
            if (!attribute.isMetBy(offered.getOrDefault(attribute.name(), Set.of()))) return false;
        }
        return true;
    }

    /** Whether an amount of this name is seats of a farm-wide limit. */
    public static boolean isOfLimit(String amount) {
        return amount.startsWith(LIMIT);
    }

    /** How many seats a task takes, by the limit's name; empty for most. */
    public SortedMap<String, Long> seats() {
        var seats = new TreeMap<String, Long>();
        for (Amount amount : amounts) {
            if (isOfLimit(amount.name())) seats.put(limit(amount.name()), amount.least());
        }
        return seats;
    }

    /** The seats among what a run was given, by the limit's name. */
    public static SortedMap<String, Long> seats(Map<String, Long> amounts) {
        var seats = new TreeMap<String, Long>();
        amounts.forEach((name, amount) -> {
            if (isOfLimit(name)) seats.put(limit(name), amount);
        });
        return seats;
    }

    private static String limit(String amount) {
        return amount.substring(LIMIT.length());
    }

    /** What a run is given in all: its share of the node, and its seats. */
    Map<String, Long> withSeats(Map<String, Long> share) {
        var given = new TreeMap<>(share);
        seats().forEach((limit, seats) -> given.put(LIMIT + limit, seats));
        return given;
    }

    /**
     * These requirements as far as they are known by now. A node that has what was once enough is
     * able; of what it has, a fifth more is reserved. Both are rounded, so that jobs which need
     * about the same queue together.
     *
     * @param peakMebibytes the most memory that a task was seen to hold; 0 when unknown
     * @param leastMebibytes what is reserved at least, after tasks ran out of memory; 0 when none
     *     did
     */
    public Requirements learned(long peakMebibytes, long leastMebibytes) {
        long peak = measured ? peakMebibytes : 0;
        if (peak == 0 && leastMebibytes == 0) return this;
        Amount said = said(MEMORY);
        long least = Math.max(said.least(), Math.max(leastMebibytes, roundedDown(peak)));
        long most = Math.max(said.most(), Math.max(leastMebibytes, roundedUp(peak + peak / 5)));
        var others = amounts.stream().filter(a -> !a.name().equals(MEMORY));
        var memory = new Amount(MEMORY, least, Math.max(least, most));
        return new Requirements(
                Stream.concat(others, Stream.of(memory)).toList(), attributes, false);
    }

    private Amount said(String name) {
        return amounts.stream()
                .filter(a -> a.name().equals(name))
                .findFirst()
                .orElse(new Amount(name, 0, 0));
    }

    private static long roundedDown(long mebibytes) {
        return mebibytes / step(mebibytes) * step(mebibytes);
    }

    private static long roundedUp(long mebibytes) {
        return Math.ceilDiv(mebibytes, step(mebibytes)) * step(mebibytes);
    }

    /** An eighth or less: 32 MiB from 256 on, 64 MiB from 512 on. */
    private static long step(long mebibytes) {
        return Math.max(1, Long.highestOneBit(mebibytes) / 8);
    }
}
