package org.lumenyard.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.lumenyard.cli.ProblemException;

/**
 * What is acknowledged is on disk, told by the kernel; and what a server does when it comes back or
 * cannot write.
 */
@Timeout(240)
class DurabilityTest {
    @RegisterExtension final Farms farms = Farms.ofEachTest();

    @Test
    void eachAcknowledgedBatchIsSyncedToDiskAsSeenFromOutside() throws Exception {
        FarmUnderTest farm = farms.farm();
        Daemon server = farm.startServer();
        String pragmas =
                server.log()
                        .lines()
                        .filter(line -> line.contains("database: "))
                        .findFirst()
                        .orElse("");
        System.out.println(pragmas);
        assertThat(pragmas)
                .contains("journal_mode=wal", "synchronous=full", "auto_vacuum=incremental");
        farm.startAgent("anna");
        farm.awaitNodes("anna");

        Path trace = farm.work().resolve("syncs.txt");
        long before;
        long after;
        int acknowledged = 20;
        try (var syncs = Syncs.watch(server.pid(), trace)) {
            before = revision(farm);
            for (int i = 1; i <= acknowledged; i++) farm.submitType("testpattern", small(farm, i));
            Path records = Files.createDirectories(farm.work().resolve("records"));
            farm.awaitEnd(farm.submit(Templates.PATTERN, pattern(farm, "1-10", records, 0.05)));
            after = revision(farm);
        }
        long synced =
                Files.readAllLines(trace).stream()
                        .filter(line -> line.contains("sync(") && !line.contains("= -1"))
                        .count();
        System.out.printf(
                "%d batches stored, %d acknowledged submissions among them, %d syncs seen by strace%n",
                after - before, acknowledged + 1, synced);
        assertThat(after - before)
                .as("a submission that was answered alone is a batch of its own")
                .isGreaterThanOrEqualTo(acknowledged + 1);
        assertThat(synced).isGreaterThanOrEqualTo(after - before);
    }

    private static long revision(FarmUnderTest farm) {
        return farm.client().get("/farm").path("revision").asLong();
    }

    private static Map<String, Object> small(FarmUnderTest farm, int number) {
        return FarmUnderTest.parameters(
                "Frames", "1-2", "Seconds", "0", "Output", farm.work().resolve("small" + number));
    }

    private static Map<String, Object> pattern(
            FarmUnderTest farm, String frames, Path records, double seconds) {
        return FarmUnderTest.parameters(
                "Frames",
                frames,
                "Output",
                farm.work().resolve("out"),
                "Records",
                records,
                "Seconds",
                seconds);
    }

    @Test
    void aFullDatabaseDiskMakesTheServerReadOnlyWhileWorkRunsOnAndHealsWithoutRestart()
            throws Exception {
        assumeTrue(
                Kernel.isRoot() || System.getenv("CI") != null, "SKIPPED: a small disk needs root");
        Path home = farms.folder();
        Path data = Files.createDirectories(home.resolve("data/lumenyard"));
        Kernel.run("mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", data.toString());
        FarmUnderTest farm = farms.farmIn(home);
        try {
            Daemon server = farm.startServer();
            farm.startAgent("anna");
            farm.awaitNodes("anna");
            Path records = Files.createDirectories(farm.work().resolve("records"));
            String job = farm.submit(Templates.PATTERN, pattern(farm, "1-3", records, 2));
            Path first = records.resolve("1.lock");
            Kernel.awaitLocked(first);
            fill(data.resolve("ballast"));
            ProblemException no = refusal(farm);
            System.out.println("503: " + no.detail());
            assertThat(no.status()).isEqualTo(503);
            assertThat(no.word()).isEqualTo("storage_unavailable");
            assertThat(farm.job(job).path("name").asText()).as("reading goes on").isEqualTo("job");
            // The frame that was being drawn ends while nothing can be stored.
            Kernel.awaitUnlocked(first);
            Files.delete(data.resolve("ballast"));
            assertThat(farm.awaitEnd(job)).isEqualTo("done");
            assertThat(farm.runs(job))
                    .as("no frame was drawn twice, none was lost")
                    .hasSize(3)
                    .allSatisfy(run -> assertThat(run.path("state").asText()).isEqualTo("done"));
            assertThat(DrawnRecord.read(records).lines()).hasSize(3);
            assertThat(farm.awaitEnd(farm.submitType("testpattern", small(farm, 1))))
                    .isEqualTo("done");
            assertThat(server.isAlive()).isTrue();
            farm.endInOrder();
        } finally {
            farm.close();
            Kernel.run("umount", "-l", data.toString());
        }
    }

    /**
     * What is refused is also not there later; until the disk's slack is used up, submissions are
     * still stored.
     */
    private static ProblemException refusal(FarmUnderTest farm) {
        for (int i = 100; i < 400; i++) {
            try {
                var body =
                        FarmUnderTest.template(
                                        Templates.PATTERN,
                                        pattern(farm, "1-2", farm.work(), 0),
                                        "filling " + i)
                                .put("held", true);
                body.put("notes", "x".repeat(4_000));
                farm.client().post("/jobs", body, null);
            } catch (ProblemException e) {
                return e;
            }
        }
        throw new AssertionError("a full disk took everything");
    }

