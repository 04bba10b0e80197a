package org.lumenyard.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lumenyard.core.Band;
import org.lumenyard.core.Command;
import org.lumenyard.core.Counts;
import org.lumenyard.core.JobId;
import org.lumenyard.core.JobState;
import org.lumenyard.core.NodeId;
import org.lumenyard.core.Outcome;
import org.lumenyard.core.Reply;
import org.lumenyard.core.Run;
import org.lumenyard.core.RunId;
import org.lumenyard.core.StepId;
import org.lumenyard.core.TaskState;
import org.lumenyard.store.pages.BadCursor;
import org.lumenyard.store.pages.HistoryLine;
import org.lumenyard.store.pages.JobLine;
import org.lumenyard.store.pages.JobPage;
import org.lumenyard.store.pages.JobsQuery;
import org.lumenyard.store.pages.LimitLine;
import org.lumenyard.store.pages.Listing;
import org.lumenyard.store.pages.Pages;
import org.lumenyard.store.pages.RunLine;
import org.lumenyard.store.pages.Strip;
import org.lumenyard.store.pages.TaskLine;
import org.lumenyard.store.schema.NodeState;
import org.lumenyard.store.schema.RunState;

abstract class PagesTest {
    abstract Place place();

    private Yard yard;
    private Pages pages;

    @BeforeEach
    void open() throws IOException {
        yard = new Yard(place());
        pages = yard.store.pages();
    }

    @AfterEach
    void close() throws IOException {
        yard.close();
    }

    private static <T> List<T> all(Function<@Nullable String, Listing<T>> page) {
        var rows = new ArrayList<T>();
        String cursor = null;
        do {
            Listing<T> listing = page.apply(cursor);
            rows.addAll(listing.rows());
            cursor = listing.next();
        } while (cursor != null);
        return rows;
    }

    private StepId step(JobId job) {
        return steps(job).getFirst().id();
    }

    private List<JobPage.StepLine> steps(JobId job) {
        return pages.jobs().job(job).value().orElseThrow().steps();
    }

    @Test
    void jobsAreListedNewestFirstPageByPage() {
        List<JobId> submitted = new ArrayList<>();
        for (int i = 0; i < 7; i++) submitted.addFirst(yard.submit(Yard.plan("job " + i, 1)));
        for (int limit : List.of(1, 3, 7, 100)) {
            var listed = all(c -> pages.jobs().list(JobsQuery.newest(limit).after(c)).value());
            assertThat(listed).extracting(JobLine::id).isEqualTo(submitted);
        }
        Listing<JobLine> lastFull = pages.jobs().list(JobsQuery.newest(7)).value();
        assertThat(lastFull.next()).isNull();
    }

    @Test
    void jobsAreSortedByAnyKeyAcrossPages() {
        for (String name : List.of("b", "a~1", "c", "a", "b")) yard.submit(Yard.plan(name, 1));
        yard.run(new Command.Reprioritise(new JobId(1), Band.NORMAL, 9, "ada"));
        for (var order : JobsQuery.Order.values()) {
            for (boolean descending : List.of(false, true)) {
                var query = new JobsQuery(Set.of(), null, null, order, descending, null, 2);
                assertThat(all(c -> pages.jobs().list(query.after(c)).value())).hasSize(5);
            }
        }
        var byName = new JobsQuery(Set.of(), null, null, JobsQuery.Order.NAME, false, null, 2);
        assertThat(all(c -> pages.jobs().list(byName.after(c)).value()))
                .extracting(JobLine::name)
                .containsExactly("a", "a~1", "b", "b", "c");
        var byPriority =
                new JobsQuery(Set.of(), null, null, JobsQuery.Order.PRIORITY, false, null, 2);
        assertThat(all(c -> pages.jobs().list(byPriority.after(c)).value()).getFirst().id())
                .isEqualTo(new JobId(1));
    }

