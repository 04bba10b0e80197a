package org.lumenyard.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.flywaydb.core.Flyway;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.lumenyard.store.StorageUnavailable.Reason;
import org.postgresql.ds.PGSimpleDataSource;

/** A farm's tables in a PostgreSQL database, which this process has claimed. */
final class PostgresDatabase implements Database {
    /** Rows come a thousand at a time, so that no answer has to fit into memory. */
    private static final Settings SETTINGS =
            new Settings().withRenderSchema(false).withExecuteLogging(false).withFetchSize(1_000);

    private static final int CONNECT_SECONDS = 5;

    /** A database that says nothing for so long is gone, whatever the connection looks like. */
    private static final int ANSWER_SECONDS = 30;

    private static final int CLAIM_ANSWER_SECONDS = 5;

    /**
     * A server that froze within a transaction holds the farm's row; nobody waits for it longer.
     */
    private static final String IDLE_IN_TRANSACTION = "10s";

    private static final String LOCK_WAIT = "15s";

    private static final Duration TRUST = Duration.ofSeconds(10);

    /** A server that was just killed may still be listed for a moment. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final String NO_PRIVILEGE = "42501";

    private static final List<String> PRINTED =
            List.of(
                    "server_version",
                    "synchronous_commit",
                    "fsync",
                    "full_page_writes",
                    "synchronous_standby_names",
                    "data_checksums",
                    "server_encoding",
                    "transaction_isolation",
                    "lock_timeout",
                    "idle_in_transaction_session_timeout");

    private final Place.Postgres place;
    private final Claim claim;

    private PostgresDatabase(Place.Postgres place) {
        this.place = place;
        this.claim = new Claim(source(CLAIM_ANSWER_SECONDS));
    }

    /**
     * @throws DatabaseInUse naming the server that has it
     * @throws StorageUnavailable when it cannot be reached
     */
    static PostgresDatabase take(Place.Postgres place) throws IOException {
        var database = new PostgresDatabase(place);
        try {
            long begun = System.nanoTime();
            @Nullable String holder = database.claim.hold();
            while (holder != null && System.nanoTime() - begun < PATIENCE_NANOS) {
                TimeUnit.MILLISECONDS.sleep(100);
                holder = database.claim.hold();
            }
            if (holder != null) throw new DatabaseInUse(place, holder);
            return database;
        } catch (SQLException e) {
            throw database.unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for the database.", e);
        }
    }

    /** Beside the server that has it, to read only. */
    static PostgresDatabase beside(Place.Postgres place) {
        return new PostgresDatabase(place);
    }

    private PGSimpleDataSource source(int answerSeconds) {
        var source = new PGSimpleDataSource();
        source.setUrl(place.driverUrl());
        if (place.password() != null) source.setPassword(place.password());
        source.setApplicationName(Claim.ownName());
        source.setConnectTimeout(CONNECT_SECONDS);
        source.setLoginTimeout(2 * CONNECT_SECONDS);
        source.setSocketTimeout(answerSeconds);
        source.setTcpKeepAlive(true);
        source.setReWriteBatchedInserts(true);
        // Its details are rows, which do not belong into messages and logs.
        source.setLogServerErrorDetail(false);
        return source;
    }

    @Override
    public void migrate() throws SQLException {
        // Without a limit on answers: a migration takes as long as it takes.
        Flyway.configure()
                .dataSource(source(0))
                .locations("classpath:org/lumenyard/store/migrations")
                .load()
                .migrate();
    }

    @Override
    public void claim() throws SQLException {
        @Nullable String holder = claim.hold();
        if (holder != null) {
            throw new StorageUnavailable(
                    Reason.IN_USE,
                    "Another server has the database %s: %s.".formatted(place, holder));
        }
    }

    @Override
    public boolean stands(long term) throws SQLException {
        return claim.term().equals(OptionalLong.of(term));
    }

    @Override
    public Duration trust() {
        return TRUST;
    }

