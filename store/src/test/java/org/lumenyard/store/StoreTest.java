package org.lumenyard.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.lumenyard.core.Change;
import org.lumenyard.core.FarmImage;
import org.lumenyard.core.JobId;
import org.lumenyard.core.JobPlan;
import org.lumenyard.core.StepId;
import org.lumenyard.store.pages.JobsQuery;

/** What every database must do for a farm; each has a test class of its own that says where. */
abstract class StoreTest {
    /** The same in one test, a new one in the next. */
    abstract Place place();

    /** A connection that goes past the store. */
    abstract Connection fromOutside() throws SQLException;

    final Store open() throws IOException {
        return Store.open(place(), Frames::read);
    }

    @Test
    void aNewFarmIsEmpty() throws IOException {
        try (Store store = open()) {
            Reign reign = store.takeOver();
            assertThat(reign.revision()).isZero();
            assertThat(store.load()).isEqualTo(FarmImage.empty());
        }
    }

    @Test
    void eachReignHasAHigherTermAndTheSameLineage() throws IOException {
        Reign first;
        try (Store store = open()) {
            first = store.takeOver();
            store.commit(new Batch(7, 40, List.of()));
        }
        try (Store store = open()) {
            assertThat(store.takeOver())
                    .isEqualTo(new Reign(first.term() + 1, first.lineage(), 7, 40));
            assertThat(store.takeOver().term()).isEqualTo(first.term() + 2);
        }
    }

    @Test
    void aSecondProcessIsToldWhoIsThere() throws Exception {
        try (Store store = open()) {
            assertThat(openElsewhere())
                    .contains("is in use by")
                    .contains("process " + ProcessHandle.current().pid());
            store.takeOver();
            assertThat(openElsewhere()).contains("is in use by");
        }
        assertThat(openElsewhere()).contains("opened");
    }

    private String openElsewhere() throws IOException, InterruptedException {
        Process process = Elsewhere.start(place(), Opening.class);
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return said;
    }