    @Test
    void jobsAreFilteredByStateUserAndPartOfTheName() {
        JobId held = yard.submit(Yard.plan("Cow 100%", 1));
        yard.run(new Command.Hold(held, "ada"));
        JobId other = yard.submit(Yard.plan("brown cow", 1));
        assertThat(list(Set.of(JobState.HELD), null, null)).containsExactly(held);
        assertThat(list(Set.of(JobState.HELD, JobState.FAILED), null, null)).hasSize(1);
        assertThat(list(Set.of(JobState.WAITING, JobState.HELD), null, null)).hasSize(2);
        assertThat(list(Set.of(), "ada", null)).hasSize(2);
        assertThat(list(Set.of(), "bob", null)).isEmpty();
        assertThat(list(Set.of(), null, "COW")).containsExactly(other, held);
        assertThat(list(Set.of(), null, "0%")).containsExactly(held);
        assertThat(list(Set.of(), null, "%c")).isEmpty();
    }

    private List<JobId> list(Set<JobState> states, @Nullable String user, @Nullable String text) {
        var query = new JobsQuery(states, user, text, JobsQuery.Order.SUBMITTED, true, null, 50);
        return pages.jobs().list(query).value().rows().stream().map(JobLine::id).toList();
    }

    @Test
    void anUnknownCursorIsRefused() {
        yard.submit(Yard.plan("job", 1));
        var byName = new JobsQuery(Set.of(), null, null, JobsQuery.Order.NAME, true, null, 5);
        var byState = new JobsQuery(Set.of(), null, null, JobsQuery.Order.STATE, true, null, 5);
        assertThatThrownBy(() -> pages.jobs().list(JobsQuery.newest(5).after("'; drop")))
                .isInstanceOf(BadCursor.class);
        assertThatThrownBy(() -> pages.jobs().list(byName.after("5")))
                .isInstanceOf(BadCursor.class);
        assertThatThrownBy(() -> pages.jobs().list(byState.after("5~NO")))
                .isInstanceOf(BadCursor.class);
        assertThatThrownBy(() -> pages.jobs().history(new JobId(1), "1", 5))
                .isInstanceOf(BadCursor.class);
    }

    @Test
    void aJobsRowTellsItsLife() {
        JobId job = yard.submit(Yard.plan("job", 2));
        JobLine waiting = line(job);
        assertThat(waiting.state()).isEqualTo(JobState.WAITING);
        assertThat(waiting.startedAt()).isNull();
        assertThat(waiting.counts()).isEqualTo(new Counts(2, 0, 0, 0));

        yard.join("node", 1);
        JobLine running = line(job);
        assertThat(running.state()).isEqualTo(JobState.RUNNING);
        assertThat(running.startedAt()).isNotNull();
        assertThat(running.finishedAt()).isNull();

        Run failed = yard.end(Outcome.Kind.FAILED);
        JobLine.Failure failure = line(job).lastFailure();
        assertThat(failure).isNotNull();
        assertThat(failure.run()).isEqualTo(failed.id());
        assertThat(failure.sentence()).isEqualTo("It was failed.");
        yard.now += 100_000_000;
        yard.end(Outcome.Kind.DONE);
        yard.run(new Command.Wake());
        yard.end(Outcome.Kind.DONE);

        JobLine done = line(job);
        assertThat(done.state()).isEqualTo(JobState.DONE);
        assertThat(done.startedAt()).isEqualTo(running.startedAt());
        assertThat(done.finishedAt()).isNotNull();
        assertThat(done.lastDone()).isNotNull();
        assertThat(yard.store.load().jobs()).isEmpty();

        yard.run(new Command.RetryAll(job, "ada"));
        assertThat(line(job).finishedAt()).isNull();
        assertThat(line(job).counts()).isEqualTo(new Counts(1, 1, 0, 0));
        yard.assertStoreAgrees();
    }

    private JobLine line(JobId job) {
        return pages.jobs().job(job).value().orElseThrow().job();
    }

