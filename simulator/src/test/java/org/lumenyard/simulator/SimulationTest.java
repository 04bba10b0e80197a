package org.lumenyard.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lumenyard.core.NodeId;
import org.lumenyard.server.link.Leases;
import org.lumenyard.store.Store;

class SimulationTest {
    private static final int SEEDS = Integer.getInteger("simulator.seeds", 1_000);
    private static final int MUTANT_SEEDS = 200;

    private Path folder;
    private Simulation simulation;

    @BeforeEach
    void open() throws IOException {
        Path memory = Path.of("/dev/shm");
        folder =
                Files.createTempDirectory(
                        Files.isWritable(memory)
                                ? memory
                                : Path.of(System.getProperty("java.io.tmpdir")),
                        "lumenyard-simulator");
        simulation = new Simulation(folder);
    }

    @AfterEach
    void close() throws IOException {
        simulation.close();
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    @Test
    void everyPromiseHoldsInEveryHistory() {
        long from = Long.getLong("simulator.seed", 1);
        long works = 0;
        long commits = 0;
        for (long seed = from; seed < from + SEEDS; seed++) {
            try {
                var result = simulation.run(seed);
                works += result.works();
                commits += result.commits();
            } catch (BrokenPromise e) {
                fail(
                        "seed "
                                + seed
                                + " breaks a promise (run again with -Dsimulator.seed="
                                + seed
                                + " -Dsimulator.seeds=1)\n"
                                + e.getMessage());
            }
        }
        System.out.printf(
                "%d histories, %d commits, %d processes: every promise held%n",
                SEEDS, commits, works);
        assertThat(works).as("work was done at all").isGreaterThan(SEEDS * 5L);
    }

    @Test
    @Tag("nightly")
    void everyPromiseHoldsInTenThousandMoreHistories() {
        for (long seed = 1_000_001; seed <= 1_010_000; seed++) simulation.run(seed);
    }

    @Test
    void aServerThatSkipsTheIncarnationCheckIsFoundOut() {
        found("skips the incarnation check", LaxAboutLives::new);
    }

    @Test
    void aServerThatAnswersBeforeItHasStoredIsFoundOut() {
        found("answers before it has stored", Hasty::new);
    }

    @Test
    void aServerThatGivesWorkAwayTooEarlyIsFoundOut() {
        found("gives work away a lease too early", Impatient::new);
    }

    private void found(String mutant, Simulation.ServerKind kind) {
        for (long seed = 1; seed <= MUTANT_SEEDS; seed++) {
            try {
                simulation.run(seed, kind);
            } catch (BrokenPromise e) {
                System.out.printf(
                        "A server that %s is found at seed %d: %s%n",
                        mutant, seed, e.getMessage().lines().findFirst().orElse(""));
                return;
            }
        }
        fail("a server that " + mutant + " was not found in " + MUTANT_SEEDS + " histories");
    }

    /** Takes every word for one of the node's present life. */
    private static final class LaxAboutLives extends SimServer {
        LaxAboutLives(Clock clock, Store store, Promises promises, Tale tale) {
            super(clock, store, promises, tale);
        }

        @Override
        long life(long claimed, NodeId node) {
            return presentLife(node, claimed);
        }
    }

    private static final class Hasty extends SimServer {
        Hasty(Clock clock, Store store, Promises promises, Tale tale) {
            super(clock, store, promises, tale);
        }

        @Override
        boolean answersBeforeCommit() {
            return true;
        }
    }

    /** Waits for the margin only, not for the lease. */
    private static final class Impatient extends SimServer {
        Impatient(Clock clock, Store store, Promises promises, Tale tale) {
            super(clock, store, promises, tale);
        }

        @Override
        Leases.Terms terms() {
            return new Leases.Terms(Duration.ofMillis(1), KILL_GRACE);
        }
    }
}