    /** Run as a process of its own. */
    static final class Opening {
        public static void main(String[] arguments) throws IOException {
            try (Store store = Store.open(Elsewhere.place(arguments), Frames::read)) {
                System.out.println("opened " + store.effectiveSettings());
            } catch (FolderInUse | DatabaseInUse e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void whoDoesNotReignStoresNothing() throws Exception {
        try (Store store = open()) {
            var batch = new Batch(1, 4, List.of(submission(1, 2)));
            assertThatThrownBy(() -> store.commit(batch)).isInstanceOf(ReignOver.class);
            store.takeOver();
            raiseTermFromOutside();
            assertThatThrownBy(() -> store.commit(batch)).isInstanceOf(ReignOver.class);
            assertThatThrownBy(() -> store.commit(batch)).isInstanceOf(ReignOver.class);
            assertThat(store.takeOver().revision()).isZero();
            assertThat(store.load().jobs()).isEmpty();
            store.commit(batch);
            assertThat(store.load().jobs()).hasSize(1);
        }
    }

    private void raiseTermFromOutside() throws SQLException {
        try (var connection = fromOutside();
                var statement = connection.createStatement()) {
            statement.execute("update farm set term = term + 1");
        }
    }

    @Test
    void aRefusedRowLeavesItsBatchUnstoredAndTheReignGoesOn() throws IOException {
        try (Store store = open()) {
            store.takeOver();
            store.commit(new Batch(1, 3, List.of(submission(1, 2))));
            var twice = new Batch(2, 5, List.of(submission(3, 4), submission(1, 9)));
            assertThatThrownBy(() -> store.commit(twice))
                    .isInstanceOf(CannotStore.class)
                    .hasMessageContaining("JOB_SUBMITTED")
                    .message()
                    .containsIgnoringCase("unique");
            store.commit(new Batch(2, 7, List.of(submission(5, 6))));
            assertThat(store.load().jobs())
                    .extracting(FarmImage.JobImage::id)
                    .containsExactly(new JobId(1), new JobId(5));
            assertThat(store.load().nextId()).isEqualTo(7);
        }
    }

    @Test
    void textThatNoDatabaseTakesIsMadeStorable() throws IOException {
        try (Store store = open()) {
            store.takeOver();
            var edit = new Change.JobEdited(new JobId(1), "a\0b\ud800c😀", "");
            store.commit(new Batch(1, 3, List.of(submission(1, 2), edit)));
            assertThat(store.load().jobs().getFirst().plan().name()).isEqualTo("a\ufffdb\ufffdc😀");
            store.addToken(new Token("hash", "admin", "a\0b\ud800c😀", 5));
            assertThat(store.tokens().getFirst().name()).isEqualTo("a\ufffdb\ufffdc😀");
        }
    }

    @Test
    void tokensAreFoundByTheirHash() throws IOException {
        try (Store store = open()) {
            store.takeOver();
            var token = new Token("hash", "admin", "first", 5);
            store.addToken(token);
            store.addToken(new Token("hash", "viewer", "again", 6));
            assertThat(store.token("hash")).contains(token);
            assertThat(store.token("other")).isEmpty();
            assertThat(store.tokens()).containsExactly(token);
            assertThat(store.removeToken("hash")).isTrue();
            assertThat(store.removeToken("hash")).isFalse();
            assertThat(store.tokens()).isEmpty();
        }
    }

    @Test
    void anAnswerIsStoredWithWhatItAnswersAndForgottenLater() throws IOException {
        try (Store store = open()) {
            store.takeOver();
            var answer = new AnsweredRequest("ada", "key", "body", "job 1", 100);
            store.commit(new Batch(1, 3, List.of(submission(1, 2)), List.of(answer)));
            assertThat(store.answered("ada", "key")).contains(answer);
            assertThat(store.answered("bob", "key")).isEmpty();
            var again = new Batch(2, 5, List.of(submission(3, 4)), List.of(answer));
            assertThatThrownBy(() -> store.commit(again)).isInstanceOf(CannotStore.class);
            assertThat(store.load().jobs()).hasSize(1);
            assertThat(store.forgetAnswered(100)).isZero();
            assertThat(store.forgetAnswered(101)).isOne();
            assertThat(store.answered("ada", "key")).isEmpty();
        }
    }

    @Test
    void aClosedStoreSaysSo() throws IOException {
        Store store = open();
        store.takeOver();
        store.close();
        assertThatThrownBy(() -> store.pages().jobs().list(JobsQuery.newest(10)))
                .isInstanceOf(StorageUnavailable.class);
        assertThatThrownBy(() -> store.commit(new Batch(1, 1, List.of())))
                .isInstanceOf(ReignOver.class);
    }

    @Test
    void aReadSeesTheRevisionOfItsRows() throws IOException {
        try (Store store = open()) {
            store.takeOver();
            for (int i = 1; i <= 3; i++) {
                store.commit(new Batch(i, 2 * i + 1, List.of(submission(2 * i - 1, 2 * i))));
                var jobs = store.pages().jobs().list(JobsQuery.newest(10));
                assertThat(jobs.revision()).isEqualTo(i);
                assertThat(jobs.value().rows()).hasSize(i);
            }
        }
    }

    @Test
    void readersBesideTheWriterSeeWholeBatches() throws Exception {
        int batches = 200;
        try (Store store = open();
                var readers = Executors.newVirtualThreadPerTaskExecutor()) {
            store.takeOver();
            var seen = new ArrayList<Future<Long>>();
            for (int i = 0; i < 8; i++) {
                seen.add(readers.submit(() -> readUntil(store, batches)));
            }
            for (int i = 1; i <= batches; i++) {
                var two =
                        List.of(submission(4L * i, 4L * i + 1), submission(4L * i + 2, 4L * i + 3));
                store.commit(new Batch(i, 4L * i + 4, two));
            }
            for (var reader : seen) assertThat(reader.get()).isEqualTo(batches);
        }
    }

    private static long readUntil(Store store, long revision) {
        long seen = 0;
        while (seen < revision) {
            var jobs = store.pages().jobs().list(JobsQuery.newest(1_000));
            assertThat(jobs.value().rows()).hasSize((int) (2 * jobs.revision()));
            assertThat(jobs.revision()).isGreaterThanOrEqualTo(seen);
            seen = jobs.revision();
        }
        return seen;
    }

    static Change submission(long job, long step) {
        JobPlan plan = Yard.plan("job " + job, 10);
        return new Change.JobSubmitted(
                new JobId(job), List.of(new StepId(step)), plan, 1_000 + job);
    }
}
