package org.lumenyard.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An agent that cannot be reached: its work has ended before the same work is given to another. */
@Timeout(240)
class CutOffTest {
    private static final long LEASE_MILLIS = 6_000;
    private static final long GRACE_MILLIS = 1_000;

    @RegisterExtension final Farms farms = Farms.ofEachTest();

    @Test
    void anAgentCutOffKillsItsWorkBeforeTheServerGivesItAway() throws Exception {
        boolean needed = System.getenv("CI") != null;
        assumeTrue(needed || Kernel.isRoot(), "SKIPPED: a network namespace needs root");
        try (var cable = Cable.plug()) {
            FarmUnderTest farm =
                    farms.farmAt(cable.near(), "server.lease=PT6S", "server.killGrace=PT1S");
            farm.startServer();
            farm.startAgent("far", List.of("ip", "netns", "exec", cable.namespace()));
            farm.awaitNodes("far");
            Path records = Files.createDirectories(farm.work().resolve("records"));
            String job = farm.submit(Templates.PATTERN, parameters(farm, "1", records, 12));
            Path lock = records.resolve("1.lock");
            farm.await("the frame is being drawn", () -> Kernel.isLocked(lock));
            farm.startAgent("near");
            farm.awaitNodes("near", "far");
            long cut = Kernel.bootMillis();
            cable.cut();
            long died = Kernel.awaitUnlocked(lock);
            assertThat(DrawnRecord.read(records).lines()).as("killed in the middle").isEmpty();
            assertThat(farm.awaitEnd(job)).isEqualTo("done");

            DrawnRecord.Line again = DrawnRecord.read(records).of(1).getFirst();
            List<JsonNode> runs = farm.runs(job);
            long given = onBootClock(runs.getLast().path("placedAt").asText());
            System.out.printf(
                    "cut at 0 ms, work dead at %d ms, given away at %d ms, begun again at %d ms%n",
                    died - cut, given - cut, again.began() - cut);
            assertThat(died).as("dead before it was given away").isLessThan(given);
            assertThat(died).as("and before it began again").isLessThan(again.began());
            assertThat(died - cut)
                    .as("the agent waits its lease out, and no longer")
                    .isLessThanOrEqualTo(LEASE_MILLIS + GRACE_MILLIS);
            assertThat(given - cut)
                    .as("the server waits longer than the agent")
                    .isGreaterThan(LEASE_MILLIS - 2_500);
            assertThat(runs).hasSize(2);
            assertThat(runs.getFirst().path("state").asText()).isEqualTo("lost");
            assertThat(runs.getLast().path("nodeName").asText()).isEqualTo("near");
            assertThat(
                            farm.client()
                                    .get("/jobs/" + job + "/tasks")
                                    .path("items")
                                    .path(0)
                                    .path("failures")
                                    .asInt())
                    .as("no attempt used")
                    .isZero();

            cable.mend();
            farm.awaitNodes("far");
            assertThat(farm.runs(job)).as("what comes back adds nothing").hasSize(2);
        }
    }

    @Test
    void twoAgentsOnOneMachineNeverSweepEachOthersWork() throws Exception {
        FarmUnderTest farm = farms.farm();
        farm.startServer();
        farm.startAgent("anna");
        farm.startAgent("bert");
        farm.awaitNodes("anna", "bert");
        Path records = Files.createDirectories(farm.work().resolve("records"));
        String job = farm.submit(Templates.PATTERN, parameters(farm, "1-2", records, 8));
        farm.await(
                "both frames are being drawn",
                () ->
                        Kernel.isLocked(records.resolve("1.lock"))
                                && Kernel.isLocked(records.resolve("2.lock")));
        JsonNode annas =
                farm.runs(job).stream()
                        .filter(run -> run.path("nodeName").asText().equals("anna"))
                        .findFirst()
                        .orElseThrow();
        int killed = Integer.parseInt(annas.path("label").asText());
        farm.daemon("anna").kill();
        Kernel.awaitUnlocked(records.resolve(killed + ".lock"));
        farm.startAgent("anna");
        assertThat(farm.awaitEnd(job)).isEqualTo("done");
        int other = 3 - killed;
        assertThat(
                        farm.runs(job).stream()
                                .filter(run -> run.path("label").asText().equals("" + other)))
                .as("the other agent's frame")
                .singleElement()
                .satisfies(run -> assertThat(run.path("state").asText()).isEqualTo("done"));
        assertThat(
                        farm.runs(job).stream()
                                .filter(run -> run.path("label").asText().equals("" + killed))
                                .map(run -> run.path("state").asText()))
                .as("the killed agent's frame")
                .containsExactly("lost", "done");
        assertThat(farm.daemon("bert").log()).doesNotContain("of an earlier life");
    }

    private static java.util.Map<String, Object> parameters(
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

    /** A moment of the wall clock on the boot clock: both are this machine's. */
    private static long onBootClock(String moment) {
        return Instant.parse(moment).toEpochMilli()
                - System.currentTimeMillis()
                + Kernel.bootMillis();
    }

    /** A network of two ends: one in a namespace of its own. */
    private record Cable(String namespace, String link, String near) implements AutoCloseable {
        static Cable plug() throws IOException, InterruptedException {
            long number = ProcessHandle.current().pid() % 250;
            var cable = new Cable("lumenyard-" + number, "lmy" + number, "10.213." + number + ".1");
            String far = cable.link + "b";
            Kernel.run("ip", "netns", "add", cable.namespace);
            Kernel.run(
                    "ip",
                    "link",
                    "add",
                    cable.link,
                    "type",
                    "veth",
                    "peer",
                    "name",
                    far,
                    "netns",
                    cable.namespace);
            Kernel.run("ip", "addr", "add", cable.near + "/24", "dev", cable.link);
            Kernel.run("ip", "link", "set", cable.link, "up");
            Kernel.run(
                    "ip",
                    "-n",
                    cable.namespace,
                    "addr",
                    "add",
                    "10.213." + number + ".2/24",
                    "dev",
                    far);
            Kernel.run("ip", "-n", cable.namespace, "link", "set", far, "up");
            Kernel.run("ip", "-n", cable.namespace, "link", "set", "lo", "up");
            return cable;
        }

        void cut() throws IOException, InterruptedException {
            Kernel.run("ip", "-n", namespace, "link", "set", link + "b", "down");
        }

        void mend() throws IOException, InterruptedException {
            Kernel.run("ip", "-n", namespace, "link", "set", link + "b", "up");
        }

        @Override
        public void close() throws IOException, InterruptedException {
            Kernel.run("ip", "link", "del", link);
            Kernel.run("ip", "netns", "del", namespace);
        }
    }
}
