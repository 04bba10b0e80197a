package org.lumenyard.core;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
            long key = job.submittedAt - job.priority() * MILLIS_A_POINT;
            return new Key(job.band(), key, job.id.value(), step.ordinal, step);
        }

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    /** Steps that need the same, the most urgent first. */
    static final class Queue {
        final Requirements requirements;
        private final NavigableSet<Key> keys = new TreeSet<>();

        /** Nodes that could run such a task when empty. */
        private final Set<NodeId> capable = new HashSet<>();

        private Queue(Requirements requirements) {
            this.requirements = requirements;
        }

        Collection<Key> keys() {
            return keys;
        }

        boolean suits(NodeId node) {
            return capable.contains(node);
        }

        boolean suitsOthersThan(NodeId node) {
            return capable.size() > (capable.contains(node) ? 1 : 0);
        }

        private void look(Node node) {
            if (node.canEverRun(requirements)) capable.add(node.id);
            else capable.remove(node.id);
        }
    }

    private final Map<Requirements, Queue> queues = new LinkedHashMap<>();

    Collection<Queue> all() {
        return queues.values();
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
            if (before.queue().keys.isEmpty()) queues.remove(before.queue().requirements);
        }
        if (now != null) {
            queues.putIfAbsent(now.queue().requirements, now.queue());
            now.queue().keys.add(now.key());
        }
        step.place = now;
        return now != null;
    }

    private static boolean belongs(Step step) {
        return step.job.isOpen() && step.placeable() > 0 && step.isReady();
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
        if (step.place.queue().keys.isEmpty()) queues.remove(step.place.queue().requirements);
        step.place = null;
    }

    /** A node came, went or offers something else. */
    void look(Node node) {
        queues.values().forEach(queue -> queue.look(node));
    }
}