    private static void fill(Path ballast) throws IOException {
        try (OutputStream out = Files.newOutputStream(ballast)) {
            while (true) out.write(new byte[4_096]);
        } catch (IOException full) {
            assertThat(Files.size(ballast)).isPositive();
        }
    }

    @Test
    void aRestartedServerFindsItsAgentOrStartsOneAndNeverTwo() throws Exception {
        FarmUnderTest farm = farms.farm();
        Daemon server = farm.startServerWithAgent();
        farm.await("the agent", () -> farm.online().size() == 1);
        List<ProcessHandle> first = agentsOf(farm);
        assertThat(first).hasSize(1);

        server.kill();
        assertThat(first.getFirst().isAlive()).as("the agent outlives its server").isTrue();
        server = farm.startServerWithAgent();
        farm.await("the agent to come back", () -> farm.online().size() == 1);
        assertThat(agentsOf(farm)).as("the same one").isEqualTo(first);

        server.strike();
        first.getFirst().destroyForcibly();
        server.awaitEnd();
        first.getFirst().onExit().get(20, TimeUnit.SECONDS);
        farm.startServerWithAgent();
        farm.await("a new agent", () -> !agentsOf(farm).isEmpty() && farm.online().size() == 1);
        assertThat(agentsOf(farm)).hasSize(1).doesNotContainAnyElementsOf(first);
        assertThat(farm.client().get("/nodes").path("items")).as("still one node").hasSize(1);
        stopsWithinTenSeconds(farm);
    }

    /** `stop` in the middle of work. */
    private static void stopsWithinTenSeconds(FarmUnderTest farm) throws Exception {
        String mark = farm.name();
        Path records = Files.createDirectories(farm.work().resolve("records"));
        String job = farm.submit(Templates.PATTERN, pattern(farm, "1-40", records, 60));
        farm.awaitCount(job, "running", 1);
        farm.await("a frame is being drawn", () -> !Kernel.marked(mark, "").isEmpty());
        long asked = System.nanoTime();
        String said = farm.command("stop");
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - asked);
        System.out.println("stop took " + seconds + " s: " + said.strip());
        assertThat(farm.server().isAlive()).isFalse();
        assertThat(agentsOf(farm)).isEmpty();
        assertThat(Kernel.marked(mark, "")).as("work").isEmpty();
        // A JVM's start is part of it here, on a machine that may be busy.
        assertThat(seconds).isLessThanOrEqualTo(14);
    }

    @Test
    void controlCEndsServerAgentAndWork() throws Exception {
        FarmUnderTest farm = farms.farm();
        Daemon server = farm.startServerWithAgent();
        farm.await("the agent", () -> farm.online().size() == 1);
        String mark = farm.name();
        Path records = Files.createDirectories(farm.work().resolve("records"));
        String job = farm.submit(Templates.PATTERN, pattern(farm, "1-4", records, 60));
        farm.awaitCount(job, "running", 1);
        farm.await("a frame is being drawn", () -> !Kernel.marked(mark, "").isEmpty());
        Kernel.run("kill", "-INT", "" + server.pid());
        assertThat(server.awaitEnd(12)).as("ended in time").isTrue();
        assertThat(agentsOf(farm)).isEmpty();
        assertThat(Kernel.marked(mark, "")).as("work").isEmpty();

        farm.startServer();
        JsonNode counts = farm.job(job).path("counts");
        assertThat(counts.path("failed").asLong()).as("nothing is lost by it").isZero();
        farm.startAgent("other");
        farm.awaitCount(job, "running", 1);
        assertThat(
                        farm.client()
                                .get("/jobs/" + job + "/tasks")
                                .path("items")
                                .valueStream()
                                .mapToInt(task -> task.path("failures").asInt())
                                .sum())
                .isZero();
    }

    /** The processes that were started with the folder of the agent beside the server. */
    private static List<ProcessHandle> agentsOf(FarmUnderTest farm) {
        return Kernel.withVariable("LUMENYARD_AGENT_STATE=" + farm.ownAgent()).stream()
                .filter(process -> Kernel.withArgument("agent").contains(process))
                .toList();
    }

    /** strace on a server: each sync of a file, with its outcome, is a line. */
    private record Syncs(Process strace) implements AutoCloseable {
        static Syncs watch(long pid, Path trace) throws IOException {
            Process strace =
                    new ProcessBuilder(
                                    "strace",
                                    "-f",
                                    "-y",
                                    "-e",
                                    "trace=fsync,fdatasync",
                                    "-o",
                                    trace.toString(),
                                    "-p",
                                    "" + pid)
                            .redirectErrorStream(true)
                            .start();
            BufferedReader said = strace.inputReader();
            String first = said.readLine();
            assertThat(first).as("strace").contains("attached");
            Thread.ofPlatform().daemon().start(() -> said.lines().forEach(line -> {}));
            return new Syncs(strace);
        }

        @Override
        public void close() throws IOException, InterruptedException {
            Kernel.run("kill", "-INT", "" + strace.pid());
            strace.waitFor();
        }
    }
}
