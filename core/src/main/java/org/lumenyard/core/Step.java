package org.lumenyard.core;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A step and the state of its tasks.
 *
 * <pre>
 * waiting --placed--> running --done---------> done
 *    ^                   |----interrupted----> waiting
 *    |                   |----lost-----------> waiting   (the 5th counts as a failure)
 *    |                   |----no licence-----> waiting   (the 10th in a row counts as a failure)
 *    |                   |----failed, 1st 2nd> waiting
 *    |                   +----failed, 3rd----> failed
 *    +--retried-- done, failed
 * </pre>
 *
 * Cost follows what moves, never what waits: tasks without a past are ranges, done ones a number.
 */
final class Step {
    final StepId id;
    final Job job;
    final int ordinal;
    final JobPlan.StepPlan plan;

    private int round = 1;
    private @Nullable RunId forgivenUpTo;
    private long peakMebibytes;
    private long loadMillis;
    private long runMillis;
    private long leastMebibytes;
    private Setbacks setbacks = Setbacks.NONE;
    private Pace pace = Pace.NONE;

    /** Waiting tasks without a past. */
    private final IndexSet fresh = new IndexSet();

    /** Waiting tasks with failures or losses. */
    private final NavigableSet<Long> again = new TreeSet<>();

    /** Tasks in {@link #again}, running and failed ones. */
    private final Map<Long, TaskRecord> records = new TreeMap<>();

    /** Runs of an older round without proven end: their tasks wait, but cannot be placed yet. */
    private final Map<Long, RunId> outdated = new HashMap<>();

    /** Runs of this round that wait in a slot: nobody has said that they began. */
    private final Set<RunId> unbegun = new TreeSet<>();

    private long running;
    private long done;
    private long failed;

    /** Where it queues; kept by {@link Queues}. */
    Queues.@Nullable Place place;

    Step(StepId id, Job job, int ordinal, JobPlan.StepPlan plan) {
        this.id = id;
        this.job = job;
        this.ordinal = ordinal;
        this.plan = plan;
        fresh.addRange(0, plan.space().size() - 1);
    }

    Step(FarmImage.StepImage image, Job job, int ordinal, JobPlan.StepPlan plan) {
        this(image.id(), job, ordinal, plan);
        round = image.round();
        forgivenUpTo = image.forgivenUpTo();
        peakMebibytes = image.peakMebibytes();
        loadMillis = image.loadMillis();
        runMillis = image.runMillis();
        leastMebibytes = image.leastMebibytes();
        setbacks = image.setbacks();
        for (IndexRange range : image.done()) {
            fresh.removeRange(range.from(), range.to());
            done += range.to() - range.from() + 1;
        }
        image.tasks().forEach(this::remember);
    }

    private void remember(FarmImage.TaskRow row) {
        if (row.state() == TaskState.FAILED && isForgiven(row.run())) return;
        fresh.remove(row.index());
        keep(
                row.index(),
                new TaskRecord(
                        row.state(),
                        row.failures(),
                        row.losses(),
                        row.avoid(),
                        row.notBefore(),
                        row.run()));
    }

    int round() {
        return round;
    }

    long peakMebibytes() {
        return peakMebibytes;
    }

    long loadMillis() {
        return loadMillis;
    }

    long runMillis() {
        return runMillis;
    }

    /** What its tasks taught since the farm was loaded: a memory aid, no state. */
    Pace pace() {
        return pace;
    }

    /** What is reserved at least, in MiB, since tasks ran out of memory; 0 when none did. */
    long leastMebibytes() {
        return leastMebibytes;
    }

    Setbacks setbacks() {
        return setbacks;
    }

    /** Whether nothing of it is placed for a while. */
    boolean rests() {
        return setbacks.restsUntil() > 0;
    }

    Counts counts() {
        return new Counts(waiting(), running - unbegun.size(), done, failed);
    }

    private long waiting() {
        return fresh.size() + again.size() + outdated.size() + unbegun.size();
    }

    /** How many tasks could be placed if a node were there. */
    long placeable() {
        return fresh.size() + again.size();
    }

    /** Whether some of its tasks wait, for a node or in a slot. */
    boolean hasMoreToBegin() {
        return placeable() > 0 || !unbegun.isEmpty();
    }

    boolean isComplete() {
        return done == plan.space().size();
    }

    boolean isInMotion() {
        return running > 0 || !outdated.isEmpty();
    }

    /** Whether some of what is in motion does more than wait in a slot. */
    boolean isAtWork() {
        return running > unbegun.size() || !outdated.isEmpty();
    }

    /** Whether all steps before it are done, so that its tasks may run. */
    boolean isReady() {
        return plan.dependsOn().stream().allMatch(before -> job.steps().get(before).isComplete());
    }

    boolean has(long index) {
        return index >= 0 && index < plan.space().size();
    }

    boolean isRunning(long index) {
        TaskRecord task = records.get(index);
        return outdated.containsKey(index) || (task != null && task.state() == TaskState.RUNNING);
    }

    /** Whether the task waits with nothing to forgive. */
    boolean isFresh(long index) {
        return fresh.contains(index);
    }

    boolean hasFailed() {
        return failed > 0;
    }

    /** Whether there is anything to be done anew. */
    boolean isTouched() {
        return fresh.size() < plan.space().size();
    }

    @Nullable TaskRecord record(long index) {
        return records.get(index);
    }

    /** What its tasks need, as far as it is known by now. */
    Requirements requirements() {
        return plan.requirements().learned(peakMebibytes, leastMebibytes);
    }