    @Test
    void aJobIsShownWithItsStepsAndSource() {
        JobId job =
                yard.submit(
                        Yard.plan(
                                "job",
                                Yard.step("render", 24, "scene", List.of()),
                                Yard.step("encode", 1, null, List.of(0))));
        var steps = steps(job);
        assertThat(steps).extracting(JobPage.StepLine::name).containsExactly("render", "encode");
        assertThat(steps.getFirst().firstLabel()).isEqualTo("frame 1");
        assertThat(steps.getFirst().lastLabel()).isEqualTo("frame 24");
        assertThat(steps.getLast().dependsOn()).containsExactly(0);
        assertThat(pages.jobs().source(job).value()).contains("source");
        var plan = pages.jobs().plan(steps.getFirst().id()).orElseThrow();
        assertThat(plan).isEqualTo(Yard.step("render", 24, "scene", List.of()));
        assertThat(pages.jobs().job(new JobId(99)).value()).isEmpty();
        assertThat(pages.jobs().source(new JobId(99)).value()).isEmpty();
    }

    @Test
    void tasksWithoutARowAreShownBetweenThoseWithOne() {
        StepId step = step(yard.submit(Yard.plan("job", 9)));
        yard.join("node", 3);
        yard.end(Outcome.Kind.DONE);
        yard.end(Outcome.Kind.FAILED);

        List<TaskLine> tasks = tasks(step, null, 100);
        assertThat(tasks)
                .extracting(TaskLine::index)
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        assertThat(tasks).extracting(TaskLine::label).startsWith("frame 1", "frame 2");
        assertThat(tasks.get(0).state()).isEqualTo(TaskState.DONE);
        assertThat(tasks.get(1).state()).isEqualTo(TaskState.WAITING);
        assertThat(tasks.get(1).failures()).isOne();
        RunLine failed = tasks.get(1).lastRun();
        assertThat(failed).isNotNull();
        assertThat(failed.state()).isEqualTo(RunState.FAILED);
        assertThat(tasks.get(8))
                .isEqualTo(new TaskLine(8, "frame 9", TaskState.WAITING, 0, 0, null));

        for (int limit : List.of(1, 2, 5, 100)) {
            assertThat(tasks(step, null, limit)).isEqualTo(tasks);
            for (TaskState state : TaskState.values()) {
                assertThat(tasks(step, state, limit))
                        .isEqualTo(tasks.stream().filter(t -> t.state() == state).toList());
            }
        }
        assertThat(pages.tasks().task(step, 8).value()).contains(tasks.get(8));
        assertThat(pages.tasks().task(step, 1).value()).contains(tasks.get(1));
        assertThat(pages.tasks().task(step, 9).value()).isEmpty();
        assertThat(pages.tasks().task(step, -1).value()).isEmpty();
        assertThat(pages.tasks().list(new StepId(99), null, null, 5).value()).isEmpty();
    }

    private List<TaskLine> tasks(StepId step, @Nullable TaskState state, int limit) {
        return all(c -> pages.tasks().list(step, state, c, limit).value().orElseThrow());
    }

    @Test
    void theStripIsRunsOfEqualStates() {
        StepId step = step(yard.submit(Yard.plan("job", 9)));
        assertThat(strip(step, 0).stretches())
                .containsExactly(
                        new Strip.Stretch(0, 8, "frame 1", "frame 9", new Counts(9, 0, 0, 0)));
        yard.join("node", 4);
        yard.end(Outcome.Kind.DONE);
        yard.end(Outcome.Kind.DONE);
        Strip strip = strip(step, 0);
        assertThat(strip.binned()).isFalse();
        assertThat(strip.stretches())
                .containsExactly(
                        new Strip.Stretch(0, 1, "frame 1", "frame 2", new Counts(0, 0, 2, 0)),
                        new Strip.Stretch(2, 5, "frame 3", "frame 6", new Counts(0, 4, 0, 0)),
                        new Strip.Stretch(6, 8, "frame 7", "frame 9", new Counts(3, 0, 0, 0)));
    }

    @Test
    void theStripIsBinnedOnRequest() {
        StepId step = step(yard.submit(Yard.plan("job", 9)));
        yard.join("node", 4);
        Strip strip = strip(step, 2);
        assertThat(strip.binned()).isTrue();
        assertThat(strip.stretches())
                .containsExactly(
                        new Strip.Stretch(0, 4, "frame 1", "frame 5", new Counts(1, 4, 0, 0)),
                        new Strip.Stretch(5, 8, "frame 6", "frame 9", new Counts(4, 0, 0, 0)));
        assertThat(strip(step, 5_000).stretches()).hasSize(9);
        assertThat(pages.tasks().strip(new StepId(99), 0).value()).isEmpty();
    }

