package org.lumenyard.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * "What survives what", row by row, as far as no other test of this package has it: a silent node
 * is in {@link CutOffTest}, a database lost for a while in {@link DurabilityTest}.
 */
@Timeout(240)
class SurvivesTest {
    private static final long LEASE_MILLIS = 6_000;

    @RegisterExtension final Farms farms = Farms.ofEachTest();

    @Test
    void aServerDownShorterThanTheLeaseInterruptsNothingAndAdoptsWhatEndedMeanwhile()
            throws Exception {
        FarmUnderTest farm = farms.farm();
        farm.startServer();
        farm.startAgent("anna");
        farm.startAgent("bert");
        farm.awaitNodes("anna", "bert");
        Path records = Files.createDirectories(farm.work().resolve("records"));
        // One frame ends while the server is away; the other, on all but the slowest machines,
        // after it is back.
        String brief = farm.submit(Templates.PATTERN, parameters(farm, "1", records, 3));
        String lasting = farm.submit(Templates.PATTERN, parameters(farm, "2", records, 12));
        farm.await(
                "both frames are being drawn",
                () ->
                        Kernel.isLocked(records.resolve("1.lock"))
                                && Kernel.isLocked(records.resolve("2.lock")));
        farm.server().kill();
        Kernel.awaitUnlocked(records.resolve("1.lock"));
        farm.startServer();
        assertThat(farm.awaitEnd(brief)).isEqualTo("done");
        assertThat(farm.awaitEnd(lasting)).isEqualTo("done");
        for (String job : List.of(brief, lasting)) {
            assertThat(farm.runs(job))
                    .as("adopted, not placed again")
                    .singleElement()
                    .satisfies(run -> assertThat(run.path("state").asText()).isEqualTo("done"));
        }
        assertThat(DrawnRecord.read(records).lines()).hasSize(2);
        assertThat(farm.server().log()).contains("reigning, term 2");
    }

    @Test
    void aServerDownLongerThanTheLeaseFindsItsWorkStoppedAndNoAttemptUsed() throws Exception {
        FarmUnderTest farm = farms.farm("server.lease=PT6S", "server.killGrace=PT1S");
        farm.startServer();
        farm.startAgent("anna");
        farm.awaitNodes("anna");
        Path records = Files.createDirectories(farm.work().resolve("records"));
        String job = farm.submit(Templates.PATTERN, parameters(farm, "1", records, 12));
        Path lock = records.resolve("1.lock");
        farm.await("the frame is being drawn", () -> Kernel.isLocked(lock));
        farm.server().kill();
        long away = Kernel.bootMillis();
        long stopped = Kernel.awaitUnlocked(lock);
        System.out.println(
                "the agent stopped its work "
                        + (stopped - away)
                        + " ms after the server was killed");
        assertThat(DrawnRecord.read(records).lines()).as("stopped in the middle").isEmpty();
        assertThat(stopped - away).isBetween(LEASE_MILLIS - 3_000, LEASE_MILLIS + 1_500);
        assertThat(farm.daemon("anna").isAlive())
                .as("the agent itself waits for the server")
                .isTrue();
        farm.startServer();
        assertThat(farm.awaitEnd(job)).isEqualTo("done");
        List<JsonNode> runs = farm.runs(job);
        assertThat(runs)
                .extracting(run -> run.path("state").asText())
                .containsExactly("interrupted", "done");
        assertThat(task(farm, job).path("failures").asInt()).as("no attempt used").isZero();
        assertThat(DrawnRecord.read(records).lines()).hasSize(1);
    }

    @Test
    void anAgentKilledFreesItsWorkAsSoonAsItIsBack() throws Exception {
        // The lease of five minutes cannot be what frees it.
        FarmUnderTest farm = farms.farm();
        farm.startServer();
        farm.startAgent("anna");
        farm.awaitNodes("anna");
        Path records = Files.createDirectories(farm.work().resolve("records"));
        String job = farm.submit(Templates.PATTERN, parameters(farm, "1", records, 5));
        Path lock = records.resolve("1.lock");
        farm.await("the frame is being drawn", () -> Kernel.isLocked(lock));
        long killed = Kernel.bootMillis();
        farm.daemon("anna").kill();
        long dead = Kernel.awaitUnlocked(lock);
        System.out.println(
                "the guard had ended the work "
                        + (dead - killed)
                        + " ms after the agent was killed");
        assertThat(dead - killed).as("the guard kills at once").isLessThan(4_000);
        farm.startAgent("anna");
        assertThat(farm.awaitEnd(job)).isEqualTo("done");
        assertThat(farm.runs(job))
                .extracting(run -> run.path("state").asText())
                .containsExactly("lost", "done");
        assertThat(task(farm, job).path("failures").asInt()).isZero();
        assertThat(DrawnRecord.read(records).lines()).hasSize(1);
    }

    private static JsonNode task(FarmUnderTest farm, String job) {
        return farm.client().get("/jobs/" + job + "/tasks").path("items").path(0);
    }

    private static Map<String, Object> parameters(
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
}
