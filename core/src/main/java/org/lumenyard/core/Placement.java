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

    /** Whether to go on waiting for a warm node is judged anew at least so often. */
    private static final long LONGEST_WAIT_MILLIS = 5_000;

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

    /**
     * The most urgent task in these queues that this node should take now; null when it should take
     * none.
     */
    @Nullable Choice next(Queues.BySeats some) {
        some.forEach((seats, queues) -> {
            if (ahead != null && !seats.isEmpty()) return;
            if (farm.hasSeats(seats)) queues.forEach(this::consider);
        });
        return choice;
    }

    private void consider(Queues.Queue queue) {
        farm.queues().looked();
        if (queue.keys().isEmpty()) return;
        if (ahead != null) {
            considerBehind(ahead, queue);
            return;
        }
        if (!node.hasRoomFor(queue.requirements, node.idleInstances())) return;
        if (!queue.suits(node.id)) return;
        for (Queues.Key key : queue.keys()) {
            if (best != null && key.compareTo(best) > 0) return;
            @Nullable Choice found = choose(key.step(), queue);
            if (found == null) continue;
            best = key;
            choice = found;
            return;
        }
    }

    /**
     * Only the most urgent of the queue: where it cannot wait, a less urgent one must not either.
     */
    private void considerBehind(Run first, Queues.Queue queue) {
        Queues.Key key = queue.keys().iterator().next();
        if (best != null && key.compareTo(best) > 0) return;
        if (!node.isShareWithin(queue.requirements, first.amounts())) return;
        if (!queue.suits(node.id)) return;
        Step step = key.step();
        if (queue.requirements.measured() && node.runsStep(step.id)) return;
        Instance instance = first.instance() == null ? null : node.instance(first.instance());
        String held = instance == null ? null : instance.model();
        if (!Objects.equals(step.plan.model(), held)) return;
        OptionalLong index = step.next(node.id, queue.suitsOthersThan(node.id), now);
        if (index.isEmpty()) return;
        best = key;
        choice =
                new Choice(
                        step,
                        index.getAsLong(),
                        node.share(queue.requirements),
                        instance,
                        List.of());
    }

    /**
     * Null when the step has nothing for this node now. That is the exception, and bounded: by the
     * runs on the node, the warm instances elsewhere, or the steps with failures.
     */
    private @Nullable Choice choose(Step step, Queues.Queue queue) {
        if (queue.requirements.measured() && node.runsStep(step.id)) return null;
        String model = step.plan.model();
        Instance warm = model == null ? null : node.idleInstance(model);
        if (model != null && warm == null && waitsForWarmNode(step, model, queue)) return null;
        OptionalLong index = step.next(node.id, queue.suitsOthersThan(node.id), now);
        if (index.isEmpty()) {
            farm.lookAgainAt(earliestRetry(step, queue), queue);
            return null;
        }
        Requirements needs = queue.requirements;
        List<Instance> toStop = makeRoom(needs, warm, model != null);
        return node.hasRoomFor(needs, warm == null ? toStop : plus(toStop, warm))
                ? new Choice(step, index.getAsLong(), node.share(needs), warm, toStop)
                : null;
    }

    private static List<Instance> plus(List<Instance> some, Instance one) {
        return java.util.stream.Stream.concat(some.stream(), java.util.stream.Stream.of(one))
                .toList();
    }

    /** The idle instances to stop, the oldest first, so that a task fits and few stay warm. */
    private List<Instance> makeRoom(Requirements needs, @Nullable Instance warm, boolean warms) {
        var idle = node.idleInstances().stream().filter(i -> !i.equals(warm)).toList();
        int tooMany = warms && warm == null ? node.instances().size() + 1 - WARM_INSTANCES : 0;
        int stop = Math.clamp(tooMany, 0, idle.size());
        while (stop < idle.size()
                && !node.hasRoomFor(
                        needs,
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
    private boolean waitsForWarmNode(Step step, String model, Queues.Queue queue) {
        if (step.loadMillis() == 0 || step.runMillis() == 0) return false;
        var freeAt = farm.warmNodesFreeAt(step, model);
        if (freeAt.isEmpty()) return false;
        long soonest = Math.max(0, freeAt.getAsLong() - now);
        long rounds = (step.placeable() - 1) / farm.warmCount(model);
        long lastStarts = soonest + rounds * step.runMillis();
        if (step.loadMillis() <= lastStarts) return false;
        farm.lookAgainAt(now + Math.clamp(lastStarts, 100, LONGEST_WAIT_MILLIS), queue);
        return true;
    }
}
