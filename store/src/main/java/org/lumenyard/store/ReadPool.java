package org.lumenyard.store;

import static org.lumenyard.store.schema.Tables.FARM;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.lumenyard.store.pages.AtRevision;
import org.lumenyard.store.pages.Reading;

/**
 * Reads on a few connections, each on a platform thread: a call into SQLite holds its thread, and
 * the callers are virtual ones with few threads beneath them.
 */
final class ReadPool implements Reading, AutoCloseable {
    private final Database database;
    private final HikariDataSource connections;
    private final ExecutorService threads;

    ReadPool(Database database, int size) {
        this.database = database;
        this.connections = database.openReaders(size);
        this.threads =
                Executors.newFixedThreadPool(
                        size, Thread.ofPlatform().name("reads-", 0).daemon().factory());
    }

    /** Runs the query in one read transaction and waits for its answer. */
    @Override
    public <T> T read(Function<DSLContext, T> query) {
        try {
            return threads.submit(() -> now(query)).get();
        } catch (RejectedExecutionException e) {
            throw closed();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw closed();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case SQLException cause -> throw database.unavailable(cause);
                case DataAccessException cause -> throw unavailable(cause);
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public <T> AtRevision<T> readAt(Function<DSLContext, T> query) {
        return read(sql -> {
            Long revision = sql.select(FARM.REVISION).from(FARM).fetchSingle(FARM.REVISION);
            return new AtRevision<>(revision, query.apply(sql));
        });
    }

    private <T> T now(Function<DSLContext, T> query) throws SQLException {
        try (Connection connection = connections.getConnection()) {
            connection.setAutoCommit(false);
            try {
                return query.apply(database.sql(connection));
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    private StorageUnavailable unavailable(DataAccessException e) {
        SQLException cause = e.getCause(SQLException.class);
        return database.unavailable(cause == null ? new SQLException(e) : cause);
    }

    private static StorageUnavailable closed() {
        return new StorageUnavailable(StorageUnavailable.Reason.CLOSED, "The store is closed.");
    }

    @Override
    public void close() {
        threads.close();
        connections.close();
    }
}
