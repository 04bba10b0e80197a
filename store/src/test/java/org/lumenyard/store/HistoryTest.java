package org.lumenyard.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lumenyard.core.Archiving;
import org.lumenyard.core.Band;
import org.lumenyard.core.Change;
import org.lumenyard.core.Command;
import org.lumenyard.core.Counts;
import org.lumenyard.core.JobId;
import org.lumenyard.core.JobPlan;
import org.lumenyard.core.NodeId;
import org.lumenyard.core.Outcome;
import org.lumenyard.core.Reply;
import org.lumenyard.core.Run;
import org.lumenyard.core.RunId;
import org.lumenyard.core.TaskState;
import org.lumenyard.store.pages.JobPage;
import org.lumenyard.store.pages.Strip;
import org.lumenyard.store.pages.TaskLine;

/** After any history the rows say what the farm says. */
abstract class HistoryTest {
    private static final int TURNS = 200;

    /** Kinds of changes that were stored, over all seeds. */
    private static final Set<Class<?>> SEEN = new HashSet<>();

    abstract Place place();

    private final List<JobId> jobs = new ArrayList<>();
    private final List<NodeId> nodes = new ArrayList<>();
    private Outcome.Kind mostly = Outcome.Kind.DONE;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theStoreAgreesWithTheFarm(long seed) throws IOException {
        var chance = new Random(seed);
        mostly = seed % 2 == 0 ? Outcome.Kind.DONE : Outcome.Kind.FAILED;
        try (var yard = new Yard(place())) {
            for (int turn = 0; turn < TURNS; turn++) {
                for (int i = chance.nextInt(6); i >= 0; i--) act(yard, chance);
                yard.place();
                // Now and then a batch holds several lives of one task.
                if (chance.nextInt(3) == 0) continue;
                yard.uncommitted().forEach(change -> SEEN.add(change.getClass()));
                yard.commit();
                yard.assertStoreAgrees();
                if (chance.nextInt(25) == 0) pagesAgreeWithCounts(yard);
            }
        }
    }

    @AfterAll
    static void everyKindOfChangeWasStored() {
        var seen = Set.copyOf(SEEN);
        SEEN.clear();
        assertThat(seen).containsExactlyInAnyOrder(Change.class.getPermittedSubclasses());
    }

    private void act(Yard yard, Random chance) {
        if (nodes.size() < 3) {
            var joined = (Reply.Joined) yard.apply(join("node " + nodes.size(), List.of()));
            nodes.add(joined.node());
        }
        if (jobs.size() < 2 || chance.nextInt(25) == 0) {
            jobs.add(((Reply.Submitted) yard.apply(new Command.Submit(plan(chance)))).job());
        }
        if (chance.nextInt(3) > 0 && !yard.motion.isEmpty()) report(yard, chance);
        else if (chance.nextInt(4) == 0) befall(yard, chance);
        else if (chance.nextInt(8) == 0) delete(yard, any(jobs, chance));
        else if (chance.nextInt(8) == 0) putAway(yard, any(jobs, chance), chance);
        else if (chance.nextInt(4) == 0) yard.apply(ofLimit(chance));
        else ask(yard, chance);
    }

    private void delete(Yard yard, JobId job) {
        boolean unfinished = yard.farm.knows(job);
        Reply reply = yard.apply(new Command.Delete(job, "ada"));
        assertThat(reply instanceof Reply.Refused).isEqualTo(unfinished);
        if (!unfinished) jobs.remove(job);
    }

    /** Where a finished job's rows are stands in its own row only: what is asked goes by that. */
    private void putAway(Yard yard, JobId job, Random chance) {
        yard.uncommitted().forEach(change -> SEEN.add(change.getClass()));
        yard.commit();
        Archiving seen = yard.store.archives().of(job).orElseThrow();
        boolean unfinished = yard.farm.knows(job);
        Reply reply =
                yard.apply(
                        switch (chance.nextInt(4)) {
                            case 0 -> new Command.DropLogs(job);
                            case 1 -> new Command.Archive(job, seen, "ada");
                            case 2 -> new Command.Unarchive(job, seen, "ada");
                            default -> new Command.ArchivingDone(job, seen);
                        });
        if (!unfinished) assertThat(reply).isInstanceOf(Reply.Done.class);
    }