    @Override
    public Connection openWriter() throws SQLException {
        Connection connection = source(ANSWER_SECONDS).getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "set idle_in_transaction_session_timeout = '" + IDLE_IN_TRANSACTION + "'");
            statement.execute("set lock_timeout = '" + LOCK_WAIT + "'");
            requireDurability(statement);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** What is acknowledged is on disk: a server that is set otherwise cannot hold a farm. */
    private void requireDurability(Statement statement) throws SQLException {
        switch (shown(statement, "synchronous_commit")) {
            case "on", "remote_apply" -> {}
            default -> statement.execute("set synchronous_commit = on");
        }
        require(statement, "fsync", "on");
        require(statement, "full_page_writes", "on");
        require(statement, "server_encoding", "UTF8");
    }

    private void require(Statement statement, String setting, String value) throws SQLException {
        String found = shown(statement, setting);
        if (!found.equals(value)) {
            throw new StorageUnavailable(
                    Reason.BROKEN,
                    "The database %s has %s = %s; a farm needs %s."
                            .formatted(place, setting, found, value));
        }
    }

    private static String shown(Statement statement, String setting) throws SQLException {
        try (ResultSet row = statement.executeQuery("show " + setting)) {
            return row.next() ? row.getString(1) : "";
        }
    }

    @Override
    public HikariDataSource openReaders(int count) {
        var config = new HikariConfig();
        config.setPoolName("reads");
        config.setDataSource(source(ANSWER_SECONDS));
        config.setConnectionInitSql(
                "set session characteristics as transaction isolation level repeatable read, read only");
        config.setConnectionTimeout(TimeUnit.SECONDS.toMillis(CONNECT_SECONDS));
        config.setMaximumPoolSize(count);
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    /**
     * What is deleted there is free only after a vacuum: who deletes until it is less, deletes all.
     */
    @Override
    public long bytes(DSLContext sql) {
        return 0;
    }

    @Override
    public DSLContext sql(Connection connection) {
        return DSL.using(connection, SQLDialect.POSTGRES, SETTINGS);
    }

    @Override
    public Map<String, String> settings(Connection connection) throws SQLException {
        var answers = new LinkedHashMap<String, String>();
        try (Statement statement = connection.createStatement()) {
            for (String name : PRINTED) answers.put(name, shown(statement, name));
        }
        return answers;
    }

    /** PostgreSQL looks after itself. */
    @Override
    public Care care(Lock writing) {
        return new Care() {
            @Override
            public void committed() {}

            @Override
            public void close() {}
        };
    }

    /** By the classes of appendix A of PostgreSQL's manual. */
    @Override
    public boolean isStatementsFault(SQLException error) {
        String state = state(error);
        return switch (state.substring(0, Math.min(2, state.length()))) {
            // Cardinality, data, integrity, syntax or access rule, check option, program limit.
            case "21", "22", "23", "42", "44", "54" -> !state.equals(NO_PRIVILEGE);
            default -> false;
        };
    }

    @Override
    public StorageUnavailable unavailable(SQLException error) {
        String state = state(error);
        return switch (state) {
            case "53100" -> told(Reason.DISK_FULL, "has a full disk", error);
            case NO_PRIVILEGE, "25006" -> told(Reason.READ_ONLY, "cannot be written", error);
            case "55P03", "57014", "25P03" -> told(Reason.BUSY, "is kept locked", error);
            default ->
                    switch (state.substring(0, Math.min(2, state.length()))) {
                        case "08", "57", "" -> told(Reason.UNREACHABLE, "cannot be reached", error);
                        case "53", "40" -> told(Reason.BUSY, "is overloaded", error);
                        case "28" -> told(Reason.BROKEN, "does not let this server in", error);
                        default -> told(Reason.BROKEN, "fails", error);
                    };
        };
    }

    private StorageUnavailable told(Reason reason, String what, SQLException error) {
        return new StorageUnavailable(
                reason,
                "The database %s %s: %s".formatted(place, what, innermost(error).getMessage()),
                error);
    }

    private static String state(SQLException error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return "";
    }

    /** The pool's own error only says that there was one. */
    private static Throwable innermost(SQLException error) {
        Throwable innermost = error;
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException) innermost = cause;
        }
        return innermost;
    }

    @Override
    public void close() {
        claim.close();
    }
}
