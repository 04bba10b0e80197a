package org.lumenyard.simulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import org.lumenyard.core.TaskSpace;
import org.lumenyard.store.Store;

/** A store of its own, for any number of histories one after the other. One thread at a time. */
public final class Simulation implements AutoCloseable {
    /** Makes the server of a history; the usual one, or a mutant. */
    @FunctionalInterface
    interface ServerKind {
        SimServer make(Clock clock, Store store, Promises promises, Tale tale);
    }

    /**
     * What a history came to.
     *
     * @param works how many processes worked in it
     * @param faults how many faults struck, by kind
     * @param fingerprint of all that happened in it: the same whenever the seed is run again
     */
    public record Result(
            long seed,
            long commits,
            long works,
            long jobs,
            SortedMap<String, Long> faults,
            long fingerprint) {}

    record Frames(long size) implements TaskSpace {
        @Override
        public String label(long index) {
            return "" + (index + 1);
        }

        @Override
        public String frozen() {
            return "" + size;
        }
    }

    private final Path folder;
    private final Store store;

    /** Opens a store in a new folder, in memory where that is to be had. */
    public Simulation() throws IOException {
        folder = Files.createTempDirectory(parent(), "lumenyard-simulator");
        store = Store.open(folder, text -> new Frames(Long.parseLong(text)));
    }

    private static Path parent() {
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
    }

    /**
     * Lives through the history of a seed.
     *
     * @throws BrokenPromise with its story
     */
    public Result run(Profile profile, long seed) {
        return run(profile, seed, SimServer::new);
    }

    Result run(Profile profile, long seed, ServerKind kind) {
        empty();
        return new History(profile, seed, store, kind).live();
    }

    /** A farm without a past: the tables stay, their rows go, and numbers begin anew. */
    private void empty() {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("farm.db"));
                var statement = connection.createStatement()) {
            for (String table :
                    List.of(
                            "job",
                            "step",
                            "task",
                            "run",
                            "node",
                            "instance",
                            "audit",
                            "farm_limit")) {
                statement.executeUpdate("delete from " + table);
            }
            statement.executeUpdate("update farm set term = 0, revision = 0, next_id = 1");
        } catch (SQLException e) {
            throw new IllegalStateException("cannot empty the store", e);
        }
    }

    /** Closes the store and removes its folder. */
    @Override
    public void close() throws IOException {
        store.close();
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
