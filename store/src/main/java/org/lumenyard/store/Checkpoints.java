package org.lumenyard.store;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what was committed from SQLite's write-ahead log into its file, on a thread of its own, so
 * that no commit waits for it. A log that commits keep from ever being empty is cut once it is big.
 */
final class Checkpoints implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final int COMMITS_BETWEEN_LOOKS = 64;
    private static final long WORTH_MOVING_BYTES = 4 << 20;
    private static final long WORTH_CUTTING_BYTES = 64 << 20;

    private final SqliteFile database;
    private final Semaphore looks = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;
    private int commits;

    Checkpoints(SqliteFile database) {
        this.database = database;
        this.thread = Thread.ofPlatform().name("checkpoints").daemon().start(this::run);
    }

    /** To be called after each commit, by the committing thread. */
    void committed() {
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
            statement.execute("pragma wal_checkpoint(passive)");
            if (size() > WORTH_CUTTING_BYTES) statement.execute("pragma wal_checkpoint(truncate)");
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
