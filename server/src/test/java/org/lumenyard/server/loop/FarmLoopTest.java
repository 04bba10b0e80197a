package org.lumenyard.server.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.core.Band;
import org.lumenyard.core.Change;
import org.lumenyard.core.Command;
import org.lumenyard.core.Effect;
import org.lumenyard.core.FarmImage;
import org.lumenyard.core.JobId;
import org.lumenyard.core.JobPlan;
import org.lumenyard.core.NodeFacts;
import org.lumenyard.core.Outcome;
import org.lumenyard.core.Reply;
import org.lumenyard.core.Requirements;
import org.lumenyard.core.RunId;
import org.lumenyard.core.TaskSpace;
import org.lumenyard.store.Reign;
import org.lumenyard.store.Store;

/** The loop on a real store, without HTTP. */
class FarmLoopTest {
    private static final Outcome DONE = Outcome.of(Outcome.Kind.DONE, "done");

    private record Frames(long size) implements TaskSpace {
        @Override
        public String label(long index) {
            return Long.toString(index);
        }

        @Override
        public String frozen() {
            return Long.toString(size);
        }
    }

    /** Remembers what it was told. */
    private static final class Ear implements Outside {
        final List<Reign> reigns = new CopyOnWriteArrayList<>();
        final List<Effect> effects = new CopyOnWriteArrayList<>();
        final List<Long> revisions = new CopyOnWriteArrayList<>();
        final CompletableFuture<Effect.Start> firstStart = new CompletableFuture<>();

        @Override
        public void began(Reign reign, FarmImage image) {
            reigns.add(reign);
        }

        @Override
        public void committed(long revision, List<Change> changes, List<Effect> sent) {
            revisions.add(revision);
            effects.addAll(sent);
            sent.stream()
                    .filter(Effect.Start.class::isInstance)
                    .map(Effect.Start.class::cast)
                    .forEach(firstStart::complete);
        }

        @Override
        public void troubled(String why) {}
    }

    @TempDir Path folder;
    private final Ear ear = new Ear();
    private Store store;
    private FarmLoop loop;

    @BeforeEach
    void begin() throws IOException {
        store = Store.open(folder, frozen -> new Frames(Long.parseLong(frozen)));
        loop = new FarmLoop(store, System::currentTimeMillis, ear, LoopFigures.NONE);
        loop.start();
        loop.awaitReign(Duration.ofSeconds(20));
    }

    @AfterEach
    void end() throws IOException {
        loop.close();
        store.close();
    }

    private static Command.Submit submit(String name, int frames) {
        var one =
                new Requirements(
                        List.of(new Requirements.Amount(Requirements.VCPU, 1, 1)),
                        List.of(),
                        false);
        var step = new JobPlan.StepPlan("render", new Frames(frames), List.of(), one, null, "{}");
        return new Command.Submit(
                new JobPlan(name, "ada", Band.NORMAL, 50, false, "", "", List.of(step)));
    }

    private static Command.Join join(long processors) {
        var facts =
                new NodeFacts(
                        "north",
                        "m",
                        "b",
                        "p",
                        Map.of(Requirements.VCPU, processors),
                        Map.of(),
                        "{}");
        return new Command.Join(facts, true, List.of());
    }

    private Answer ask(Command command) {
        return now(loop.ask(command));
    }

    private Answer report(Command command) {
        var answer = new CompletableFuture<Answer>();
        loop.report(command, answer::complete);
        return now(answer);
    }

