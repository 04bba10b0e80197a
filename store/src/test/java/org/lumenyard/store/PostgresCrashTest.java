package org.lumenyard.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lumenyard.testing.PostgresCluster;

/** Crashes of a server whose farm is in a PostgreSQL database, of that, and of what is between. */
class PostgresCrashTest extends CrashTest {
    private static PostgresCluster cluster;

    private PostgresCluster.Database database;

    @BeforeAll
    static void start() {
        cluster = PostgresCluster.start();
    }

    @AfterAll
    static void end() {
        if (cluster != null) cluster.close();
    }

    @BeforeEach
    void makeDatabase() {
        database = cluster.newDatabase();
    }

    @Override
    Place place() {
        return new Place.Postgres(database.url(), database.password());
    }

    private Place over(Ferry ferry) {
        return new Place.Postgres(database.at(ferry.port()).url(), database.password());
    }

    private interface Fault {
        void strike() throws Exception;
    }

    private void underLoad(int times, Fault fault) throws Exception {
        var chance = new Random();
        try (var writer = new Writer(place())) {
            for (int time = 0; time < times; time++) {
                writer.awaitMore(1 + chance.nextInt(40));
                TimeUnit.MICROSECONDS.sleep(chance.nextInt(5_000));
                int before = writer.faults();
                fault.strike();
                writer.awaitMore(5);
                assertThat(writer.faults()).isGreaterThan(before);
            }
        }
    }

    @Test
    void killedConnectionsLoseNothing() throws Exception {
        underLoad(
                8,
                () -> {
                    try (var connection = database.connect();
                            var statement = connection.createStatement()) {
                        statement.execute(
                                """
                                select pg_terminate_backend(pid) from pg_stat_activity
                                where application_name like 'lumenyard%' and datname = current_database()
                                """);
                    }
                });
    }

    @Test
    void aKilledBackendLosesNothing() throws Exception {
        underLoad(4, () -> kill(writersBackend()));
    }

    /** The process that serves the writer: the claim's only ever reads. */
    private long writersBackend() throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var row =
                        statement.executeQuery(
                                """
                                select pid from pg_stat_activity
                                where application_name like 'lumenyard%'
                                  and datname = current_database()
                                order by backend_xid is null, backend_start desc
                                """)) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        }
    }

    private static void kill(long pid) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-9", Long.toString(pid)).start().waitFor()).isZero();
    }

    @Test
    void aKilledDatabaseLosesNothing() throws Exception {
        underLoad(
                3,
                () -> {
                    cluster.kill();
                    cluster.begin();
                });
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionThatDiesInACommitLeavesTheBatchWholeOrNotAtAll(Ferry.Cargo lost)
            throws Exception {
        try (var ferry = new Ferry(cluster.port());
                Store store = Store.open(over(ferry), Frames::read)) {
            for (int round = 0; round < 3; round++) {
                long revision = store.takeOver().revision();
                store.commit(Ledger.batch(revision + 1));
                ferry.lose(lost);
                var failure =
                        catchThrowableOfType(
                                StorageUnavailable.class,
                                () -> store.commit(Ledger.batch(revision + 2)));
                assertThat(ferry.hasLost()).isTrue();
                assertThat(failure.reason()).isEqualTo(StorageUnavailable.Reason.UNREACHABLE);
                long found = store.takeOver().revision();
                assertThat(found)
                        .isEqualTo(
                                switch (lost) {
                                    case COMMIT -> revision + 1;
                                    case ANSWER_TO_COMMIT -> revision + 2;
                                });
                Ledger.assertHolds(store, found);
            }
        }
    }

    @Test
    void ofTwoServersOneReignsAndTheOtherIsToldWho() throws Exception {
        try (var ferry = new Ferry(cluster.port());
                Store former = Store.open(over(ferry), Frames::read)) {
            long term = former.takeOver().term();
            former.commit(Ledger.batch(1));
            assertThat(
                            catchThrowableOfType(
                                            DatabaseInUse.class,
                                            () -> Store.open(place(), Frames::read))
                                    .holder())
                    .isEqualTo(Claim.ownName() + " (127.0.0.1)");
            ferry.cut();
            try (Store later = Store.open(place(), Frames::read)) {
                assertThat(later.takeOver().term()).isEqualTo(term + 1);
                assertThat(failure(() -> former.commit(Ledger.batch(2))))
                        .isEqualTo(StorageUnavailable.Reason.UNREACHABLE);
                assertThat(failure(() -> former.stands(term)))
                        .isEqualTo(StorageUnavailable.Reason.UNREACHABLE);
                ferry.mend();
                assertThat(former.stands(term)).isFalse();
                assertThat(failure(former::takeOver)).isEqualTo(StorageUnavailable.Reason.IN_USE);
                later.commit(Ledger.batch(2));
                Ledger.assertHolds(later, 2);
            }
            assertThat(former.takeOver().revision()).isEqualTo(2);
            Ledger.assertHolds(former, 2);
        }
    }

    private static StorageUnavailable.Reason failure(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable what) {
        return catchThrowableOfType(StorageUnavailable.class, what).reason();
    }

    /** The later one took the reign while the former's connections stood, and both wrote. */
    @Test
    void aReignThatWasTakenStoresNothingMoreThoughItsConnectionLives() throws Exception {
        try (Store former = Store.open(place(), Frames::read)) {
            former.takeOver();
            former.commit(Ledger.batch(1));
            try (var connection = database.connect();
                    var statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("update farm set term = term + 1");
                var waiting = new Thread(() -> failureOf(former));
                waiting.start();
                while (!isWaiting()) Thread.sleep(5);
                connection.commit();
                waiting.join();
            }
            assertThat(former.takeOver().revision()).isEqualTo(1);
            Ledger.assertHolds(former, 1);
        }
    }

    private static void failureOf(Store store) {
        catchThrowableOfType(ReignOver.class, () -> store.commit(Ledger.batch(2)));
    }

    private boolean isWaiting() throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var row =
                        statement.executeQuery(
                                """
                                select count(*) from pg_stat_activity
                                where datname = current_database() and wait_event_type = 'Lock'
                                """)) {
            return row.next() && row.getInt(1) > 0;
        }
    }
}