    @Test
    void theStripOfADoneStepIsOneStretchOrFullBins() {
        StepId step = step(yard.submit(Yard.plan("job", 3)));
        yard.join("node", 3);
        for (int i = 0; i < 3; i++) yard.end(Outcome.Kind.DONE);
        assertThat(strip(step, 0).stretches())
                .containsExactly(
                        new Strip.Stretch(0, 2, "frame 1", "frame 3", new Counts(0, 0, 3, 0)));
        assertThat(strip(step, 2).stretches())
                .containsExactly(
                        new Strip.Stretch(0, 1, "frame 1", "frame 2", new Counts(0, 0, 2, 0)),
                        new Strip.Stretch(2, 2, "frame 3", "frame 3", new Counts(0, 0, 1, 0)));
    }

    @Test
    void aStripOfTooManyRunsIsBinnedAndSaysSo() {
        StepId step = step(yard.submit(Yard.plan("job", 6_000)));
        NodeId node = yard.join("node", 6_000);
        List<Run> placed = List.copyOf(yard.motion.values());
        for (Run run : placed) {
            if (run.index() % 2 == 0) {
                yard.apply(new Command.Ended(run.id(), 1, Yard.outcome(Outcome.Kind.DONE)));
            }
        }
        yard.commit();
        Strip strip = strip(step, 0);
        assertThat(strip.binned()).isTrue();
        assertThat(strip.stretches()).hasSize(1_000);
        assertThat(strip.stretches())
                .allSatisfy(s -> assertThat(s.counts()).isEqualTo(new Counts(0, 3, 3, 0)));
        assertThat(pages.nodes().node(node).value().orElseThrow().running()).hasSize(1_000);
    }

    private Strip strip(StepId step, int bins) {
        return pages.tasks().strip(step, bins).value().orElseThrow();
    }

    @Test
    void aTasksRunsAreListedWhateverBecameOfTheTask() {
        JobId job = yard.submit(Yard.plan("job", 1));
        StepId step = step(job);
        yard.join("node", 1);
        List<RunId> runs = new ArrayList<>();
        for (var kind : List.of(Outcome.Kind.INTERRUPTED, Outcome.Kind.FAILED, Outcome.Kind.LOST)) {
            runs.addFirst(yard.end(kind).id());
            yard.now += 100_000_000;
            yard.run(new Command.Wake());
        }
        yard.run(new Command.RetryAll(job, "ada"));
        runs.addFirst(yard.end(Outcome.Kind.DONE).id());
        runs.addFirst(yard.end(Outcome.Kind.DONE).id());

        for (int limit : List.of(1, 2, 100)) {
            assertThat(all(c -> pages.runs().ofTask(step, 0, c, limit).value()))
                    .extracting(line -> line.run().id())
                    .isEqualTo(runs);
            assertThat(all(c -> pages.runs().ofJob(job, c, limit).value()))
                    .extracting(line -> line.run().id())
                    .isEqualTo(runs);
            assertThat(all(c -> pages.runs().ofNode(new NodeId(3), c, limit).value()))
                    .extracting(line -> line.run().id())
                    .isEqualTo(runs);
        }
        RunLine lost = pages.runs().run(runs.get(2)).value().orElseThrow();
        assertThat(lost.state()).isEqualTo(RunState.LOST);
        assertThat(lost.jobName()).isEqualTo("job");
        assertThat(lost.stepName()).isEqualTo("render");
        assertThat(lost.nodeName()).isEqualTo("node");
        assertThat(lost.peakMebibytes()).isEqualTo(900);
        assertThat(pages.runs().run(new RunId(999)).value()).isEmpty();
    }

