package org.lumenyard.store;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what was committed from SQLite's write-ahead log into its file, on a thread of its own, so
 * that no commit waits for it. Commits without a pause keep the log from ever being empty; once it
 * is big they are held up for the moment that it takes to move the rest and cut it.
 */
final class Checkpoints implements Database.Care {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final int COMMITS_BETWEEN_LOOKS = 64;
    private static final long WORTH_MOVING_BYTES = 4 << 20;
    private static final long WORTH_CUTTING_BYTES = 64 << 20;

    /** How often to move what came in while moving, before commits are held up for the rest. */
    private static final int ROUNDS = 3;

    private final SqliteFile database;
    private final Lock writing;
    private final Semaphore looks = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;
    private int commits;

    /**
     * @param writing held by whoever writes; a fair one, for commits may follow each other closely
     */
    Checkpoints(SqliteFile database, Lock writing) {
        this.database = database;
        this.writing = writing;
        this.thread = Thread.ofPlatform().name("checkpoints").daemon().start(this::run);
    }

    @Override
    public void committed() {
        if (++commits % COMMITS_BETWEEN_LOOKS == 0) looks.release();
    }

    private void run() {
        @Nullable Connection connection = null;
        while (!closed) {
            try {
                looks.acquire();
                looks.drainPermits();
                if (closed || size() < WORTH_MOVING_BYTES) continue;
                if (connection == null) connection = database.open();
                checkpoint(connection);
            } catch (SQLException | IOException e) {
                // The log keeps everything until a later try.
                LOG.warn("Checkpoint put off: {}", e.getMessage());
                close(connection);
                connection = null;
            } catch (InterruptedException e) {
                break;
            }
        }
        close(connection);
    }

    private void checkpoint(Connection connection) throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            move(statement);
            if (size() < WORTH_CUTTING_BYTES) return;
            for (int round = 1; round < ROUNDS; round++) move(statement);
            cut(statement);
        }
    }

    private static void move(Statement statement) throws SQLException {
        statement.execute("pragma wal_checkpoint(passive)");
    }

    /** A reader that will not let go puts it off; commits do not wait for readers. */
    private void cut(Statement statement) throws SQLException {
        writing.lock();
        try {
            statement.execute("pragma busy_timeout = 100");
            statement.execute("pragma wal_checkpoint(truncate)");
        } finally {
            writing.unlock();
        }
    }

    private long size() throws IOException {
        return Files.exists(database.log()) ? Files.size(database.log()) : 0;
    }

    private static void close(@Nullable Connection connection) {
        if (connection == null) return;
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("A connection did not close well: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        closed = true;
        looks.release();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
