package org.lumenyard.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The store's tables in memory: what a farm must be loadable from after every change. */
final class Rows {
    private record JobRow(
            JobPlan plan,
            boolean held,
            String heldWhy,
            boolean cancelled,
            JobState state,
            long at,
            List<StepId> steps) {}

    private record StepRow(
            int round,
            @Nullable RunId forgiven,
            long peak,
            long load,
            long run,
            Map<Long, Task> tasks,
            long least,
            Setbacks setbacks) {
        StepRow with(int newRound, @Nullable RunId newForgiven, Setbacks now) {
            return new StepRow(newRound, newForgiven, peak, load, run, tasks, least, now);
        }
    }

    private record Task(
            TaskState state,
            int round,
            int failures,
            int losses,
            @Nullable NodeId avoid,
            long notBefore,
            RunId run) {}

    private final Map<JobId, JobRow> jobs = new TreeMap<>();
    private final Map<JobId, Counts> counts = new HashMap<>();
    private final Map<StepId, StepRow> steps = new HashMap<>();
    private final Map<NodeId, FarmImage.NodeImage> nodes = new TreeMap<>();
    private final Map<InstanceId, Instance> instances = new TreeMap<>();
    private final Map<RunId, FarmImage.RunImage> runs = new TreeMap<>();
    private final Map<LimitId, FarmImage.LimitImage> limits = new TreeMap<>();
    final List<String> history = new ArrayList<>();

    void write(List<Change> changes) {
        changes.forEach(this::write);
    }