    @Test
    void aRunIsShownWhileItMoves() {
        JobId job = yard.submit(Yard.plan("job", 1));
        yard.join("node", 1);
        Run run = yard.motion.values().iterator().next();
        assertThat(state(run)).isEqualTo(RunState.ASSIGNED);
        yard.run(new Command.Started(run.id(), run.incarnation()));
        assertThat(state(run)).isEqualTo(RunState.RUNNING);
        yard.run(new Command.Cancel(job, "ada"));
        assertThat(state(run)).isEqualTo(RunState.CANCELLING);
        assertThat(line(job).state()).isEqualTo(JobState.CANCELLING);
        yard.assertStoreAgrees();
        yard.end(Outcome.Kind.INTERRUPTED);
        assertThat(state(run)).isEqualTo(RunState.INTERRUPTED);
        assertThat(line(job).state()).isEqualTo(JobState.CANCELLED);
    }

    private RunState state(Run run) {
        return pages.runs().run(run.id()).value().orElseThrow().state();
    }

    @Test
    void outputsAreTheLatestOfEachTask() {
        JobId job = yard.submit(Yard.plan("job", 3));
        StepId step = step(job);
        yard.join("node", 1);
        List<Run> first = new ArrayList<>();
        for (int i = 0; i < 3; i++) first.add(yard.end(Outcome.Kind.DONE));
        yard.run(new Command.RetryTask(job, step, 1, "ada"));
        Run again = yard.end(Outcome.Kind.DONE);

        assertThat(all(c -> pages.runs().outputs(job, c, 2).value()))
                .extracting(line -> line.run().id())
                .containsExactly(again.id(), first.get(2).id(), first.get(0).id());
        assertThat(all(c -> pages.runs().outputs(step, c, 2).value()))
                .extracting(line -> line.run().index())
                .containsExactly(0L, 1L, 2L);
        assertThat(pages.runs().outputs(step, null, 5).value().rows())
                .allSatisfy(line -> assertThat(line.details()).isEqualTo("{\"outputs\":[]}"));
    }

    @Test
    void nodesAreShownWithWhatTheyRunAndHold() {
        yard.submit(Yard.plan("job", Yard.step("render", 5, "scene", List.of())));
        NodeId first = yard.join("first", 2);
        yard.join("second", 1);
        yard.run(new Command.Lose(first, 1, "silent for 5 min"));

        var lost = pages.nodes().node(first).value().orElseThrow();
        assertThat(lost.state()).isEqualTo(NodeState.LOST);
        assertThat(lost.goneWhy()).isEqualTo("silent for 5 min");
        assertThat(lost.running()).isEmpty();
        assertThat(lost.instances()).isEmpty();
        var online = pages.nodes().node("second").value().orElseThrow();
        assertThat(online.running()).hasSize(1);
        assertThat(online.instances()).hasSize(1);
        assertThat(online.facts()).isEqualTo(Yard.facts("second", 1));
        assertThat(all(c -> pages.nodes().list(List.of(), c, 1).value())).hasSize(2);
        assertThat(pages.nodes().list(List.of(NodeState.ONLINE), null, 9).value().rows())
                .containsExactly(online);
        assertThat(pages.nodes().totals().value())
                .isEqualTo(Map.of(NodeState.LOST, 1L, NodeState.ONLINE, 1L));

        yard.join("first", 2);
        var back = pages.nodes().node(first).value().orElseThrow();
        assertThat(back.state()).isEqualTo(NodeState.ONLINE);
        assertThat(back.goneWhy()).isNull();
        assertThat(back.incarnation()).isEqualTo(2);
        assertThat(pages.nodes().history(first, null, 2).value().rows())
                .extracting(HistoryLine::what)
                .containsExactly("joined", "lost: silent for 5 min");
    }

