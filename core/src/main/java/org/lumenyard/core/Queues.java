package org.lumenyard.core;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

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

        /**
         * Says whether other nodes may be given its tasks now that were not before: the last
         * resort, or one that failed them and is alone from now on.
         */
        private boolean look(Node node) {
            boolean hadCapable = !capable.isEmpty();
            int before = able().size();
            capable.remove(node.id);
            lastResort.remove(node.id);
            if (node.canEverRun(requirements)) {
                if (node.isQuarantined()) lastResort.add(node.id);
                else capable.add(node.id);
            }
            return hadCapable && capable.isEmpty() || before > 1 && able().size() == 1;
        }
    }

    /**
     * Queues by the seats that each of their tasks takes of limits: where those are not to be had,
     * all of these queues are passed over with one look, however many they are.
     */
    static final class BySeats {
        private final Map<Map<String, Long>, Set<Queue>> queues = new LinkedHashMap<>();

        private void add(Queue queue) {
            queues.computeIfAbsent(queue.seats, seats -> new LinkedHashSet<>()).add(queue);
        }

        private void remove(Queue queue) {
            Set<Queue> alike = Objects.requireNonNull(queues.get(queue.seats));
            alike.remove(queue);
            if (alike.isEmpty()) queues.remove(queue.seats);
        }

        boolean isEmpty() {
            return queues.isEmpty();
        }

        int size() {
            return queues.size();
        }

        void forEach(BiConsumer<Map<String, Long>, Set<Queue>> look) {
            queues.forEach(look);
        }
    }

    /** So many empty queues are kept with who is able, for the next such step. */
    private static final int MOST_CLOSED = 256;

    private final Map<Requirements, Queue> queues = new LinkedHashMap<>();

    /** Empty ones, the longest so first. */
    private final Map<Requirements, Queue> closed = new LinkedHashMap<>();

    private final BySeats bySeats = new BySeats();

    /** Those that may hold something for nodes with room that found nothing in them before. */
    private final Set<Queue> fresh = new LinkedHashSet<>();

    /** Those of which the first may be something for slots that it was nothing for before. */
    private final Set<Queue> freshlyLed = new LinkedHashSet<>();

    private long looks;

    /** A node has looked at a queue. */
    void looked() {
        looks++;
    }

    /** How often nodes have looked at a queue: what placing costs. */
    long looks() {
        return looks;
    }

    Collection<Queue> all() {
        return queues.values();
    }

    /** All that are open. */
    BySeats bySeats() {
        return bySeats;
    }

    /** The queues that nodes with room must look at anew; from now on none is. */
    BySeats takeFresh() {
        return take(fresh);
    }

    /** The queues that slots must look at anew; from now on none is. */
    BySeats takeFreshlyLed() {
        return take(freshlyLed);
    }

    private static BySeats take(Set<Queue> queues) {
        var taken = new BySeats();
        queues.forEach(taken::add);
        queues.clear();
        return taken;
    }

    /** Nodes must look at the queue anew, if anything waits in it. */
    void freshen(Queue queue) {
        if (!queue.keys.isEmpty()) freshen(List.of(queue));
    }

    void freshenAll() {
        freshen(queues.values());
    }

    /** There may be seats of the limit for what waits for them. */
    void freshen(String limit) {
        bySeats.forEach((seats, queues) -> {
            if (seats.containsKey(limit)) freshen(queues);
        });
    }

    private void freshen(Collection<Queue> queues) {
        fresh.addAll(queues);
        freshlyLed.addAll(queues);
    }

    /** Puts the step where it belongs now, or nowhere, when it has become less. */
    void look(Step step, Collection<Node> nodes) {
        Place before = step.place;
        Place now = belongs(step) ? placeOf(step, nodes) : null;
        boolean stays =
                before != null
                        && now != null
                        && before.queue() == now.queue()
                        && before.key().equals(now.key());
        if (stays) return;
        remove(step);
        if (now != null) put(step, now);
    }

    /** The same, when it may have become more. */
    void offer(Step step, Collection<Node> nodes) {
        look(step, nodes);
        if (step.place == null) return;
        Queue queue = step.place.queue();
        fresh.add(queue);
        if (queue.keys.first().equals(step.place.key())) freshlyLed.add(queue);
    }

    private static boolean belongs(Step step) {
        return step.job.isOpen() && step.placeable() > 0 && step.isReady() && !step.rests();
    }

    private Place placeOf(Step step, Collection<Node> nodes) {
        Requirements requirements = step.requirements();
        Queue queue = queues.getOrDefault(requirements, closed.get(requirements));
        if (queue == null) {
            queue = new Queue(requirements);
            nodes.forEach(queue::look);
        }
        return new Place(queue, Key.of(step));
    }

    private void put(Step step, Place place) {
        Queue queue = place.queue();
        if (queue.keys.isEmpty()) open(queue);
        queue.keys.add(place.key());
        step.place = place;
    }

    void remove(Step step) {
        if (step.place == null) return;
        Queue queue = step.place.queue();
        boolean led = queue.keys.first().equals(step.place.key());
        queue.keys.remove(step.place.key());
        step.place = null;
        if (queue.keys.isEmpty()) close(queue);
        else if (led && !isAlike(step, queue.keys.first().step())) freshlyLed.add(queue);
    }

    /**
     * Whether what cannot wait behind other runs in the one's place cannot in the other's, but for
     * the node that the one's last task had failed on: its slots wait for their next end.
     */
    private static boolean isAlike(Step one, Step other) {
        return !one.requirements().measured()
                && Objects.equals(one.plan.model(), other.plan.model());
    }

    private void open(Queue queue) {
        closed.remove(queue.requirements);
        queues.put(queue.requirements, queue);
        bySeats.add(queue);
    }

    private void close(Queue queue) {
        fresh.remove(queue);
        freshlyLed.remove(queue);
        queues.remove(queue.requirements);
        bySeats.remove(queue);
        closed.put(queue.requirements, queue);
        if (closed.size() > MOST_CLOSED) closed.remove(closed.keySet().iterator().next());
    }

    /** A node came, went or offers something else. */
    void look(Node node) {
        for (Queue queue : queues.values()) if (queue.look(node)) freshen(List.of(queue));
        closed.values().forEach(queue -> queue.look(node));
    }
}
