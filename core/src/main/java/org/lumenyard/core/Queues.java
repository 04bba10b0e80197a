package org.lumenyard.core;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * The steps that could be placed, one queue for each set of requirements: finding who goes next
 * costs as much as there are different requirements, however much waits.
 */
final class Queues {
    /** A point of priority is worth this much waiting. */
    private static final long MILLIS_A_POINT = 600_000;

    /** Where a step queues, and by what: both stay as they were when it was put there. */
    record Place(Queue queue, Key key) {}

    /** Passing time sorts nothing anew: the key is fixed by submission, priority and band. */
    record Key(Band band, long key, long job, int ordinal, Step step) implements Comparable<Key> {
        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::band)
                        .thenComparingLong(Key::key)
                        .thenComparingLong(Key::job)
                        .thenComparingInt(Key::ordinal);

        static Key of(Step step) {
            Job job = step.job;
            return new Key(job.band(), rank(job), job.id.value(), step.ordinal, step);
        }

        /** What orders jobs of one band. */
        static long rank(Job job) {
            return job.submittedAt - job.priority() * MILLIS_A_POINT;
        }

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    /** Steps that need the same, the most urgent first. */
    static final class Queue {
        final Requirements requirements;
        private final Map<String, Long> seats;
        private final NavigableSet<Key> keys = new TreeSet<>();

        /** Nodes that could run such a task when empty. */
        private final Set<NodeId> capable = new HashSet<>();

        /** Quarantined ones that could: they are given such a task only where no other could. */
        private final Set<NodeId> lastResort = new HashSet<>();

        private Queue(Requirements requirements) {
            this.requirements = requirements;
            this.seats = requirements.seats();
        }

        Collection<Key> keys() {
            return keys;
        }

        boolean suits(NodeId node) {
            return able().contains(node);
        }

        private Set<NodeId> able() {
            return capable.isEmpty() ? lastResort : capable;
        }

        boolean suitsOthersThan(NodeId node) {
            return able().size() > (able().contains(node) ? 1 : 0);
        }

        private void look(Node node) {
            capable.remove(node.id);
            lastResort.remove(node.id);
            if (!node.canEverRun(requirements)) return;
            if (node.isQuarantined()) lastResort.add(node.id);
            else capable.add(node.id);
        }
    }

    private final Map<Requirements, Queue> queues = new LinkedHashMap<>();

    /** The same queues by the seats that their tasks take. */
    private final Map<Map<String, Long>, Set<Queue>> bySeats = new LinkedHashMap<>();

    Collection<Queue> all() {
        return queues.values();
    }

    /**
     * Queues by the seats that each of their tasks takes of limits: where those are not to be had,
     * all of these queues are passed over with one look, however many they are.
     */
    Map<Map<String, Long>, Set<Queue>> bySeats() {
        return bySeats;
    }

    /** Whether any task that could be placed takes seats of the limit. */
    boolean want(String limit) {
        return bySeats.keySet().stream().anyMatch(seats -> seats.containsKey(limit));
    }

    private void open(Queue queue) {
        queues.put(queue.requirements, queue);
        bySeats.computeIfAbsent(queue.seats, seats -> new LinkedHashSet<>()).add(queue);
    }

    private void closeIfEmpty(Queue queue) {
        if (!queue.keys.isEmpty()) return;
        queues.remove(queue.requirements);
        Set<Queue> alike = bySeats.get(queue.seats);
        if (alike == null) return;
        alike.remove(queue);
        if (alike.isEmpty()) bySeats.remove(queue.seats);
    }

    /** Puts the step where it belongs now, or nowhere; says whether something new may be placed. */
    boolean look(Step step, Collection<Node> nodes) {
        Place before = step.place;
        Place now = belongs(step) ? placeOf(step, nodes) : null;
        if (before != null
                && now != null
                && before.queue() == now.queue()
                && before.key().equals(now.key())) {
            return true;
        }
        if (before != null) {
            before.queue().keys.remove(before.key());
            closeIfEmpty(before.queue());
        }
        if (now != null) {
            if (now.queue().keys.isEmpty()) open(now.queue());
            now.queue().keys.add(now.key());
        }
        step.place = now;
        return now != null;
    }

    private static boolean belongs(Step step) {
        return step.job.isOpen() && step.placeable() > 0 && step.isReady() && !step.rests();
    }

    private Place placeOf(Step step, Collection<Node> nodes) {
        Requirements requirements = step.requirements();
        Queue queue = queues.get(requirements);
        if (queue == null) {
            queue = new Queue(requirements);
            nodes.forEach(queue::look);
        }
        return new Place(queue, Key.of(step));
    }

    void remove(Step step) {
        if (step.place == null) return;
        step.place.queue().keys.remove(step.place.key());
        closeIfEmpty(step.place.queue());
        step.place = null;
    }

    /** A node came, went or offers something else. */
    void look(Node node) {
        queues.values().forEach(queue -> queue.look(node));
    }
}
