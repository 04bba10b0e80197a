package org.lumenyard.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What reasons are worked out from, away from the farm's thread: nodes with what is free on them,
 * and how much waits for each set of requirements. Immutable.
 */
public record FarmView(List<NodeView> nodes, List<Demand> demands, List<LimitView> limits) {
    public static final FarmView EMPTY = new FarmView(List.of(), List.of(), List.of());

    /**
     * A limit as of the view.
     *
     * @param takers jobs whose runs hold seats, the ones with the most first
     */
    public record LimitView(String name, long count, long taken, List<Taker> takers) {
        public long free() {
            return Math.max(0, count - taken);
        }
    }

    /** A job that holds seats. */
    public record Taker(JobId job, String name, long seats) {}

    /**
     * A node as of the view.
     *
     * @param quarantine why it is given nothing that another could do; null while it is trusted
     */
    public record NodeView(
            NodeId id,
            String name,
            boolean online,
            Map<String, Long> amounts,
            Map<String, Long> free,
            Map<String, Set<String>> attributes,
            int runs,
            List<String> idleModels,
            @Nullable String quarantine) {
        boolean canEverRun(Requirements requirements) {
            return online && requirements.canEverRunOn(amounts, attributes);
        }

        /** How many tasks with these requirements would fit beside what runs. */
        public long fits(Requirements requirements) {
            if (!canEverRun(requirements)) return 0;
            long fits = Long.MAX_VALUE;
            for (Requirements.Amount amount : requirements.amounts()) {
                long share = Math.min(amount.most(), amounts.getOrDefault(amount.name(), 0L));
                if (share > 0) fits = Math.min(fits, free.getOrDefault(amount.name(), 0L) / share);
            }
            return fits == Long.MAX_VALUE ? 1 : fits;
        }
    }

    /**
     * What waits for one set of requirements.
     *
     * @param tasks how many could be placed now
     * @param first the job that is next
     * @param firstName what that job is called
     */
    public record Demand(
            Requirements requirements, long tasks, int steps, JobId first, String firstName) {}

    /** The limit of this name. */
    public Optional<LimitView> limit(String name) {
        return limits.stream().filter(limit -> limit.name().equals(name)).findFirst();
    }

    static FarmView of(Farm farm) {
        var nodes = farm.nodes().stream().map(FarmView::of).toList();
        var demands = new ArrayList<Demand>();
        for (Queues.Queue queue : farm.queues().all()) {
            long tasks = queue.keys().stream().mapToLong(key -> key.step().placeable()).sum();
            Job first = queue.keys().iterator().next().step().job;
            demands.add(
                    new Demand(
                            queue.requirements,
                            tasks,
                            queue.keys().size(),
                            first.id,
                            first.name()));
        }
        var limits = farm.limits().stream().map(limit -> of(limit, farm)).toList();
        return new FarmView(nodes, List.copyOf(demands), limits);
    }

    private static LimitView of(Limit limit, Farm farm) {
        var byJob = new TreeMap<JobId, Long>();
        limit.held().forEach((run, seats) -> byJob.merge(farm.run(run).job(), seats, Long::sum));
        var takers =
                byJob.entrySet().stream()
                        .map(e -> new Taker(e.getKey(), farm.nameOf(e.getKey()), e.getValue()))
                        .sorted(Comparator.comparingLong(Taker::seats).reversed())
                        .toList();
        return new LimitView(limit.name, limit.count(), limit.taken(), takers);
    }

    private static NodeView of(Node node) {
        var free = new TreeMap<String, Long>();
        node.capacity().keySet().forEach(amount -> free.put(amount, node.free(amount)));
        return new NodeView(
                node.id,
                node.facts().name(),
                node.isOnline(),
                Map.copyOf(node.capacity()),
                Map.copyOf(free),
                Map.copyOf(node.facts().attributes()),
                node.slots().size(),
                node.idleInstances().stream().map(Instance::model).toList(),
                node.quarantine());
    }
}
