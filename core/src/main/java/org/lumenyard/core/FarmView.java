package org.lumenyard.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What reasons and forecasts are worked out from, away from the farm's thread: nodes with what is
 * free on them, how much waits for each set of requirements, and the unfinished jobs. Immutable.
 *
 * @param jobs in no order; a job that has not changed since is the same object in the next view
 * @param atWork what is known of the running tasks of a step, for steps that have some
 */
public record FarmView(
        List<NodeView> nodes,
        List<Demand> demands,
        List<LimitView> limits,
        List<JobView> jobs,
        Map<StepId, AtWork> atWork) {
    public static final FarmView EMPTY =
            new FarmView(List.of(), List.of(), List.of(), List.of(), Map.of());

    /**
     * An unfinished job. The natural order is that in which the farm places their tasks.
     *
     * @param key what orders jobs of one band, the least first
     */
    public record JobView(
            JobId id, Band band, long key, boolean held, boolean cancelled, List<StepView> steps)
            implements Comparable<JobView> {
        private static final Comparator<JobView> ORDER =
                Comparator.comparing(JobView::band)
                        .thenComparingLong(JobView::key)
                        .thenComparing(JobView::id);

        static JobView of(Job job) {
            return new JobView(
                    job.id,
                    job.band(),
                    Queues.Key.rank(job),
                    job.isHeld(),
                    job.isCancelled(),
                    job.steps().stream().map(StepView::of).toList());
        }

        /** Whether its tasks may be placed once they are ready. */
        public boolean open() {
            return !held && !cancelled;
        }

        @Override
        public int compareTo(JobView other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * A step of an unfinished job.
     *
     * @param ready whether all steps before it are done
     * @param runMillis running mean of the time to do a task, of what the store knows; 0 when
     *     unknown
     * @param restsUntil nothing of it is placed before; 0 when it does not rest
     */
    public record StepView(
            StepId id,
            Requirements requirements,
            List<Integer> dependsOn,
            Counts counts,
            boolean ready,
            Pace pace,
            long runMillis,
            long loadMillis,
            long restsUntil) {
        static StepView of(Step step) {
            return new StepView(
                    step.id,
                    step.requirements(),
                    step.plan.dependsOn(),
                    step.counts(),
                    step.isReady(),
                    step.pace(),
                    step.runMillis(),
                    step.plan.model() == null ? 0 : step.loadMillis(),
                    step.setbacks().restsUntil());
        }

        boolean isDone() {
            return counts.done() == counts.total();
        }
    }

    /**
     * Running tasks of a step of which the agent has said that they began.
     *
     * @param startedSum of the moments at which they began, in milliseconds since the epoch
     * @param lastStartedAt when the last of them began
     */
    public record AtWork(long begun, long startedSum, long lastStartedAt) {
        static final AtWork NONE = new AtWork(0, 0, 0);

        private AtWork with(long startedAt) {
            return new AtWork(
                    begun + 1, startedSum + startedAt, Math.max(lastStartedAt, startedAt));
        }
    }

    /**
     * How much of other jobs goes before a job of which tasks wait.
     *
     * @param jobs how many
     * @param tasks how many of their tasks could be placed if a node were there
     */
    public record Before(long jobs, long tasks) {}

    /** What goes before the job; empty when it is not unfinished. */
    public Optional<Before> before(JobId id) {
        return jobs.stream().filter(job -> job.id().equals(id)).findFirst().map(this::before);
    }

    private Before before(JobView job) {
        long others = 0;
        long tasks = 0;
        for (JobView other : jobs) {
            if (!other.open() || other.compareTo(job) >= 0) continue;
            long waiting =
                    other.steps().stream()
                            .filter(StepView::ready)
                            .mapToLong(step -> step.counts().waiting())
                            .sum();
            others += waiting > 0 ? 1 : 0;
            tasks += waiting;
        }
        return new Before(others, tasks);
    }

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
            return fitting(requirements, free);
        }

        /** How many tasks with these requirements would fit if nothing ran. */
        long fitsWhenEmpty(Requirements requirements) {
            return fitting(requirements, amounts);
        }

        private long fitting(Requirements requirements, Map<String, Long> room) {
            if (!canEverRun(requirements)) return 0;
            long fits = Long.MAX_VALUE;
            for (Requirements.Amount amount : requirements.amounts()) {
                long share = Math.min(amount.most(), amounts.getOrDefault(amount.name(), 0L));
                if (share > 0) fits = Math.min(fits, room.getOrDefault(amount.name(), 0L) / share);
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
        var jobs = farm.jobs().stream().map(Job::view).toList();
        return new FarmView(nodes, List.copyOf(demands), limits, jobs, atWork(farm));
    }

    private static Map<StepId, AtWork> atWork(Farm farm) {
        var atWork = new HashMap<StepId, AtWork>();
        farm.eachRun((run, startedAt) -> {
            if (startedAt == 0) return;
            Step step = farm.stepOf(run);
            if (step == null || step.round() != run.round()) return;
            atWork.merge(step.id, AtWork.NONE.with(startedAt), (sum, one) -> sum.with(startedAt));
        });
        return Map.copyOf(atWork);
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