    private static JobPlan plan(Random chance) {
        String model = chance.nextBoolean() ? "scene " + chance.nextInt(3) : null;
        return Yard.plan(
                "job",
                Yard.step("render", 1 + chance.nextInt(12), model, List.of()),
                Yard.step("encode", 1, null, List.of(0)),
                Yard.step("license", 2, null, List.of(), "arnold"));
    }

    /** Short ones have others wait behind them. */
    private static Outcome lasting(long millis, Outcome.Kind kind) {
        Outcome o = Yard.outcome(kind);
        return new Outcome(
                kind,
                o.reason(),
                o.sentence(),
                o.loadMillis(),
                millis,
                o.peakMebibytes(),
                o.details());
    }

    /** A failure of any cause, now and then one that the farm answers. */
    private static Outcome because(Outcome failed, Random chance) {
        var reasons = List.of("out_of_memory", "licence", "crashed", "missing_file", "crashed");
        return new Outcome(
                failed.kind(),
                any(reasons, chance),
                failed.sentence(),
                failed.loadMillis(),
                failed.runMillis(),
                failed.peakMebibytes(),
                failed.details());
    }

    /** A limit is made, changed or deleted; now and then twice in a batch. */
    private static Command ofLimit(Random chance) {
        String name = chance.nextInt(4) == 0 ? "nuke" : "arnold";
        return switch (chance.nextInt(4)) {
            case 0 -> new Command.DeleteLimit(name, "ada");
            case 1 -> new Command.EditLimit(name, null, "note " + chance.nextInt(3), "ada");
            default -> new Command.SetLimit(name, chance.nextInt(3), "", "ada");
        };
    }

    private static Command join(String name, List<RunId> spooled) {
        return new Command.Join(Yard.facts(name, 3), true, spooled);
    }

    private void report(Yard yard, Random chance) {
        Run run = any(List.copyOf(yard.motion.values()), chance);
        if (chance.nextInt(3) == 0) {
            yard.apply(new Command.Started(run.id(), run.incarnation()));
        } else {
            var kind = any(List.of(Outcome.Kind.values()), chance);
            if (chance.nextBoolean()) kind = mostly;
            Outcome outcome = lasting(any(List.of(20L, 2_000L, 70_000L), chance), kind);
            yard.apply(
                    new Command.Ended(
                            run.id(),
                            run.incarnation(),
                            kind == Outcome.Kind.FAILED ? because(outcome, chance) : outcome));
        }
        yard.now += chance.nextInt(20_000);
    }

    private void befall(Yard yard, Random chance) {
        int which = chance.nextInt(nodes.size());
        var images = yard.store.load().nodes();
        long incarnation =
                images.stream()
                        .filter(image -> image.id().equals(nodes.get(which)))
                        .mapToLong(image -> image.incarnation())
                        .findFirst()
                        .orElse(1);
        List<RunId> spooled =
                yard.motion.values().stream()
                        .filter(run -> run.node().equals(nodes.get(which)))
                        .map(Run::id)
                        .filter(run -> chance.nextBoolean())
                        .toList();
        yard.apply(new Command.TryAgain(nodes.get(which), "ada"));
        switch (chance.nextInt(4)) {
            case 0 -> yard.apply(new Command.Lose(nodes.get(which), incarnation, "silent"));
            case 1 -> yard.apply(new Command.Leave(nodes.get(which), incarnation));
            case 2 -> yard.apply(new Command.Wake());
            default ->
                    yard.apply(
                            new Command.Update(
                                    nodes.get(which), incarnation, Yard.facts("node " + which, 2)));
        }
        yard.apply(join("node " + which, spooled));
        for (Run run : yard.store.load().runs().stream().map(image -> image.run()).toList()) {
            if (yard.motion.containsKey(run.id())) yard.motion.put(run.id(), run);
        }
    }