    private static <T> T now(CompletableFuture<T> future) {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private JobId submitted(String name, int frames) {
        var replied = (Answer.Replied) ask(submit(name, frames));
        return ((Reply.Submitted) replied.reply()).job();
    }

    @Test
    void anErrorLeavesNobodyWithoutAnAnswer() throws Exception {
        var keep =
                new Keep(
                        "ada",
                        "key",
                        "hash",
                        reply -> {
                            throw new StackOverflowError();
                        });
        Answer answer = loop.ask(submit("too deep", 1), keep).get(20, TimeUnit.SECONDS);
        assertThat(answer).isInstanceOf(Answer.Unavailable.class);
        loop.awaitReign(Duration.ofSeconds(20));
        assertThat(loop.ask(submit("next", 1)).get(20, TimeUnit.SECONDS))
                .isInstanceOf(Answer.Replied.class);
        assertThat(store.load().jobs()).hasSize(1);
    }

    @Test
    void anAnswerIsStoredBeforeItIsGiven() {
        JobId job = submitted("a", 3);
        assertThat(store.load().jobs()).extracting(FarmImage.JobImage::id).containsExactly(job);
    }

    @Test
    void manyCommandsShareFewCommits() {
        var answers = new ArrayList<CompletableFuture<Answer>>();
        for (int i = 0; i < 500; i++) {
            answers.add(loop.ask(submit("job " + i, 1)));
        }
        answers.forEach(answer -> assertThat(now(answer)).isInstanceOf(Answer.Replied.class));
        assertThat(ear.revisions.size()).isLessThan(250);
        assertThat(store.load().jobs()).hasSize(500);
    }

    @Test
    void aReignThatEndedUnderItIsBegunAnewAndNothingIsAnsweredAsDone() throws SQLException {
        submitted("before", 1);
        anotherTakesOver();
        Answer refused = ask(submit("lost", 1));
        assertThat(refused).isInstanceOf(Answer.Unavailable.class);
        loop.awaitReign(Duration.ofSeconds(20));
        submitted("after", 1);
        assertThat(store.load().jobs())
                .extracting(job -> job.plan().name())
                .containsExactly("before", "after");
        assertThat(ear.reigns.getLast().term()).isGreaterThan(ear.reigns.getFirst().term());
    }

    @Test
    void anAgentsReportOutlivesTheEndOfAReign() throws SQLException {
        submitted("job", 1);
        report(join(1));
        var run = now(ear.firstStart).run();
        anotherTakesOver();
        var answer = (Answer.Replied) report(new Command.Ended(run.id(), run.incarnation(), DONE));
        assertThat(answer.reply()).isEqualTo(new Reply.Done());
        assertThat(store.load().jobs()).isEmpty();
    }

    @Test
    void aCommandThatCannotBeStoredIsRefusedAlone() throws SQLException {
        refuseRowsNamed("poison");
        var good = loop.ask(submit("good", 1));
        var bad = loop.ask(submit("poison", 1));
        var better = loop.ask(submit("better", 1));
        assertThat(now(good)).isInstanceOf(Answer.Replied.class);
        assertThat(now(bad)).isInstanceOf(Answer.CannotStore.class);
        assertThat(now(better)).isInstanceOf(Answer.Replied.class);
        assertThat(store.load().jobs())
                .extracting(job -> job.plan().name())
                .containsExactlyInAnyOrder("good", "better");
        assertThat(loop.trouble()).isEmpty();
    }

    @Test
    void aReportThatCannotBeStoredKeepsItsOutcomeAndLosesItsText() throws SQLException {
        JobId job = submitted("job", 1);
        report(join(1));
        var run = now(ear.firstStart).run();
        execute(
                "create trigger no_text before update on run when new.sentence = 'poison' begin select raise(abort, 'no'); end");
        var ended = new Command.Ended(run.id(), run.incarnation(), DONE.because("poison"));
        assertThat(report(ended)).isInstanceOf(Answer.Replied.class);
        assertThat(store.load().jobs()).isEmpty();
        assertThat(store.pages().jobs().job(job).value().orElseThrow().job().counts().done())
                .isEqualTo(1);
    }

    /** As another server would that shared the database. */
    private void anotherTakesOver() throws SQLException {
        execute("update farm set term = term + 1");
    }

    private void refuseRowsNamed(String name) throws SQLException {
        execute(
                "create trigger no_poison before insert on job when new.name = '"
                        + name
                        + "' begin select raise(abort, 'no'); end");
    }

    private void execute(String statement) throws SQLException {
        try (var connection =
                        DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("farm.db"));
                var sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    @Test
    void aFinishedJobIsTakenUpAgainForARetry() {
        JobId job = submitted("job", 1);
        report(join(1));
        var run = now(ear.firstStart).run();
        report(new Command.Ended(run.id(), run.incarnation(), DONE));
        assertThat(store.load().jobs()).isEmpty();
        var retried = (Answer.Replied) ask(new Command.RetryAll(job, "ada"));
        assertThat(retried.reply()).isEqualTo(new Reply.Done());
        assertThat(store.load().jobs()).extracting(FarmImage.JobImage::id).containsExactly(job);
    }

    @Test
    void aCommandOnAJobThatFinishesInTheSameBatchSeesItFinished() {
        JobId job = submitted("job", 1);
        report(join(1));
        var run = now(ear.firstStart).run();
        var ended = new CompletableFuture<Answer>();
        loop.report(new Command.Ended(run.id(), run.incarnation(), DONE), ended::complete);
        var hold = loop.ask(new Command.Hold(job, "ada"));
        now(ended);
        var reply = ((Answer.Replied) now(hold)).reply();
        assertThat(Set.of("Done", "Refused")).contains(reply.getClass().getSimpleName());
    }

    @Test
    void unknownJobsAreRefused() {
        var replied = (Answer.Replied) ask(new Command.Hold(new JobId(999), "ada"));
        assertThat(replied.reply()).isInstanceOf(Reply.Refused.class);
    }

    @Test
    void wordOfAnUnknownRunIsAnsweredAndChangesNothing() {
        long before = loop.revision();
        var replied = (Answer.Replied) report(new Command.Ended(new RunId(77), 1, DONE));
        assertThat(replied.reply()).isEqualTo(new Reply.Done());
        assertThat(loop.revision()).isEqualTo(before);
    }
}