    /**
     * The task to place on this node next. One that failed there goes elsewhere, or waits a while
     * where no other node could run it.
     */
    OptionalLong next(NodeId node, boolean othersCould, long now) {
        for (long index : again) {
            if (mayRunOn(node, records.get(index), othersCould, now)) return OptionalLong.of(index);
        }
        return fresh.isEmpty() ? OptionalLong.empty() : OptionalLong.of(fresh.first());
    }

    /** When this node may try a task again that failed here; the end of time if there is none. */
    long nextRetry(NodeId node, boolean othersCould, long now) {
        return again.stream()
                .map(records::get)
                .filter(task -> task != null && node.equals(task.avoid()))
                .mapToLong(task -> retryAt(task, othersCould, now))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private static boolean mayRunOn(
            NodeId node, @Nullable TaskRecord task, boolean othersCould, long now) {
        if (task == null || !node.equals(task.avoid())) return true;
        return now >= retryAt(task, othersCould, now);
    }

    private static long retryAt(TaskRecord task, boolean othersCould, long now) {
        return Retries.at(task.notBefore(), task.failures(), othersCould, now);
    }

    // What follows is called by evolve alone.

    void placed(Run run) {
        fresh.remove(run.index());
        again.remove(run.index());
        TaskRecord before = records.get(run.index());
        records.put(
                run.index(),
                new TaskRecord(
                        TaskState.RUNNING,
                        before == null ? 0 : before.failures(),
                        before == null ? 0 : before.losses(),
                        before == null ? null : before.avoid(),
                        before == null ? 0 : before.notBefore(),
                        run.id()));
        running++;
        waits(run);
    }

    /** Behind another in its slot, until somebody says that it began. */
    void waits(Run run) {
        if (!run.opensItsSlot()) unbegun.add(run.id());
    }

    /** Says whether it waited in a slot until now. */
    boolean began(RunId run) {
        return unbegun.remove(run);
    }

    /** A run that the store still holds to be in motion although its round is over. */
    void outdated(Run run) {
        fresh.remove(run.index());
        outdated.put(run.index(), run.id());
    }

    /**
     * @param startedAt when its agent said that it began, in milliseconds since the epoch; 0 when
     *     it did not
     */
    void learn(Change.RunEnded ended, long startedAt) {
        if (ended.task() == TaskState.DONE)
            pace = pace.with(ended.outcome(), startedAt, ended.at());
    }

    void ended(Change.RunEnded ended) {
        Run run = ended.run();
        if (ended.task() == null) {
            outdated.remove(run.index());
            fresh.add(run.index());
            return;
        }
        records.remove(run.index());
        unbegun.remove(run.id());
        running--;
        boolean clean = ended.failures() == 0 && ended.losses() == 0;
        switch (ended.task()) {
            case DONE -> done++;
            case WAITING, FAILED -> {
                if (ended.task() == TaskState.WAITING && clean) fresh.add(run.index());
                else
                    keep(
                            run.index(),
                            new TaskRecord(
                                    ended.task(),
                                    ended.failures(),
                                    ended.losses(),
                                    run.node(),
                                    ended.notBefore(),
                                    run.id()));
            }
            case RUNNING -> throw new IllegalStateException("ended and running: " + run);
        }
    }

    private void keep(long index, TaskRecord task) {
        records.put(index, task);
        switch (task.state()) {
            case WAITING -> again.add(index);
            case RUNNING -> running++;
            case FAILED -> failed++;
            case DONE -> throw new IllegalStateException("a done task needs no record: " + index);
        }
    }

    void measured(Change.StepMeasured measured) {
        peakMebibytes = measured.peakMebibytes();
        loadMillis = measured.loadMillis();
        runMillis = measured.runMillis();
    }

    void grew(long mebibytes) {
        leastMebibytes = mebibytes;
    }

    void setBack(Setbacks newSetbacks) {
        setbacks = newSetbacks;
    }

    void raised(int newRound) {
        round = newRound;
        setbacks = Setbacks.NONE;
        records.forEach((index, task) -> {
            if (task.state() == TaskState.RUNNING) outdated.put(index, task.run());
        });
        records.clear();
        again.clear();
        unbegun.clear();
        running = done = failed = 0;
        for (IndexRange range : fresh.ranges()) fresh.removeRange(range.from(), range.to());
        fresh.addRange(0, plan.space().size() - 1);
        outdated.keySet().forEach(fresh::remove);
    }

    void forgiven(RunId upTo) {
        forgivenUpTo = upTo;
        setbacks = Setbacks.NONE;
        records.entrySet()
                .removeIf(entry -> {
                    TaskRecord task = entry.getValue();
                    boolean gone = task.state() == TaskState.FAILED && isForgiven(task.run());
                    if (gone) {
                        failed--;
                        fresh.add(entry.getKey());
                    }
                    return gone;
                });
    }

    /** Whether failures up to this run were forgiven. */
    boolean isForgiven(RunId run) {
        return forgivenUpTo != null && run.compareTo(forgivenUpTo) <= 0;
    }

    void forgiven(long index) {
        TaskRecord task = records.remove(index);
        if (task == null) done--;
        else if (task.state() == TaskState.FAILED) failed--;
        again.remove(index);
        fresh.add(index);
    }

    @Override
    public String toString() {
        return "%s %s round %d%s fresh[%s] done %d peak %d load %d run %d least %d %s records%s outdated%s unbegun%s"
                .formatted(
                        id,
                        plan.name(),
                        round,
                        forgivenUpTo == null ? "" : " forgiven " + forgivenUpTo,
                        fresh,
                        done,
                        peakMebibytes,
                        loadMillis,
                        runMillis,
                        leastMebibytes,
                        setbacks,
                        records,
                        new TreeMap<>(outdated),
                        unbegun);
    }
}