    private void write(Change change) {
        switch (change) {
            case Change.JobSubmitted c -> {
                jobs.put(
                        c.job(),
                        new JobRow(
                                c.plan(),
                                c.plan().held(),
                                "",
                                false,
                                JobState.WAITING,
                                c.at(),
                                c.steps()));
                c.steps()
                        .forEach(step ->
                                steps.put(
                                        step,
                                        new StepRow(
                                                1,
                                                null,
                                                0,
                                                0,
                                                0,
                                                new TreeMap<>(),
                                                0,
                                                Setbacks.NONE)));
            }
            case Change.JobHeld c ->
                    jobs.computeIfPresent(
                            c.job(),
                            (k, j) ->
                                    new JobRow(
                                            j.plan,
                                            c.held(),
                                            c.why(),
                                            j.cancelled,
                                            j.state,
                                            j.at,
                                            j.steps));
            case Change.JobCancelled c ->
                    jobs.computeIfPresent(
                            c.job(),
                            (k, j) ->
                                    new JobRow(
                                            j.plan, j.held, j.heldWhy, true, j.state, j.at,
                                            j.steps));
            case Change.JobRanked c ->
                    jobs.computeIfPresent(
                            c.job(),
                            (k, j) ->
                                    new JobRow(
                                            ranked(j.plan, c),
                                            j.held,
                                            j.heldWhy,
                                            j.cancelled,
                                            j.state,
                                            j.at,
                                            j.steps));
            case Change.JobEdited c ->
                    jobs.computeIfPresent(
                            c.job(),
                            (k, j) ->
                                    new JobRow(
                                            edited(j.plan, c),
                                            j.held,
                                            j.heldWhy,
                                            j.cancelled,
                                            j.state,
                                            j.at,
                                            j.steps));
            case Change.JobDeleted c -> jobs.remove(c.job());
            // These are of rows and files that are no part of this.
            case Change.JobArchived c -> {}
            case Change.JobLogsDropped c -> {}
            case Change.JobProgressed c -> {
                counts.put(c.job(), c.counts());
                jobs.computeIfPresent(
                        c.job(),
                        (k, j) ->
                                new JobRow(
                                        j.plan,
                                        j.held,
                                        j.heldWhy,
                                        j.cancelled,
                                        c.state(),
                                        j.at,
                                        j.steps));
            }
            case Change.StepProgressed c -> {}
            case Change.StepMeasured c ->
                    steps.computeIfPresent(
                            c.step(),
                            (k, s) ->
                                    new StepRow(
                                            s.round,
                                            s.forgiven,
                                            c.peakMebibytes(),
                                            c.loadMillis(),
                                            c.runMillis(),
                                            s.tasks,
                                            s.least,
                                            s.setbacks));
            case Change.StepGrew c ->
                    steps.computeIfPresent(
                            c.step(),
                            (k, s) ->
                                    new StepRow(
                                            s.round,
                                            s.forgiven,
                                            s.peak,
                                            s.load,
                                            s.run,
                                            s.tasks,
                                            c.leastMebibytes(),
                                            s.setbacks));
            case Change.StepSetBack c ->
                    steps.computeIfPresent(
                            c.step(), (k, s) -> s.with(s.round, s.forgiven, c.setbacks()));
            case Change.StepRaised c ->
                    steps.computeIfPresent(
                            c.step(), (k, s) -> s.with(c.round(), s.forgiven, Setbacks.NONE));
            case Change.StepForgiven c ->
                    steps.computeIfPresent(
                            c.step(), (k, s) -> s.with(s.round, c.upTo(), Setbacks.NONE));
            case Change.TaskForgiven c -> step(c.step()).tasks.remove(c.index());
            case Change.NodeJoined c -> {
                FarmImage.NodeImage n = nodes.get(c.node());
                nodes.put(
                        c.node(),
                        new FarmImage.NodeImage(
                                c.node(),
                                c.incarnation(),
                                true,
                                c.facts(),
                                n == null ? List.of() : n.doubts(),
                                n == null ? null : n.quarantine(),
                                c.at()));
            }
            case Change.NodeUpdated c ->
                    nodes.computeIfPresent(
                            c.node(),
                            (k, n) ->
                                    new FarmImage.NodeImage(
                                            k,
                                            n.incarnation(),
                                            n.online(),
                                            c.facts(),
                                            n.doubts(),
                                            n.quarantine(),
                                            n.joinedAt()));
            case Change.NodeGone c ->
                    nodes.computeIfPresent(
                            c.node(),
                            (k, n) ->
                                    new FarmImage.NodeImage(
                                            k,
                                            n.incarnation(),
                                            false,
                                            n.facts(),
                                            n.doubts(),
                                            n.quarantine(),
                                            n.joinedAt()));
            case Change.NodeDoubted c -> judged(c.node(), c.doubts(), null);
            case Change.NodeQuarantined c -> judged(c.node(), List.of(), c.why());
            case Change.NodeTrusted c -> judged(c.node(), List.of(), null);
            case Change.InstanceStarted c -> instances.put(c.instance().id(), c.instance());
            case Change.InstanceEnded c -> instances.remove(c.instance());
            case Change.RunPlaced(Run run) -> {
                runs.put(run.id(), new FarmImage.RunImage(run, 0, false));
                StepRow step = step(run.step());
                Task task = step.tasks.get(run.index());
                boolean counts =
                        task != null
                                && task.round == step.round
                                && !(task.state == TaskState.FAILED);
                step.tasks.put(
                        run.index(),
                        new Task(
                                TaskState.RUNNING,
                                run.round(),
                                counts ? task.failures : 0,
                                counts ? task.losses : 0,
                                counts ? task.avoid : null,
                                counts ? task.notBefore : 0,
                                run.id()));
            }
            case Change.RunStarted c ->
                    runs.computeIfPresent(
                            c.run(),
                            (k, r) -> new FarmImage.RunImage(r.run(), c.at(), r.cancelling()));
            case Change.RunCancelling c ->
                    runs.computeIfPresent(
                            c.run(),
                            (k, r) -> new FarmImage.RunImage(r.run(), r.startedAt(), true));
            case Change.RunAdopted c ->
                    runs.computeIfPresent(
                            c.run(),
                            (k, r) ->
                                    new FarmImage.RunImage(
                                            r.run().in(c.incarnation()),
                                            r.startedAt(),
                                            r.cancelling()));
            case Change.RunEnded c -> {
                runs.remove(c.run().id());
                if (c.task() == null) return;
                boolean initial =
                        c.task() == TaskState.WAITING && c.failures() == 0 && c.losses() == 0;
                StepRow step = step(c.run().step());
                if (initial) step.tasks.remove(c.run().index());
                else
                    step.tasks.put(
                            c.run().index(),
                            new Task(
                                    c.task(),
                                    c.run().round(),
                                    c.failures(),
                                    c.losses(),
                                    c.run().node(),
                                    c.notBefore(),
                                    c.run().id()));
            }
            case Change.LimitSet c ->
                    limits.put(
                            c.limit(),
                            new FarmImage.LimitImage(c.limit(), c.name(), c.count(), c.note()));
            case Change.LimitDeleted c -> limits.remove(c.limit());
            case Change.LimitNoted c -> history.add(c.who() + ": " + c.what());
            case Change.JobNoted c -> history.add(c.who() + ": " + c.what());
            case Change.NodeNoted c -> {}
        }
    }

