package org.lumenyard.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ObjLongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The whole farm as one plain value: no input, output, thread, clock or chance. It only routes; the
 * rules live with what they are about.
 *
 * <p>{@link #apply} answers one command, {@link #place} then fills what has become free. Both say
 * changes, and {@link #evolve} alone makes them true, live as in {@link #load}.
 */
public final class Farm {
    /**
     * What a turn brought about. Changes are committed first, then the reply is given and the
     * effects are sent.
     */
    public record Turn(Reply reply, List<Change> changes, List<Effect> effects) {}

    /** A run without proven end. */
    private record Motion(Run run, long startedAt, boolean cancelling) {}

    private final Map<JobId, Job> jobs = new TreeMap<>();
    private final Map<StepId, Step> steps = new HashMap<>();
    private final Map<NodeId, Node> nodes = new TreeMap<>();
    private final Map<String, NodeId> nodesByName = new HashMap<>();
    private final Map<RunId, Motion> runs = new TreeMap<>();
    private final Prefetch prefetch = new Prefetch(this);
    private final Map<String, Set<InstanceId>> warm = new HashMap<>();
    private final Map<InstanceId, NodeId> instanceNodes = new HashMap<>();
    private final Set<NodeId> doubted = new TreeSet<>();
    private final Set<StepId> resting = new TreeSet<>();
    private final Map<String, Limit> limits = new TreeMap<>();
    private final Queues queues = new Queues();
    private long nextId = 1;

    // What this turn has said and what the next placing must look at.
    private final List<Change> changes = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();
    private final Set<Step> touched = new LinkedHashSet<>();
    private final Set<NodeId> dirtyNodes = new TreeSet<>();

    /** Moments at which time makes a difference, with the queues to look at anew then. */
    private final NavigableMap<Long, Set<Queues.Queue>> wakes = new TreeMap<>();

    private long placedAt;

    /** The farm that these rows describe. */
    public static Farm load(FarmImage image) {
        var farm = new Farm();
        image.limits().forEach(farm::load);
        image.nodes().forEach(farm::load);
        image.instances().forEach(instance -> farm.evolve(new Change.InstanceStarted(instance, 0)));
        image.jobs().forEach(farm::recall);
        image.runs().forEach(farm::load);
        farm.nextId = image.nextId();
        farm.lookAtAll();
        farm.touched.clear();
        return farm;
    }

    /** Nothing is known of what a former life had looked at, nor by which clock: all is due now. */
    private void lookAtAll() {
        queues.freshenAll();
        for (Node node : nodes.values()) if (node.mayLive()) dirtyNodes.add(node.id);
        wakeAt(0);
    }

    private void load(FarmImage.NodeImage image) {
        var node = new Node(image);
        nodes.put(node.id, node);
        if (!node.doubts().isEmpty()) doubted.add(node.id);
        nodesByName.put(image.facts().name(), node.id);
    }

    private void load(FarmImage.LimitImage image) {
        limits.put(image.name(), new Limit(image.id(), image.name(), image.count(), image.note()));
    }

    private void load(FarmImage.RunImage image) {
        Run run = image.run();
        runs.put(run.id(), new Motion(run, image.startedAt(), image.cancelling()));
        node(run.node()).started(run);
        takeSeats(run);
        if (image.startedAt() == 0) prefetch.placed(run);
        Step step = steps.get(run.step());
        if (step == null) return;
        if (run.round() < step.round()) {
            step.outdated(run);
            queues.look(step, nodes.values());
        } else if (image.startedAt() == 0) {
            step.waits(run);
        }
    }

    /** Takes a job into memory that had left it, so that a command can be applied to it. */
    public void recall(FarmImage.JobImage image) {
        var job = new Job(image);
        put(job);
        job.steps().forEach(touched::remove);
    }

    public boolean knows(JobId job) {
        return jobs.containsKey(job);
    }

    /** The number that the next thing gets. */
    public long nextId() {
        return nextId;
    }

    /** When {@link Command.Wake} should be applied, in milliseconds since the epoch. */
    public OptionalLong nextWake() {
        return wakes.isEmpty() ? OptionalLong.empty() : OptionalLong.of(wakes.firstKey());
    }

    /**
     * Answers a command.
     *
     * @param now milliseconds since the epoch
     */
    public Turn apply(Command command, long now) {
        Reply reply =
                switch (command) {
                    case Command.Submit c -> submit(c.plan(), now);
                    case Command.OfJob c -> ofJob(c, now);
                    case Command.Delete c -> delete(c.job(), now);
                    case Command.OfArchive c -> archive(c, now);
                    case Command.DropLogs c ->
                            ofFinished(c.job(), new Change.JobLogsDropped(c.job(), now));
                    case Command.OfLimit c -> ofLimit(c, now);
                    case Command.Join c -> join(c, now);
                    case Command.Return c -> comeBack(c, now);
                    case Command.Update c -> update(c);
                    case Command.TryAgain c -> tryAgain(c, now);
                    case Command.Started c -> started(c, now);
                    case Command.Ended c -> ended(c, now);
                    case Command.InstanceEnded c -> instanceEnded(c, now);
                    case Command.Lose c -> lose(c, now);
                    case Command.Leave c -> leave(c, now);
                    case Command.Wake() -> wake(now);
                };
        return turn(reply, now);
    }

    /**
     * Fills what is free, once for a batch of commands, and then gives slots what to do next. A
     * node that changed, or on which something ended, looks at all queues, and so do the slots of
     * one that was just given something; elsewhere those are looked at that something came into.
     */
    public Turn place(long now) {
        if (now < placedAt) lookAnew(now);
        placedAt = now;
        var dirty = new TreeSet<>(dirtyNodes);
        dirtyNodes.clear();
        var looks = new TreeMap<NodeId, Queues.BySeats>();
        var fresh = queues.takeFresh();
        if (!fresh.isEmpty()) {
            for (Node node : nodes.values()) if (node.hasRoom()) looks.put(node.id, fresh);
        }
        for (NodeId id : dirty) looks.put(id, queues.bySeats());
        var slots = new TreeMap<NodeId, Queues.BySeats>();
        looks.forEach((id, wanted) -> {
            boolean opened = fill(node(id), wanted, now);
            if (opened || dirty.contains(id)) slots.put(id, queues.bySeats());
        });
        var led = queues.takeFreshlyLed();
        if (!led.isEmpty()) for (NodeId id : prefetch.hungry()) slots.putIfAbsent(id, led);
        prefetch.place(slots, now);
        prefetch.fetch(dirty.stream().map(this::node).toList(), now);
        return turn(new Reply.Done(), now);
    }

    /** The clock was set back: what was to happen by its former time may be due. */
    private void lookAnew(long now) {
        wakes.clear();
        wakeAt(now);
        queues.freshenAll();
    }

    private Turn turn(Reply reply, long now) {
        var touchedJobs = new LinkedHashSet<Job>();
        for (Step step : touched) {
            say(new Change.StepProgressed(step.id, step.counts()));
            touchedJobs.add(step.job);
        }
        touched.clear();
        for (Job job : touchedJobs) {
            say(new Change.JobProgressed(job.id, job.state(), job.counts(), now));
        }
        var turn = new Turn(reply, List.copyOf(changes), List.copyOf(effects));
        changes.clear();
        effects.clear();
        return turn;
    }

    // Jobs

    private Reply submit(JobPlan plan, long now) {
        var job = new JobId(nextId++);
        List<StepId> stepIds = plan.steps().stream().map(step -> new StepId(nextId++)).toList();
        say(new Change.JobSubmitted(job, stepIds, plan, now));
        note(job, plan.user(), plan.held() ? "submitted, held" : "submitted", now);
        return new Reply.Submitted(job);
    }

    private Reply ofJob(Command.OfJob command, long now) {
        Job job = jobs.get(command.job());
        if (job == null) return refuse(Reply.Reason.UNKNOWN_JOB, "no job " + command.job());
        Reply reply =
                switch (command) {
                    case Command.Hold c -> hold(job, true, c.by(), now);
                    case Command.Release c -> hold(job, false, c.by(), now);
                    case Command.Cancel c -> cancel(job, c.by(), now);
                    case Command.RetryTask c -> retryTask(job, c, now);
                    case Command.RetryFailed c -> retryFailed(job, c.by(), now);
                    case Command.RetryAll c -> retryAll(job, c.by(), now);
                    case Command.Reprioritise c -> reprioritise(job, c, now);
                    case Command.Edit c -> edit(job, c, now);
                };
        forgetIfFinished(job);
        return reply;
    }

    private Reply hold(Job job, boolean held, String by, long now) {
        if (job.state().isFinished()) return finished(job);
        if (job.isHeld() == held) return new Reply.Done();
        note(job.id, by, held ? "held; what runs is let finish" : "released", now);
        if (!held) job.steps().forEach(this::forgetSetbacks);
        if (held) prefetch.takeBack(run -> run.job().equals(job.id), now);
        return say(new Change.JobHeld(job.id, held, ""));
    }

    /** A person has looked at it: what went wrong before is no sign of what is wrong now. */
    private void forgetSetbacks(Step step) {
        forgetDoubts(step);
        if (step.setbacks().equals(Setbacks.NONE)) return;
        say(new Change.StepSetBack(step.id, Setbacks.NONE));
    }

    /** It was the step, not the nodes. */
    void forgetDoubts(Step step) {
        for (Node node : doubted()) {
            var left = node.doubts().stream().filter(d -> !d.step().equals(step.id)).toList();
            if (!left.equals(node.doubts())) say(new Change.NodeDoubted(node.id, left));
        }
    }

    private Reply cancel(Job job, String by, long now) {
        if (job.isCancelled()) return new Reply.Done();
        if (job.state().isFinished()) return finished(job);
        say(new Change.JobCancelled(job.id));
        int stopped = 0;
        for (Motion motion : List.copyOf(runs.values())) {
            if (!motion.run().job().equals(job.id)) continue;
            stop(motion.run(), "cancelled by " + by);
            stopped++;
        }
        return note(
                job.id,
                by,
                "cancelled" + (stopped == 0 ? "" : ", " + stopped + " running stopped"),
                now);
    }

    /** A finished job has no run whose end is not proven, so nothing can come back to it. */
    private Reply delete(JobId id, long now) {
        return ofFinished(id, new Change.JobDeleted(id, now));
    }

    private Reply archive(Command.OfArchive command, long now) {
        Archiving seen = command.seen();
        JobId id = command.job();
        return switch (command) {
            case Command.Archive c -> archive(id, seen, seen.wanted(), c.by(), "archived", now);
            case Command.Unarchive c ->
                    archive(id, seen, seen.unwanted(), c.by(), "unarchived", now);
            case Command.ArchivingDone c ->
                    ofFinished(id, new Change.JobArchived(id, seen, seen.done()));
        };
    }

    private Reply archive(
            JobId id, Archiving from, Archiving to, String by, String what, long now) {
        if (from == to) return new Reply.Done();
        Reply reply = ofFinished(id, new Change.JobArchived(id, from, to));
        return reply instanceof Reply.Done ? note(id, by, what, now) : reply;
    }

    /** A job that is in memory has not finished. */
    private Reply ofFinished(JobId id, Change change) {
        Job unfinished = jobs.get(id);
        if (unfinished == null) return say(change);
        return refuse(
                Reply.Reason.JOB_UNFINISHED,
                "the job is %s: cancel it first".formatted(word(unfinished.state())));
    }

    private static String word(JobState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private void stop(Run run, String why) {
        say(new Change.RunCancelling(run.id()));
        effects.add(new Effect.Kill(run.node(), run.id(), why));
    }

    private Reply retryTask(Job job, Command.RetryTask command, long now) {
        Step step = steps.get(command.step());
        if (step == null || step.job != job) {
            return refuse(Reply.Reason.UNKNOWN_STEP, "no step " + command.step() + " in this job");
        }
        long index = command.index();
        if (!step.has(index)) return refuse(Reply.Reason.UNKNOWN_TASK, "no task " + index);
        if (job.isCancelled()) return finished(job);
        if (step.isRunning(index)) return refuse(Reply.Reason.TASK_RUNNING, "it is running now");
        if (step.isFresh(index)) return refuse(Reply.Reason.NOTHING_TO_RETRY, "it has not run yet");
        say(new Change.TaskForgiven(step.id, index));
        raiseAfter(step, now);
        return note(job.id, command.by(), "retries " + step.plan.space().label(index), now);
    }

    private Reply retryFailed(Job job, String by, long now) {
        if (job.isCancelled()) return finished(job);
        var failed = job.steps().stream().filter(Step::hasFailed).toList();
        if (failed.isEmpty()) return refuse(Reply.Reason.NOTHING_TO_RETRY, "no task has failed");
        long tasks = failed.stream().mapToLong(step -> step.counts().failed()).sum();
        for (Step step : failed) {
            say(new Change.StepForgiven(step.id, new RunId(nextId - 1)));
            forgetDoubts(step);
        }
        return note(job.id, by, "retries " + tasks + " failed", now);
    }

    private Reply retryAll(Job job, String by, long now) {
        if (job.isCancelled()) return finished(job);
        for (Step step : job.steps()) if (step.isTouched()) raise(step, now);
        return note(job.id, by, "retries everything", now);
    }

    private void raise(Step step, long now) {
        prefetch.takeBack(run -> run.step().equals(step.id), now);
        say(new Change.StepRaised(step.id, step.round() + 1));
        forgetDoubts(step);
    }

    /** What was made of a step's results is to be made anew. */
    private void raiseAfter(Step step, long now) {
        for (Step later : step.job.steps()) {
            if (!later.plan.dependsOn().contains(step.ordinal) || !later.isTouched()) continue;
            raise(later, now);
            raiseAfter(later, now);
        }
    }

    private Reply reprioritise(Job job, Command.Reprioritise command, long now) {
        if (job.band() == command.band() && job.priority() == command.priority()) {
            return new Reply.Done();
        }
        say(new Change.JobRanked(job.id, command.band(), command.priority()));
        String band = command.band().name().toLowerCase(Locale.ROOT);
        return note(job.id, command.by(), "priority " + band + " " + command.priority(), now);
    }

    private Reply edit(Job job, Command.Edit command, long now) {
        String name = command.name() == null ? job.name() : command.name();
        String notes = command.notes() == null ? job.notes() : command.notes();
        say(new Change.JobEdited(job.id, name, notes));
        return note(job.id, command.by(), "edited", now);
    }

    private static Reply finished(Job job) {
        return refuse(Reply.Reason.JOB_FINISHED, "the job is " + word(job.state()));
    }

    // Limits

    private Reply ofLimit(Command.OfLimit command, long now) {
        Limit limit = limits.get(command.name());
        if (command instanceof Command.SetLimit c && limit == null) {
            var id = new LimitId(nextId++);
            String note = Objects.requireNonNullElse(c.note(), "");
            return set(id, c.name(), c.count(), note, c.by(), now);
        }
        if (limit == null) {
            return refuse(Reply.Reason.UNKNOWN_LIMIT, "no limit is called " + command.name());
        }
        return switch (command) {
            case Command.SetLimit c -> change(limit, c.count(), c.note(), c.by(), now);
            case Command.EditLimit c -> change(limit, c.count(), c.note(), c.by(), now);
            case Command.DeleteLimit c -> delete(limit, c.by(), now);
        };
    }

    /** Null leaves a value as it is. */
    private Reply change(
            Limit limit, @Nullable Long newCount, @Nullable String newNote, String by, long now) {
        long count = Objects.requireNonNullElse(newCount, limit.count());
        String note = Objects.requireNonNullElse(newNote, limit.note());
        boolean same = limit.count() == count && limit.note().equals(note);
        return same ? new Reply.Done() : set(limit.id, limit.name, count, note, by, now);
    }

    private Reply set(LimitId id, String name, long count, String note, String by, long now) {
        say(new Change.LimitSet(id, name, count, note, now));
        String what = name + " set to " + count + (note.isEmpty() ? "" : ": " + note);
        return say(new Change.LimitNoted(id, by, what, now));
    }

    private Reply delete(Limit limit, String by, long now) {
        if (limit.isHeld()) {
            return refuse(
                    Reply.Reason.LIMIT_HELD,
                    "%d runs hold seats of it; set it to 0, and delete it once they have ended"
                            .formatted(limit.held().size()));
        }
        say(new Change.LimitDeleted(limit.id, limit.name));
        return say(new Change.LimitNoted(limit.id, by, limit.name + " deleted", now));
    }

    /** Whether so many seats of each of these limits may be taken; of an unknown one, none may. */
    boolean hasSeats(Map<String, Long> seats) {
        for (var wanted : seats.entrySet()) {
            Limit limit = limits.get(wanted.getKey());
            if (limit == null || limit.free() < wanted.getValue()) return false;
        }
        return true;
    }

    private void takeSeats(Run run) {
        run.seats()
                .forEach((name, seats) -> {
                    Limit limit = limits.get(name);
                    if (limit != null) limit.took(run.id(), seats);
                });
    }

    /** Any node with room may be the one that can use them. */
    private void giveSeatsBack(Run run) {
        for (String name : run.seats().keySet()) {
            Limit limit = limits.get(name);
            if (limit != null) limit.gaveBack(run.id());
            queues.freshen(name);
        }
    }

    // Nodes

    private Reply join(Command.Join join, long now) {
        NodeId known = nodesByName.get(join.facts().name());
        Node before = known == null ? null : nodes.get(known);
        if (before != null && before.mayLive() && !provesEndOf(before.facts(), join)) {
            return refuse(
                    Reply.Reason.NOT_SWEPT,
                    "%s may still run work elsewhere: its runs are given away when its lease is over"
                            .formatted(join.facts().name()));
        }
        NodeId id = known == null ? new NodeId(nextId++) : known;
        long incarnation = before == null ? 1 : before.incarnation() + 1;
        if (before != null)
            endLife(before, Set.copyOf(join.spooled()), incarnation, "its agent began anew", now);
        say(new Change.NodeJoined(id, incarnation, join.facts(), now));
        say(new Change.NodeNoted(id, "joined", now));
        return new Reply.Joined(id, incarnation, node(id).runs().stream().map(Run::id).toList());
    }

    /** Whether a swept agent's word covers what the former agent of its node left behind. */
    private static boolean provesEndOf(NodeFacts former, Command.Join join) {
        NodeFacts present = join.facts();
        boolean sameMachine = former.machine().equals(present.machine());
        boolean sameView =
                former.boot().equals(present.boot())
                        && former.pidNamespace().equals(present.pidNamespace());
        return join.swept() && sameMachine && (sameView || !former.boot().equals(present.boot()));
    }

    /** Ends all that a node's present life holds, but for runs whose result waits in its spool. */
    private void endLife(Node node, Set<RunId> spooled, long successor, String why, long now) {
        for (Run run : List.copyOf(node.runs())) {
            if (spooled.contains(run.id())) say(new Change.RunAdopted(run.id(), successor));
            else end(run, Outcome.of(Outcome.Kind.LOST, "lost").because(why), now);
        }
        for (Instance instance : List.copyOf(node.instances())) {
            say(new Change.InstanceEnded(instance.id(), now));
        }
    }

    private Reply comeBack(Command.Return back, long now) {
        Node node = nodes.get(back.node());
        if (node == null || !node.lives(back.incarnation())) return stale(back.incarnation());
        for (Run run : node.runs()) {
            boolean cancelling = motion(run.id()).cancelling();
            if (cancelling) effects.add(new Effect.Kill(node.id, run.id(), "cancelled"));
            else if (!back.runs().contains(run.id())) effects.add(start(run, back.instances()));
        }
        for (RunId run : back.runs()) {
            if (!runs.containsKey(run)) effects.add(new Effect.Kill(node.id, run, "not known"));
        }
        for (InstanceId instance : back.instances()) {
            if (!node.hasInstance(instance))
                effects.add(new Effect.StopInstance(node.id, instance));
        }
        for (Instance instance : node.idleInstances()) {
            if (!back.instances().contains(instance.id())) {
                say(new Change.InstanceEnded(instance.id(), now));
            }
        }
        return new Reply.Joined(
                node.id, node.incarnation(), node.runs().stream().map(Run::id).toList());
    }

    private static Effect start(Run run, List<InstanceId> living) {
        return new Effect.Start(run, run.instance() != null && !living.contains(run.instance()));
    }

    private Reply update(Command.Update update) {
        Node node = nodes.get(update.node());
        if (node == null || !node.lives(update.incarnation())) return stale(update.incarnation());
        return say(new Change.NodeUpdated(node.id, update.facts()));
    }

    private Reply tryAgain(Command.TryAgain command, long now) {
        Node node = nodes.get(command.node());
        if (node == null) return refuse(Reply.Reason.UNKNOWN_NODE, "no node " + command.node());
        if (!node.isQuarantined()) return new Reply.Done();
        say(new Change.NodeTrusted(node.id));
        return say(new Change.NodeNoted(node.id, "tried again, by " + command.by(), now));
    }

    private Reply lose(Command.Lose lose, long now) {
        return go(lose.node(), lose.incarnation(), true, lose.why(), now);
    }

    private Reply leave(Command.Leave leave, long now) {
        return go(leave.node(), leave.incarnation(), false, "its agent has left", now);
    }

    private Reply go(NodeId id, long incarnation, boolean lost, String why, long now) {
        Node node = nodes.get(id);
        if (node == null || !node.lives(incarnation)) return stale(incarnation);
        endLife(node, Set.of(), incarnation, why, now);
        say(new Change.NodeGone(id, lost, why, now));
        say(new Change.NodeNoted(id, (lost ? "lost: " : "") + why, now));
        if (lost) effects.add(new Effect.Fence(id, incarnation, why));
        return new Reply.Done();
    }

    private static Reply stale(long incarnation) {
        return refuse(Reply.Reason.STALE_INCARNATION, "life " + incarnation + " is over");
    }

    // Runs

    private Reply started(Command.Started report, long now) {
        Motion motion = runs.get(report.run());
        boolean news =
                motion != null
                        && motion.run().incarnation() == report.incarnation()
                        && motion.startedAt() == 0;
        return news ? say(new Change.RunStarted(report.run(), now)) : new Reply.Done();
    }

    /**
     * A word on a run that the farm gave away, or had already: it does not count, whatever it says.
     */
    private Reply ended(Command.Ended report, long now) {
        Motion motion = runs.get(report.run());
        if (motion == null || motion.run().incarnation() != report.incarnation()) {
            return new Reply.Done();
        }
        return end(motion.run(), report.outcome(), now);
    }

    private Reply end(Run run, Outcome outcome, long now) {
        Step step = steps.get(run.step());
        if (step == null || step.round() != run.round()) {
            return say(new Change.RunEnded(run, outcome, null, 0, 0, 0, now));
        }
        TaskRecord task = step.record(run.index());
        int failures = task == null || step.isForgiven(run.id()) ? 0 : task.failures();
        int losses = task == null ? 0 : task.losses();
        if (outcome.kind() == Outcome.Kind.LOST && ++losses == TaskRecord.LOSSES) {
            losses = 0;
            failures++;
        }
        var aftermath = new Aftermath(this, step, run, outcome, now);
        boolean failed = outcome.kind() == Outcome.Kind.FAILED;
        boolean counts = failed && aftermath.usesAnAttempt();
        if (counts) failures++;
        TaskState state =
                outcome.kind() == Outcome.Kind.DONE
                        ? TaskState.DONE
                        : failures >= TaskRecord.ATTEMPTS ? TaskState.FAILED : TaskState.WAITING;
        long notBefore = counts ? now + TaskRecord.backOff(failures) : 0;
        say(new Change.RunEnded(run, outcome, state, failures, losses, notBefore, now));
        if (outcome.kind() == Outcome.Kind.DONE) {
            learn(step, outcome);
            aftermath.done();
        }
        if (state == TaskState.FAILED) {
            note(
                    run.job(),
                    "farm",
                    "%s failed %d times, last on %s: not tried again"
                            .formatted(run.label(), failures, node(run.node()).facts().name()),
                    now);
        }
        if (failed) aftermath.failed();
        if (outcome.kind() == Outcome.Kind.LOST) {
            note(
                    run.job(),
                    "farm",
                    "%s lost on %s: %s; queued again, no attempt used"
                            .formatted(
                                    run.label(),
                                    node(run.node()).facts().name(),
                                    outcome.sentence()),
                    now);
        }
        return new Reply.Done();
    }

    private void learn(Step step, Outcome outcome) {
        long peak = Math.max(step.peakMebibytes(), outcome.peakMebibytes());
        long load =
                outcome.loadMillis() == 0
                        ? step.loadMillis()
                        : mean(step.loadMillis(), outcome.loadMillis());
        long run = mean(step.runMillis(), Math.max(1, outcome.runMillis()));
        say(new Change.StepMeasured(step.id, peak, load, run));
    }

    /** A running mean that follows change: the newest counts a quarter. */
    static long mean(long before, long newest) {
        return before == 0 ? newest : (3 * before + newest) / 4;
    }

    private Reply instanceEnded(Command.InstanceEnded report, long now) {
        NodeId id = instanceNodes.get(report.instance());
        Node node = id == null ? null : nodes.get(id);
        if (node == null || !node.lives(report.incarnation())) return new Reply.Done();
        // A run that was placed on it meanwhile begins it anew; if that one dies too, we are told.
        if (node.isBusy(report.instance())) return new Reply.Done();
        return say(new Change.InstanceEnded(report.instance(), now));
    }

    private Reply wake(long now) {
        var due = wakes.headMap(now, true);
        if (due.isEmpty()) return new Reply.Done();
        due.values().forEach(wanted -> wanted.forEach(queues::freshen));
        due.clear();
        for (StepId id : List.copyOf(resting)) {
            Setbacks setbacks = step(id).setbacks();
            if (setbacks.restsAt(now)) wakeAt(setbacks.restsUntil());
            else say(new Change.StepSetBack(id, setbacks.rested()));
        }
        prefetch.look(now);
        return new Reply.Done();
    }

    // Placing

    /** Says whether it placed anything. */
    private boolean fill(Node node, Queues.BySeats queues, long now) {
        boolean placed = false;
        while (node.hasRoom()) {
            var choice = new Placement(this, node, now).next(queues);
            if (choice == null) break;
            place(node, choice, null, now);
            placed = true;
        }
        return placed;
    }

    /**
     * @param ahead the run after which it is to be done, in the same slot; null for a slot of its
     *     own
     */
    void place(Node node, Placement.Choice choice, @Nullable Run ahead, long now) {
        for (Instance instance : choice.toStop()) {
            say(new Change.InstanceEnded(instance.id(), now));
            effects.add(new Effect.StopInstance(node.id, instance.id()));
        }
        Step step = choice.step();
        String model = step.plan.model();
        InstanceId instance = choice.instance() == null ? null : choice.instance().id();
        if (model != null && ahead == null) {
            if (instance == null) instance = new InstanceId(nextId++);
            say(
                    new Change.InstanceStarted(
                            new Instance(
                                    instance, node.id, node.incarnation(), model, choice.share()),
                            now));
        }
        var id = new RunId(nextId++);
        var run =
                new Run(
                        id,
                        step.job.id,
                        step.id,
                        choice.index(),
                        step.plan.space().label(choice.index()),
                        step.round(),
                        node.id,
                        node.incarnation(),
                        instance,
                        ahead == null ? id : ahead.slot(),
                        step.requirements().withSeats(choice.share()),
                        now);
        say(new Change.RunPlaced(run));
        effects.add(new Effect.Start(run, model != null && choice.instance() == null));
    }

    /** The run is not needed there any more, unless it has begun. */
    void revoke(Run run) {
        effects.add(new Effect.Revoke(run.node(), run.id()));
    }

    Queues queues() {
        return queues;
    }

    Prefetch prefetch() {
        return prefetch;
    }

    /** It is looked at in the next turn again, which comes at once. */
    void lookSoonAt(Node node, long now) {
        dirtyNodes.add(node.id);
        wakeAt(now);
    }

    void wakeAt(long time) {
        wanted(time);
    }

    /** Until then the queue holds nothing for some node with room. */
    void lookAgainAt(long time, Queues.Queue queue) {
        if (time != Long.MAX_VALUE) wanted(time).add(queue);
    }

    private Set<Queues.Queue> wanted(long time) {
        return wakes.computeIfAbsent(
                Math.ceilDiv(time, 100) * 100, moment -> new LinkedHashSet<>());
    }

    int warmCount(String model) {
        return warm.getOrDefault(model, Set.of()).size();
    }

    /** When the first node that holds the model and works on this step should be free again. */
    OptionalLong warmNodesFreeAt(Step step, String model) {
        return warm.getOrDefault(model, Set.of()).stream()
                .flatMap(instance ->
                        node(Objects.requireNonNull(instanceNodes.get(instance))).runs().stream()
                                .filter(run -> instance.equals(run.instance())))
                .filter(run -> !node(run.node()).isQuarantined())
                .map(run -> motion(run.id()))
                .filter(motion -> motion.startedAt() > 0)
                .mapToLong(motion ->
                        motion.startedAt()
                                + step.runMillis()
                                        * node(motion.run().node()).slotOf(motion.run()).size())
                .min();
    }

    // Becoming

    Reply say(Change change) {
        evolve(change);
        changes.add(change);
        return new Reply.Done();
    }

    Reply note(JobId job, String who, String what, long now) {
        return say(new Change.JobNoted(job, who, what, now));
    }

    private static Reply refuse(Reply.Reason reason, String detail) {
        return new Reply.Refused(reason, detail);
    }

    /** The only place where state changes. */
    private void evolve(Change change) {
        switch (change) {
            case Change.JobSubmitted c -> put(new Job(c));
            case Change.JobHeld c -> {
                job(c.job()).held(c.held(), c.why());
                lookAt(job(c.job()));
            }
            case Change.JobCancelled c -> {
                job(c.job()).cancelled();
                lookAt(job(c.job()));
            }
            case Change.JobRanked c -> {
                Job job = job(c.job());
                job.ranked(c.band(), c.priority());
                if (!job.state().isFinished()) lookAt(job);
            }
            case Change.JobEdited c -> job(c.job()).edited(c.name(), c.notes());
            case Change.JobDeleted c -> {}
            case Change.JobArchived c -> {}
            case Change.JobLogsDropped c -> {}
            case Change.JobProgressed c -> {
                if (c.state().isFinished()) forget(job(c.job()));
            }
            case Change.StepProgressed c -> {}
            case Change.StepMeasured c -> {
                Step step = step(c.step());
                Requirements before = step.requirements();
                step.measured(c);
                step.job.changed();
                // Without a model, a task that needs as much as before fits only where it did
                // before.
                boolean mayGoElsewhere =
                        step.plan.model() != null || !step.requirements().equals(before);
                if (mayGoElsewhere) lookAt(step);
            }
            case Change.StepGrew c -> {
                step(c.step()).grew(c.leastMebibytes());
                lookAt(step(c.step()));
            }
            case Change.StepSetBack c -> {
                step(c.step()).setBack(c.setbacks());
                rest(step(c.step()));
                lookAt(step(c.step()));
            }
            case Change.StepRaised c -> {
                step(c.step()).raised(c.round());
                rest(step(c.step()));
                lookAt(step(c.step()).job);
            }
            case Change.StepForgiven c -> {
                step(c.step()).forgiven(c.upTo());
                rest(step(c.step()));
                lookAt(step(c.step()));
            }
            case Change.TaskForgiven c -> {
                step(c.step()).forgiven(c.index());
                lookAt(step(c.step()).job);
            }
            case Change.NodeJoined c -> {
                Node node = nodes.computeIfAbsent(c.node(), id -> new Node(c));
                node.joined(c.incarnation(), c.facts());
                nodesByName.put(c.facts().name(), c.node());
                lookAt(node);
            }
            case Change.NodeUpdated c -> {
                node(c.node()).updated(c.facts());
                lookAt(node(c.node()));
            }
            case Change.NodeGone c -> {
                node(c.node()).gone();
                lookAt(node(c.node()));
            }
            case Change.NodeDoubted c -> {
                node(c.node()).doubted(c.doubts());
                if (c.doubts().isEmpty()) doubted.remove(c.node());
                else doubted.add(c.node());
            }
            case Change.NodeQuarantined c -> {
                node(c.node()).quarantined(c.why());
                doubted.remove(c.node());
                lookAt(node(c.node()));
            }
            case Change.NodeTrusted c -> {
                node(c.node()).quarantined(null);
                doubted.remove(c.node());
                lookAt(node(c.node()));
            }
            case Change.InstanceStarted(Instance instance, long at) -> {
                node(instance.node()).warmed(instance);
                instanceNodes.put(instance.id(), instance.node());
                warm.computeIfAbsent(instance.model(), model -> new TreeSet<>()).add(instance.id());
            }
            case Change.InstanceEnded c -> cooled(c.instance());
            case Change.RunPlaced(Run run) -> {
                runs.put(run.id(), new Motion(run, 0, false));
                node(run.node()).started(run);
                takeSeats(run);
                prefetch.placed(run);
                step(run.step()).placed(run);
                requeue(step(run.step()));
            }
            case Change.RunStarted(RunId run, long at) -> {
                Motion motion = motion(run);
                runs.put(run, new Motion(motion.run(), at, motion.cancelling()));
                prefetch.began(run);
                Step step = steps.get(motion.run().step());
                if (step != null && step.began(run)) touch(step);
            }
            case Change.RunCancelling(RunId run) -> {
                Motion motion = motion(run);
                runs.put(run, new Motion(motion.run(), motion.startedAt(), true));
            }
            case Change.RunAdopted(RunId id, long incarnation) -> {
                Motion motion = motion(id);
                Run run = motion.run().in(incarnation);
                runs.put(id, new Motion(run, motion.startedAt(), motion.cancelling()));
                node(run.node()).adopted(run);
            }
            case Change.RunEnded c -> ended(c);
            case Change.LimitSet c -> {
                limits.computeIfAbsent(
                                c.name(), name -> new Limit(c.limit(), name, c.count(), c.note()))
                        .set(c.count(), c.note());
                queues.freshen(c.name());
            }
            case Change.LimitDeleted c -> limits.remove(c.name());
            case Change.JobNoted c -> {}
            case Change.LimitNoted c -> {}
            case Change.NodeNoted c -> {}
        }
    }

    private void ended(Change.RunEnded ended) {
        Run run = ended.run();
        Motion motion = runs.remove(run.id());
        node(run.node()).ended(run);
        prefetch.ended(ended);
        giveSeatsBack(run);
        dirtyNodes.add(run.node());
        Step step = steps.get(run.step());
        if (step == null) return;
        step.learn(ended, motion == null ? 0 : motion.startedAt());
        step.ended(ended);
        if (step.isComplete()) lookAt(step.job);
        else if (ended.task() == TaskState.DONE) requeue(step);
        else lookAt(step);
    }

    private void cooled(InstanceId instance) {
        NodeId node = instanceNodes.remove(instance);
        if (node == null) return;
        node(node).cooled(instance);
        warm.values().forEach(instances -> instances.remove(instance));
        warm.values().removeIf(Set::isEmpty);
        dirtyNodes.add(node);
    }

    private void put(Job job) {
        jobs.put(job.id, job);
        for (Step step : job.steps()) {
            steps.put(step.id, step);
            rest(step);
        }
        lookAt(job);
    }

    private void forgetIfFinished(Job job) {
        boolean unchanged = job.steps().stream().noneMatch(touched::contains);
        if (unchanged && job.state().isFinished()) forget(job);
    }

    private void forget(Job job) {
        jobs.remove(job.id);
        for (Step step : job.steps()) {
            steps.remove(step.id);
            resting.remove(step.id);
            queues.remove(step);
        }
    }

    private void lookAt(Job job) {
        job.steps().forEach(this::lookAt);
    }

    /** There may be something new to place. */
    private void lookAt(Step step) {
        touch(step);
        queues.offer(step, nodes.values());
    }

    /** Only less is to be placed than before: no idle node need look at it again. */
    private void requeue(Step step) {
        touch(step);
        queues.look(step, nodes.values());
    }

    private void lookAt(Node node) {
        queues.look(node);
        dirtyNodes.add(node.id);
    }

    private void rest(Step step) {
        if (step.rests()) {
            resting.add(step.id);
            wakeAt(step.setbacks().restsUntil());
        } else {
            resting.remove(step.id);
        }
    }

    /** Nodes that have failed since they last did a task. */
    List<Node> doubted() {
        return doubted.stream().map(this::node).toList();
    }

    /** How many nodes could do the step's tasks, not counting quarantined ones. */
    int ableNodes(Step step) {
        return (int) able(step.requirements()).count();
    }

    /** The most memory, in MiB, of any node that could do the step's tasks but for their memory. */
    long mostMemoryFor(Step step) {
        return able(step.plan.requirements())
                .mapToLong(node -> node.capacity().getOrDefault(Requirements.MEMORY, 0L))
                .max()
                .orElse(0);
    }

    private Stream<Node> able(Requirements requirements) {
        return nodes.values().stream()
                .filter(node -> !node.isQuarantined() && node.canEverRun(requirements));
    }

    private void touch(Step step) {
        touched.add(step);
        step.job.changed();
    }

    private Job job(JobId id) {
        return Objects.requireNonNull(jobs.get(id), () -> "job " + id);
    }

    private Step step(StepId id) {
        return Objects.requireNonNull(steps.get(id), () -> "step " + id);
    }

    Node node(NodeId id) {
        return Objects.requireNonNull(nodes.get(id), () -> "node " + id);
    }

    private Motion motion(RunId id) {
        return Objects.requireNonNull(runs.get(id), () -> "run " + id);
    }

    Collection<Node> nodes() {
        return nodes.values();
    }

    Collection<Limit> limits() {
        return limits.values();
    }

    /** The run that is in motion under this number. */
    Run run(RunId id) {
        return motion(id).run();
    }

    /** When the run's agent said that it began; 0 before. */
    long startedAt(RunId id) {
        return motion(id).startedAt();
    }

    boolean isCancelling(RunId id) {
        return motion(id).cancelling();
    }

    /** Each run in motion, with when its agent said that it began; 0 before. */
    void eachRun(ObjLongConsumer<Run> look) {
        runs.values().forEach(motion -> look.accept(motion.run(), motion.startedAt()));
    }

    /** The step, as long as its job is not finished. */
    @Nullable Step stepOf(Run run) {
        return steps.get(run.step());
    }

    /** What people call a job that has runs; its number once it has left memory. */
    String nameOf(JobId id) {
        Job job = jobs.get(id);
        return job == null ? "job " + id : job.name();
    }

    Collection<Job> jobs() {
        return jobs.values();
    }

    /** What reasons are worked out from, frozen as of now. */
    public FarmView view() {
        return FarmView.of(this);
    }

    /** Equal for equal farms: what was decided live and what was loaded from rows. */
    public String digest() {
        return "next %d\n%s\n%s\n%s\n%s"
                .formatted(
                        nextId,
                        lines(jobs.values()),
                        lines(nodes.values()),
                        lines(runs.values()),
                        lines(limits.values()));
    }

    private static String lines(Collection<?> things) {
        var text = new StringBuilder();
        things.forEach(thing -> text.append(thing).append('\n'));
        return text.toString();
    }

    @Override
    public String toString() {
        return digest();
    }
}
