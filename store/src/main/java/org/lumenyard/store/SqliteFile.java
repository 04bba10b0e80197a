package org.lumenyard.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.locks.Lock;
import org.flywaydb.core.Flyway;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** The SQLite database in a data folder: how it is opened, set, and what its errors mean. */
final class SqliteFile implements Database {
    private static final Settings SETTINGS =
            new Settings().withRenderSchema(false).withExecuteLogging(false);

    /** How long a statement waits for a lock; only checkpoints and backups take one. */
    private static final int BUSY_MILLIS = 5_000;

    /** What the database's file is called. */
    static final String NAME = "farm.db";

    private final @Nullable FolderLock lock;
    private final Path folder;
    private final Path file;

    private SqliteFile(@Nullable FolderLock lock, Path folder) {
        this.lock = lock;
        this.folder = folder;
        this.file = folder.resolve(NAME);
    }

    /**
     * Takes the folder, making it where it is missing.
     *
     * @throws FolderInUse when another process, or this one, has it
     */
    static SqliteFile take(Path folder) throws IOException {
        return new SqliteFile(FolderLock.take(folder), folder.toRealPath());
    }

    /** Beside the process that has the folder, to read only. */
    static SqliteFile beside(Path folder) throws IOException {
        return new SqliteFile(null, folder.toRealPath());
    }

    /** Writes what is committed now to a new file, while others go on. */
    void writeTo(Path copy) throws SQLException {
        try (Connection connection = open();
                var statement = connection.prepareStatement("vacuum into ?")) {
            statement.setString(1, copy.toString());
            statement.execute();
        }
    }

    Path log() {
        return folder.resolve("farm.db-wal");
    }

    @Override
    public void migrate() throws SQLException {
        // The first page fixes auto_vacuum, so this precedes all else.
        try (Connection first = open();
                Statement statement = first.createStatement()) {
            statement.execute("pragma auto_vacuum = incremental");
            statement.execute("pragma journal_mode = wal");
        }
        Flyway.configure()
                .dataSource(url(), null, null)
                .locations("classpath:org/lumenyard/store/migrations")
                .load()
                .migrate();
    }

    /** The lock on the folder lasts as long as this process. */
    @Override
    public void claim() {}

    @Override
    public boolean stands(long term) {
        return true;
    }

    @Override
    public Duration trust() {
        return Duration.ZERO;
    }

    /** Its transactions take the write lock at once. */
    @Override
    public Connection openWriter() throws SQLException {
        var properties = new Properties();
        properties.setProperty("transaction_mode", "IMMEDIATE");
        Connection connection = DriverManager.getConnection(url(), properties);
        set(
                connection,
                "journal_mode = wal",
                "synchronous = full",
                "busy_timeout = " + BUSY_MILLIS,
                "foreign_keys = off",
                // Checkpoints have a thread of their own.
                "wal_autocheckpoint = 0",
                "cache_size = -16384");
        return connection;
    }

    /** A connection for checkpoints and other care. */
    Connection open() throws SQLException {
        Connection connection = DriverManager.getConnection(url());
        set(connection, "busy_timeout = " + BUSY_MILLIS, "synchronous = full");
        return connection;
    }

    @Override
    public HikariDataSource openReaders(int count) {
        var config = new HikariConfig();
        config.setPoolName("reads");
        config.setJdbcUrl(url());
        config.setConnectionInitSql("pragma query_only = on");
        config.addDataSourceProperty("busy_timeout", Integer.toString(BUSY_MILLIS));
        config.setMaximumPoolSize(count);
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    /** Pages that were given free are used again, or given back to the disk, in a while. */
    @Override
    public long bytes(DSLContext sql) {
        return (pragma(sql, "page_count") - pragma(sql, "freelist_count"))
                * pragma(sql, "page_size");
    }

    private static long pragma(DSLContext sql, String name) {
        return sql.fetchSingle("pragma " + name).get(0, Long.class);
    }

    @Override
    public DSLContext sql(Connection connection) {
        return DSL.using(connection, SQLDialect.SQLITE, SETTINGS);
    }

    @Override
    public Map<String, String> settings(Connection connection) throws SQLException {
        var answers = new LinkedHashMap<String, String>();
        try (Statement statement = connection.createStatement()) {
            for (String name :
                    List.of(
                            "journal_mode",
                            "synchronous",
                            "auto_vacuum",
                            "busy_timeout",
                            "foreign_keys",
                            "wal_autocheckpoint",
                            "page_size")) {
                try (ResultSet row = statement.executeQuery("pragma " + name)) {
                    if (row.next()) answers.put(name, inWords(name, row.getString(1)));
                }
            }
            try (ResultSet row = statement.executeQuery("select sqlite_version()")) {
                if (row.next()) answers.put("version", row.getString(1));
            }
        }
        return answers;
    }

    private static String inWords(String pragma, String value) {
        return switch (pragma + "=" + value) {
            case "synchronous=0" -> "off";
            case "synchronous=1" -> "normal";
            case "synchronous=2" -> "full";
            case "synchronous=3" -> "extra";
            case "auto_vacuum=0" -> "none";
            case "auto_vacuum=1" -> "full";
            case "auto_vacuum=2" -> "incremental";
            case "foreign_keys=0" -> "off";
            case "foreign_keys=1" -> "on";
            default -> value;
        };
    }

    @Override
    public Care care(Lock writing) {
        return new Checkpoints(this, writing);
    }

    @Override
    public boolean isStatementsFault(SQLException error) {
        return switch (code(error)) {
            case SQLITE_CONSTRAINT, SQLITE_TOOBIG, SQLITE_MISMATCH, SQLITE_RANGE, SQLITE_ERROR ->
                    true;
            default -> false;
        };
    }

    @Override
    public StorageUnavailable unavailable(SQLException error) {
        return switch (code(error)) {
            case SQLITE_FULL -> full(error);
            case SQLITE_READONLY, SQLITE_PERM ->
                    new StorageUnavailable(
                            StorageUnavailable.Reason.READ_ONLY,
                            "The database in %s cannot be written.".formatted(folder),
                            error);
            case SQLITE_BUSY, SQLITE_LOCKED ->
                    new StorageUnavailable(
                            StorageUnavailable.Reason.BUSY,
                            "Another program keeps the database in %s locked.".formatted(folder),
                            error);
            default ->
                    isDiskFull()
                            ? full(error)
                            : new StorageUnavailable(
                                    StorageUnavailable.Reason.BROKEN,
                                    "The database in %s fails: %s"
                                            .formatted(folder, error.getMessage()),
                                    error);
        };
    }

    private StorageUnavailable full(SQLException error) {
        return new StorageUnavailable(
                StorageUnavailable.Reason.DISK_FULL,
                "The disk that holds %s is full.".formatted(folder),
                error);
    }

    private boolean isDiskFull() {
        try {
            return Files.getFileStore(folder).getUsableSpace() < 1 << 20;
        } catch (IOException e) {
            return false;
        }
    }

    /** The primary code: the extended ones only say in which call it happened. */
    private static SQLiteErrorCode code(SQLException error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLiteException sqlite) {
                return SQLiteErrorCode.getErrorCode(sqlite.getResultCode().code & 0xff);
            }
        }
        return SQLiteErrorCode.UNKNOWN_ERROR;
    }

    private static void set(Connection connection, String... pragmas) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String pragma : pragmas) statement.execute("pragma " + pragma);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private String url() {
        return "jdbc:sqlite:" + file;
    }

    @Override
    public void close() throws IOException {
        if (lock != null) lock.close();
    }
}