    private void judged(NodeId node, List<Doubt> doubts, @Nullable String quarantine) {
        nodes.computeIfPresent(
                node,
                (k, n) ->
                        new FarmImage.NodeImage(
                                k,
                                n.incarnation(),
                                n.online(),
                                n.facts(),
                                doubts,
                                quarantine,
                                n.joinedAt()));
    }

    private StepRow step(StepId id) {
        return java.util.Objects.requireNonNull(steps.get(id));
    }

    private static JobPlan ranked(JobPlan p, Change.JobRanked c) {
        return new JobPlan(
                p.name(),
                p.user(),
                c.band(),
                c.priority(),
                p.held(),
                p.notes(),
                p.source(),
                p.steps());
    }

    private static JobPlan edited(JobPlan p, Change.JobEdited c) {
        return new JobPlan(
                c.name(),
                p.user(),
                p.band(),
                p.priority(),
                p.held(),
                c.notes(),
                p.source(),
                p.steps());
    }

    Counts counts(JobId job) {
        return java.util.Objects.requireNonNull(counts.get(job));
    }

    JobState state(JobId job) {
        return java.util.Objects.requireNonNull(jobs.get(job)).state;
    }

    FarmImage image(long nextId) {
        var unfinished =
                jobs.entrySet().stream()
                        .filter(e -> !e.getValue().state.isFinished())
                        .map(e -> image(e.getKey()))
                        .toList();
        return new FarmImage(
                nextId,
                unfinished,
                List.copyOf(nodes.values()),
                List.copyOf(instances.values()),
                List.copyOf(runs.values()),
                List.copyOf(limits.values()));
    }

    FarmImage.JobImage image(JobId id) {
        JobRow row = java.util.Objects.requireNonNull(jobs.get(id));
        return new FarmImage.JobImage(
                id,
                row.plan,
                row.held,
                row.heldWhy,
                row.cancelled,
                row.at,
                row.steps.stream().map(step -> image(step, step(step))).toList());
    }

    private static FarmImage.StepImage image(StepId id, StepRow row) {
        var done = new ArrayList<IndexRange>();
        var others = new ArrayList<FarmImage.TaskRow>();
        row.tasks.forEach((index, task) -> {
            if (task.round != row.round) return;
            if (task.state == TaskState.DONE) done.add(new IndexRange(index, index));
            else
                others.add(
                        new FarmImage.TaskRow(
                                index,
                                task.state,
                                task.failures,
                                task.losses,
                                task.avoid,
                                task.notBefore,
                                task.run));
        });
        return new FarmImage.StepImage(
                id,
                row.round,
                row.forgiven,
                row.peak,
                row.load,
                row.run,
                row.least,
                row.setbacks,
                done,
                others);
    }
}