    private void ask(Yard yard, Random chance) {
        JobId job = any(jobs, chance);
        var page = yard.store.pages().jobs().job(job).value();
        yard.apply(
                switch (chance.nextInt(9)) {
                    case 0 -> new Command.Hold(job, "ada");
                    case 1, 2 -> new Command.Release(job, "ada");
                    case 3 -> new Command.RetryFailed(job, "ada");
                    case 4 -> new Command.RetryAll(job, "ada");
                    case 5 -> new Command.Reprioritise(job, Band.RUSH, chance.nextInt(100), "ada");
                    case 6 -> new Command.Edit(job, "name", null, "ada");
                    case 7 ->
                            chance.nextInt(6) == 0
                                    ? new Command.Cancel(job, "ada")
                                    : new Command.Release(job, "ada");
                    default ->
                            page.<Command>map(p ->
                                            new Command.RetryTask(
                                                    job,
                                                    p.steps().getFirst().id(),
                                                    chance.nextInt(8),
                                                    "ada"))
                                    .orElse(new Command.Wake());
                });
    }

    @Test
    void aRunInMotionOutlivesForgiveness() throws IOException {
        try (var yard = new Yard(place())) {
            JobId job = yard.submit(Yard.plan("job", 2));
            yard.join("node", 2);
            for (int failure = 0; failure < 5; failure++) {
                yard.end(Outcome.Kind.FAILED);
                yard.now += 100_000_000;
                yard.run(new Command.Wake());
            }
            assertThat(yard.motion).hasSize(1);
            yard.run(new Command.RetryFailed(job, "ada"));
            yard.end(Outcome.Kind.FAILED);
            yard.assertStoreAgrees();
        }
    }

    private static <T> T any(List<T> list, Random chance) {
        return list.get(chance.nextInt(list.size()));
    }

    private void pagesAgreeWithCounts(Yard yard) {
        for (JobId job : jobs) {
            JobPage page = yard.store.pages().jobs().job(job).value().orElseThrow();
            Counts sum = Counts.NONE;
            for (var step : page.steps()) {
                assertThat(counted(yard, step)).isEqualTo(step.counts());
                assertThat(listed(yard, step)).isEqualTo(step.counts());
                sum =
                        new Counts(
                                sum.waiting() + step.counts().waiting(),
                                sum.running() + step.counts().running(),
                                sum.done() + step.counts().done(),
                                sum.failed() + step.counts().failed());
            }
            assertThat(page.job().counts()).isEqualTo(sum);
        }
    }

    private static Counts counted(Yard yard, JobPage.StepLine step) {
        Strip strip = yard.store.pages().tasks().strip(step.id(), 0).value().orElseThrow();
        long[] sums = new long[4];
        for (var stretch : strip.stretches()) {
            sums[0] += stretch.counts().waiting();
            sums[1] += stretch.counts().running();
            sums[2] += stretch.counts().done();
            sums[3] += stretch.counts().failed();
        }
        return new Counts(sums[0], sums[1], sums[2], sums[3]);
    }

    private static Counts listed(Yard yard, JobPage.StepLine step) {
        var tasks = yard.store.pages().tasks();
        var all = tasks.list(step.id(), null, null, 1_000).value().orElseThrow().rows();
        assertThat(all).hasSize((int) step.size());
        long[] sums = new long[4];
        for (TaskState state : TaskState.values()) {
            var some = tasks.list(step.id(), state, null, 1_000).value().orElseThrow().rows();
            assertThat(some)
                    .extracting(TaskLine::index)
                    .isEqualTo(
                            all.stream()
                                    .filter(task -> task.state() == state)
                                    .map(TaskLine::index)
                                    .toList());
            sums[state.ordinal()] = some.size();
        }
        return new Counts(sums[0], sums[1], sums[2], sums[3]);
    }
}