    @Test
    void aLimitTellsWhoHoldsItsSeats() {
        yard.run(new Command.SetLimit("arnold", 2, "bought in May", "ada"));
        yard.run(new Command.SetLimit("nuke", 7, "", "ada"));
        var job = Yard.plan("job", Yard.step("render", 3, null, List.of(), "arnold"));
        yard.submit(job);
        yard.join("node", 3);

        var lines = pages.limits().list().value();
        assertThat(lines).extracting(LimitLine::name).containsExactly("arnold", "nuke");
        assertThat(lines).extracting(LimitLine::taken).containsExactly(2L, 0L);
        var arnold = pages.limits().limit("arnold").value().orElseThrow();
        assertThat(arnold.note()).isEqualTo("bought in May");
        assertThat(arnold.holders())
                .extracting(h -> h.run().jobName() + " " + h.run().run().label() + " " + h.seats())
                .containsExactly("job frame 1 1", "job frame 2 1");

        yard.run(new Command.SetLimit("arnold", 1, "", "eve"));
        yard.end(Outcome.Kind.DONE);
        assertThat(pages.limits().limit("arnold").value().orElseThrow().taken()).isEqualTo(1);
        assertThat(pages.limits().history(arnold.id(), null, 9).value().rows())
                .extracting(HistoryLine::what)
                .containsExactly("arnold set to 1", "arnold set to 2: bought in May");
        assertThat(pages.limits().limit("none").value()).isEmpty();
    }

    @Test
    void aLimitDeletedAndMadeAnewInOneBatchIsThere() {
        yard.run(new Command.SetLimit("arnold", 2, "", "ada"));
        yard.apply(new Command.DeleteLimit("arnold", "ada"));
        yard.apply(new Command.SetLimit("arnold", 3, "", "ada"));
        yard.apply(new Command.DeleteLimit("arnold", "ada"));
        yard.run(new Command.SetLimit("arnold", 4, "", "ada"));
        assertThat(pages.limits().limit("arnold").value().orElseThrow().count()).isEqualTo(4);
        yard.assertStoreAgrees();
    }

    private static Outcome failed(String reason, long peak) {
        return new Outcome(Outcome.Kind.FAILED, reason, "It was " + reason + ".", 0, 1, peak, "{}");
    }

    private Run oldestOn(NodeId node) {
        return yard.motion.values().stream()
                .filter(run -> run.node().equals(node))
                .findFirst()
                .orElseThrow();
    }

    private void end(Run run, Outcome outcome) {
        yard.run(new Command.Ended(run.id(), run.incarnation(), outcome));
        yard.assertStoreAgrees();
    }

    @Test
    void aNodeTellsWhyItIsQuarantinedUntilItIsTriedAgain() {
        NodeId bad = yard.join("bad", 1);
        NodeId good = yard.join("good", 1);
        yard.submit(Yard.plan("job", 20));
        for (int i = 0; i < 3; i++) end(oldestOn(bad), failed("crashed", 0));
        end(oldestOn(good), Yard.outcome(Outcome.Kind.DONE));
        var line = pages.nodes().node(bad).value().orElseThrow();
        assertThat(line.quarantine()).startsWith("3 tasks in a row failed here because of a crash");
        assertThat(line.quarantinedAt()).isNotNull();
        yard.run(new Command.TryAgain(bad, "ada"));
        yard.assertStoreAgrees();
        assertThat(pages.nodes().node(bad).value().orElseThrow().quarantine()).isNull();
        assertThat(pages.nodes().history(bad, null, 9).value().rows().getFirst().what())
                .isEqualTo("tried again, by ada");
    }

    @Test
    void aJobTellsWhyTheFarmHoldsItUntilItIsReleased() {
        NodeId node = yard.join("node", 1);
        JobId job = yard.submit(Yard.plan("job", 20));
        for (int i = 0; i < 3; i++) end(oldestOn(node), failed("missing_file", 0));
        assertThat(line(job).heldWhy())
                .isEqualTo(
                        "frame 1 and 2 more failed because of a missing file on node: It was missing_file");
        yard.run(new Command.Release(job, "ada"));
        yard.assertStoreAgrees();
        assertThat(line(job).heldWhy()).isNull();
    }

    @Test
    void aStepTellsWhatItAsksForAndHowOftenNoLicenceWasToBeHad() {
        NodeId node = yard.join("node", 1);
        JobId job = yard.submit(Yard.plan("job", 20));
        end(oldestOn(node), failed("out_of_memory", 2_000));
        assertThat(steps(job).getFirst().leastMebibytes()).isEqualTo(3_000);
        end(oldestOn(node), failed("licence", 0));
        assertThat(steps(job).getFirst().setbacks().refusals()).isEqualTo(1);
        assertThat(steps(job).getFirst().setbacks().restsUntil()).isGreaterThan(yard.now);
    }

