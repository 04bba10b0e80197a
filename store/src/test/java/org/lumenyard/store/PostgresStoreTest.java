package org.lumenyard.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lumenyard.testing.PostgresCluster;

/** A farm in a PostgreSQL database. */
class PostgresStoreTest extends StoreTest {
    private PostgresCluster.Database database;

    @BeforeEach
    void makeDatabase() {
        database = PostgresCluster.shared().newDatabase();
    }

    @Override
    Place place() {
        return new Place.Postgres(database.url(), database.password());
    }

    @Override
    Connection fromOutside() throws SQLException {
        return database.connect();
    }

    private void outside(String... statements) throws SQLException {
        try (var connection = fromOutside();
                var executed = connection.createStatement()) {
            for (String statement : statements) executed.execute(statement);
        }
    }

    @Test
    void commitsAreDurable() throws Exception {
        outside("alter database %s set synchronous_commit = off".formatted(name()));
        try (Store store = open()) {
            store.takeOver();
            assertThat(store.effectiveSettings())
                    .containsEntry("synchronous_commit", "on")
                    .containsEntry("fsync", "on")
                    .containsEntry("full_page_writes", "on")
                    .containsEntry("server_encoding", "UTF8");
        }
        outside("alter database %s set synchronous_commit = remote_apply".formatted(name()));
        try (Store store = open()) {
            assertThat(store.effectiveSettings())
                    .containsEntry("synchronous_commit", "remote_apply");
        }
    }

    private String name() {
        return database.url().replaceFirst(".*/", "");
    }

    @Test
    void aDatabaseInAnotherEncodingIsRefused() throws Exception {
        outside("create database latin template template0 encoding 'LATIN1' locale 'C'");
        var place =
                new Place.Postgres(database.url().replace(name(), "latin"), database.password());
        assertThatThrownBy(() -> Store.open(place, Frames::read).close())
                .isInstanceOf(StorageUnavailable.class)
                .hasMessageContaining("LATIN1")
                .hasMessageNotContaining(database.password());
    }

    @Test
    void aSecondServerIsToldWhoReigns() throws Exception {
        try (Store store = open()) {
            store.takeOver();
            var refused = catchThrowableOfType(DatabaseInUse.class, this::open);
            assertThat(refused.holder())
                    .contains("process " + ProcessHandle.current().pid())
                    .contains("127.0.0.1");
            assertThat(refused).hasMessageNotContaining(database.password());
        }
        open().close();
    }

    @Test
    void aReignIsSeenToStandOrToBeOver() throws Exception {
        try (Store store = open()) {
            long term = store.takeOver().term();
            assertThat(store.stands(term)).isTrue();
            store.assertReign();
            outside("update farm set term = term + 1");
            assertThat(store.stands(term)).isFalse();
            assertThatThrownBy(store::assertReign).isInstanceOf(ReignOver.class);
            assertThat(store.stands(store.takeOver().term())).isTrue();
        }
    }

    @Test
    void aDatabaseThatOnlyReadsIsToldFromABrokenOne() throws Exception {
        try (Store store = open()) {
            outside("alter database %s set default_transaction_read_only = on".formatted(name()));
            assertThat(catchThrowableOfType(StorageUnavailable.class, store::takeOver).reason())
                    .isEqualTo(StorageUnavailable.Reason.READ_ONLY);
            outside(
                    "set default_transaction_read_only = off",
                    "alter database %s reset default_transaction_read_only".formatted(name()));
            store.takeOver();
            store.commit(new Batch(1, 3, List.of(submission(1, 2))));
        }
    }

    @Test
    void aCancelledCommitEndsTheReignAndStoresNothing() throws Exception {
        try (Store store = open()) {
            store.takeOver();
            try (var blocking = fromOutside();
                    var statement = blocking.createStatement()) {
                blocking.setAutoCommit(false);
                statement.execute("update farm set revision = revision");
                var cancelling = Thread.ofVirtual().start(this::cancelWhoWaits);
                var failure =
                        catchThrowableOfType(
                                StorageUnavailable.class,
                                () -> store.commit(new Batch(1, 3, List.of(submission(1, 2)))));
                assertThat(failure.reason()).isEqualTo(StorageUnavailable.Reason.BUSY);
                cancelling.join();
            }
            assertThat(store.takeOver().revision()).isZero();
            assertThat(store.load().jobs()).isEmpty();
        }
    }

    private void cancelWhoWaits() {
        try (var connection = fromOutside();
                var statement = connection.createStatement()) {
            while (true) {
                try (var row =
                        statement.executeQuery(
                                """
                                select pg_cancel_backend(pid) from pg_stat_activity
                                where datname = current_database() and wait_event_type = 'Lock'
                                """)) {
                    if (row.next()) return;
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aWrongPasswordIsToldWithoutIt() {
        var place = new Place.Postgres(database.url(), "guessed");
        assertThatThrownBy(() -> Store.open(place, Frames::read).close())
                .isInstanceOfSatisfying(
                        StorageUnavailable.class,
                        e -> assertThat(e.reason()).isEqualTo(StorageUnavailable.Reason.BROKEN))
                .hasMessageContaining("does not let this server in")
                .hasMessageNotContaining("guessed");
        assertThat(place).hasToString(database.url());
    }

    @Test
    void twoFarmsMayShareADatabaseInSchemasOfTheirOwn() throws Exception {
        outside("create schema east");
        outside("create schema west");
        try (Store east = schema("east");
                Store west = schema("west")) {
            assertThat(east.takeOver().lineage()).isNotEqualTo(west.takeOver().lineage());
            east.commit(new Batch(1, 3, List.of(submission(1, 2))));
            assertThat(west.load().jobs()).isEmpty();
        }
    }

    private Store schema(String name) throws IOException {
        String url = database.url() + "?currentSchema=" + name;
        return Store.open(new Place.Postgres(url, database.password()), Frames::read);
    }
}
