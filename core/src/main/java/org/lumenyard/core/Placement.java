package org.lumenyard.core;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Who goes next on a node, judged in expected seconds: who holds the model loads in none. Reads and
 * decides; the farm makes it true and asks again.
 */
final class Placement {
    /** A node keeps at most this many models warm beside its work. */
    private static final int WARM_INSTANCES = 4;

    private final Farm farm;
    private final Node node;
    private final @Nullable Run ahead;
    private final long now;

    /** The most urgent so far. */
    private Queues.@Nullable Key best;

    private @Nullable Choice choice;

    /**
     * What to do.
     *
     * @param instance the warm one to use, or that of the run ahead; or null
     * @param toStop idle instances that must make room first
     */
    record Choice(
            Step step,
            long index,
            Map<String, Long> share,
            @Nullable Instance instance,
            List<Instance> toStop) {}

    Placement(Farm farm, Node node, long now) {
        this(farm, node, null, now);
    }

    private Placement(Farm farm, Node node, @Nullable Run ahead, long now) {
        this.farm = farm;
        this.node = node;
        this.ahead = ahead;
        this.now = now;
    }

    /**
     * What to do in this run's slot after it: what needs no more than it, uses the same instance or
     * none either, and holds no seats while it waits.
     */
    static Placement behind(Farm farm, Node node, Run ahead, long now) {
        return new Placement(farm, node, ahead, now);
    }

    /** The most urgent task that this node should take now; null when it should take none. */
    @Nullable Choice next() {
        farm.queues()
                .bySeats()
                .forEach((seats, queues) -> {
                    if (ahead != null && !seats.isEmpty()) return;
                    if (farm.hasSeats(seats)) queues.forEach(this::consider);
                });
        return choice;
    }

    private void consider(Queues.Queue queue) {
        if (!queue.suits(node.id)) return;
        Map<String, Long> share = node.share(queue.requirements);
        if (ahead != null) {
            considerBehind(ahead, queue, share);
            return;
        }
        if (!node.hasRoomFor(share, node.idleInstances())) return;
        for (Queues.Key key : queue.keys()) {
            if (best != null && key.compareTo(best) > 0) return;
            @Nullable Choice found = choose(key.step(), queue, share);
            if (found == null) continue;
            best = key;
            choice = found;
            return;
        }
    }

    /**
     * Only the most urgent of the queue: where it cannot wait, a less urgent one must not either.
     */
    private void considerBehind(Run first, Queues.Queue queue, Map<String, Long> share) {
        Queues.Key key = queue.keys().iterator().next();
        if (best != null && key.compareTo(best) > 0) return;
        if (!isWithin(share, first.amounts())) return;
        Step step = key.step();
        if (queue.requirements.measured() && node.runsStep(step.id)) return;
        Instance instance = first.instance() == null ? null : node.instance(first.instance());
        String held = instance == null ? null : instance.model();
        if (!Objects.equals(step.plan.model(), held)) return;
        OptionalLong index = step.next(node.id, queue.suitsOthersThan(node.id), now);
        if (index.isEmpty()) return;
        best = key;
        choice = new Choice(step, index.getAsLong(), share, instance, List.of());
    }

    private static boolean isWithin(Map<String, Long> share, Map<String, Long> amounts) {
        return share.entrySet().stream()
                .allMatch(wanted -> wanted.getValue() <= amounts.getOrDefault(wanted.getKey(), 0L));
    }

    /**
     * Null when the step has nothing for this node now. That is the exception, and bounded: by the
     * runs on the node, the warm instances elsewhere, or the steps with failures.
     */
    private @Nullable Choice choose(Step step, Queues.Queue queue, Map<String, Long> share) {
        if (queue.requirements.measured() && node.runsStep(step.id)) return null;
        String model = step.plan.model();
        Instance warm = model == null ? null : node.idleInstance(model);
        if (model != null && warm == null && waitsForWarmNode(step, model)) return null;
        OptionalLong index = step.next(node.id, queue.suitsOthersThan(node.id), now);
        if (index.isEmpty()) {
            farm.wakeAt(earliestRetry(step, queue));
            return null;
        }
        List<Instance> toStop = makeRoom(share, warm, model != null);
        return node.hasRoomFor(share, warm == null ? toStop : plus(toStop, warm))
                ? new Choice(step, index.getAsLong(), share, warm, toStop)
                : null;
    }

    private static List<Instance> plus(List<Instance> some, Instance one) {
        return java.util.stream.Stream.concat(some.stream(), java.util.stream.Stream.of(one))
                .toList();
    }

    /** The idle instances to stop, the oldest first, so that the share fits and few stay warm. */
    private List<Instance> makeRoom(
            Map<String, Long> share, @Nullable Instance warm, boolean warms) {
        var idle = node.idleInstances().stream().filter(i -> !i.equals(warm)).toList();
        int tooMany = warms && warm == null ? node.instances().size() + 1 - WARM_INSTANCES : 0;
        int stop = Math.clamp(tooMany, 0, idle.size());
        while (stop < idle.size()
                && !node.hasRoomFor(
                        share,
                        warm == null ? idle.subList(0, stop) : plus(idle.subList(0, stop), warm))) {
            stop++;
        }
        return List.copyOf(idle.subList(0, stop));
    }

    private long earliestRetry(Step step, Queues.Queue queue) {
        return step.nextRetry(node.id, queue.suitsOthersThan(node.id), now);
    }

    /**
     * Whether the nodes that hold the model will have done all that waits before this one has
     * loaded it. Without an estimate nothing is held back.
     */
    private boolean waitsForWarmNode(Step step, String model) {
        if (step.loadMillis() == 0 || step.runMillis() == 0) return false;
        var freeAt = farm.warmNodesFreeAt(step, model);
        if (freeAt.isEmpty()) return false;
        long soonest = Math.max(0, freeAt.getAsLong() - now);
        long rounds = (step.placeable() - 1) / farm.warmCount(model);
        long lastStarts = soonest + rounds * step.runMillis();
        if (step.loadMillis() <= lastStarts) return false;
        farm.wakeAt(now + Math.max(100, lastStarts));
        return true;
    }
}