    @Test
    void aJobsHistoryIsTheLatestFirst() {
        JobId job = yard.submit(Yard.plan("job", 1));
        yard.run(new Command.Hold(job, "bob"));
        yard.run(new Command.Edit(job, "new name", null, "eve"));
        List<HistoryLine> lines = all(c -> pages.jobs().history(job, c, 1).value());
        assertThat(lines).extracting(HistoryLine::who).containsExactly("eve", "bob", "ada");
        assertThat(line(job).name()).isEqualTo("new name");
    }

    @Test
    void totalsCountJobsAndTheTasksOfUnfinishedOnes() {
        assertThat(pages.jobs().totals().value().unfinished()).isEqualTo(Counts.NONE);
        yard.submit(Yard.plan("one", 1));
        yard.submit(Yard.plan("two", 5));
        yard.join("node", 1);
        yard.end(Outcome.Kind.DONE);
        var totals = pages.jobs().totals().value();
        assertThat(totals.jobs()).isEqualTo(Map.of(JobState.DONE, 1L, JobState.RUNNING, 1L));
        assertThat(totals.unfinished()).isEqualTo(new Counts(4, 1, 0, 0));
    }

    @Test
    void totalsFollowJobsThatFinishAndThoseTakenUpAgain() {
        JobId one = yard.submit(Yard.plan("one", 1));
        JobId two = yard.submit(Yard.plan("two", 1));
        yard.join("node", 1);
        assertTotals(Map.of(JobState.RUNNING, 1L, JobState.WAITING, 1L));
        yard.end(Outcome.Kind.DONE);
        assertTotals(Map.of(JobState.DONE, 1L, JobState.RUNNING, 1L));
        yard.run(new Command.Edit(one, "another name", null, "ada"));
        assertTotals(Map.of(JobState.DONE, 1L, JobState.RUNNING, 1L));
        yard.run(new Command.RetryAll(one, "ada"));
        assertTotals(Map.of(JobState.WAITING, 1L, JobState.RUNNING, 1L));
        yard.run(new Command.Cancel(one, "ada"));
        assertTotals(Map.of(JobState.CANCELLED, 1L, JobState.RUNNING, 1L));
        yard.end(Outcome.Kind.DONE);
        assertTotals(Map.of(JobState.CANCELLED, 1L, JobState.DONE, 1L));
        yard.run(new Command.RetryTask(two, step(two), 0, "ada"));
        assertTotals(Map.of(JobState.CANCELLED, 1L, JobState.RUNNING, 1L));
        yard.run(new Command.Delete(one, "ada"));
        assertTotals(Map.of(JobState.RUNNING, 1L));
        yard.revision = yard.store.takeOver().revision();
        assertTotals(Map.of(JobState.RUNNING, 1L));
    }

    /** Twice, because the second time may be answered from the first. */
    private void assertTotals(Map<JobState, Long> expected) {
        assertThat(pages.jobs().totals().value().jobs()).isEqualTo(expected);
        assertThat(pages.jobs().totals().value().jobs()).isEqualTo(expected);
    }

    @Test
    void aFinishedJobIsLoadedForRetry() {
        JobId job = yard.submit(Yard.plan("job", 2));
        assertThat(yard.store.loadJob(job)).isEmpty();
        yard.join("node", 1);
        yard.end(Outcome.Kind.DONE);
        yard.end(Outcome.Kind.DONE);
        var image = yard.store.loadJob(job).orElseThrow();
        assertThat(image.steps().getFirst().done()).hasSize(1);
        assertThat(yard.run(new Command.RetryTask(job, step(job), 0, "ada")))
                .isEqualTo(new Reply.Done());
        yard.assertStoreAgrees();
        assertThat(yard.store.loadJob(job)).isEmpty();
        assertThat(yard.store.loadJob(new JobId(99))).isEmpty();
    }
}
