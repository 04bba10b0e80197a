package org.lumenyard.simulator;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lumenyard.core.Change;
import org.lumenyard.core.JobId;
import org.lumenyard.core.Outcome;
import org.lumenyard.core.Run;
import org.lumenyard.core.TaskState;

/**
 * What must hold in every history, kept by records of its own, outside the farm and its tables:
 *
 * <ol>
 *   <li>no two live processes for one task
 *   <li>no task is worked on again in a round in which its result was accepted
 *   <li>a task's files get their names from one run a round, and that run is the one that counts
 *   <li>what was acknowledged is there after every restart
 *   <li>a farm loaded from the store equals the one that lives, and finds nothing to begin that was
 *       overlooked (checked by the server after commits)
 *   <li>no machine works beyond its size
 *   <li>run ids rise and are never used again
 *   <li>no more seats of a limit are held than it has
 *   <li>when the faults end, every job comes to its end, and only failures fail a task
 * </ol>
 */
final class Promises {
    /** A task in one of its rounds. */
    private record Task(long step, long index) {}

    private record Turn(long step, long index, int round) {}

    private final Tale tale;
    private final Map<Task, Long> living = new HashMap<>();
    private final Map<Long, Run> runs = new HashMap<>();
    private final Map<Long, Run> unended = new HashMap<>();
    private final Map<String, Long> seats = new HashMap<>();
    private final Map<Long, Integer> rounds = new HashMap<>();
    private final Map<Turn, Long> accepted = new HashMap<>();
    private final Map<Turn, Long> named = new HashMap<>();
    private final Set<JobId> acknowledged = new HashSet<>();
    private long lastRun;
    long worked;

    Promises(Tale tale) {
        this.tale = tale;
    }

    private void demand(boolean holds, String promise, Object... words) {
        if (!holds) throw new BrokenPromise(promise.formatted(words), tale);
    }

    /** Stored changes, as soon as they are: what the farm then holds to be true. */
    void stored(List<Change> changes) {
        for (Change change : changes) {
            switch (change) {
                case Change.RunPlaced(Run run) -> placed(run);
                case Change.LimitSet set -> seats.put(set.name(), set.count());
                case Change.StepRaised raised -> rounds.put(raised.step().value(), raised.round());
                case Change.TaskForgiven f ->
                        accepted.keySet()
                                .removeIf(t ->
                                        t.step() == f.step().value() && t.index() == f.index());
                case Change.RunEnded ended -> ended(ended);
                default -> {}
            }
        }
    }

    private void placed(Run run) {
        demand(run.id().value() > lastRun, "run id %s was used before", run.id());
        lastRun = run.id().value();
        runs.put(run.id().value(), run);
        unended.put(run.id().value(), run);
        seated(run);
        demand(
                !accepted.containsKey(turn(run)),
                "run %s is placed although its task is done",
                run.id());
    }

    /** A count set lower stops nothing, so it is held against at the next placing only. */
    private void seated(Run run) {
        run.seats()
                .forEach((limit, taken) -> {
                    long held =
                            unended.values().stream()
                                    .mapToLong(other -> other.seats().getOrDefault(limit, 0L))
                                    .sum();
                    long all = seats.getOrDefault(limit, 0L);
                    demand(held <= all, "%d seats of %s are held, it has %d", held, limit, all);
                });
    }

    private void ended(Change.RunEnded ended) {
        unended.remove(ended.run().id().value());
        if (ended.task() != TaskState.DONE) return;
        Run run = ended.run();
        accepted.put(turn(run), run.id().value());
        Long winner = named.get(turn(run));
        demand(
                winner == null || winner == run.id().value(),
                "run %s counts, but the files are those of run %s",
                run.id(),
                String.valueOf(winner));
        demand(
                ended.outcome().kind() == Outcome.Kind.DONE,
                "a task is done without a run that did it");
    }

    private static Turn turn(Run run) {
        return new Turn(run.step().value(), run.index(), run.round());
    }

    /** A process begins to work. */
    void begins(long run, String where) {
        Run known = runs.get(run);
        demand(known != null, "run %d works on %s before it was stored", run, where);
        if (known == null) return;
        var task = new Task(known.step().value(), known.index());
        Long other = living.putIfAbsent(task, run);
        demand(
                other == null,
                "task %s of step %s is worked on twice: by run %s and, on %s, by run %d",
                known.label(),
                known.step(),
                String.valueOf(other),
                where,
                run);
        boolean current = known.round() == rounds.getOrDefault(known.step().value(), 1);
        demand(
                !current || !accepted.containsKey(turn(known)),
                "run %d works on %s though the task is done",
                run,
                where);
        worked++;
    }

    /** The last of its processes is gone. */
    void ends(long run) {
        Run known = runs.get(run);
        if (known != null) living.remove(new Task(known.step().value(), known.index()), run);
    }

    /** A run's files get their final names. */
    void named(long run) {
        Run known = runs.get(run);
        if (known == null) return;
        Long counts = accepted.get(turn(known));
        demand(
                counts == null || counts == run,
                "run %d gives files names, but run %s counts",
                run,
                String.valueOf(counts));
        named.put(turn(known), run);
    }

    /** A client was told that its job is stored. */
    void acknowledged(JobId job) {
        acknowledged.add(job);
    }

    Set<JobId> acknowledged() {
        return acknowledged;
    }

    void machine(String name, long used, long size) {
        demand(used <= size, "%s works with %d of %d processors", name, used, size);
    }

    void fail(String promise, Object... words) {
        demand(false, promise, words);
    }
}
