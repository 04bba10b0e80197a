package org.lumenyard.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.ServerMessage;

/** What the farm makes of failures, told and undone over real HTTP. */
class FailuresTest {
    @TempDir Path folder;

    private static long fail(FakeAgent agent, String reason, long peak) {
        var start = agent.await(ServerMessage.Start.class);
        var end =
                new AgentMessage.Ended(
                        start.run(), "failed", reason, "It broke.", 5, 10, peak, "{}");
        agent.awaitAcknowledged(agent.report(end));
        return start.run();
    }

    @Test
    void aJobThatFailsAlikeIsHeldWithASentenceUntilItIsReleased() throws Exception {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            String job = "/api/v1/jobs/" + station.submit(9);
            for (int i = 0; i < 3; i++) {
                fail(agent, "missing_file", 0);
            }
            String why = "1 and 2 more failed because of a missing file on north: It broke";
            var held = station.get(job).json();
            assertThat(held.path("state").asText()).isEqualTo("held");
            assertThat(held.path("heldWhy").asText()).isEqualTo(why);
            assertThat(held.path("reason").asText()).isEqualTo("Held by the farm: " + why + ".");
            assertThat(held.path("needsPerson").asBoolean()).isTrue();
            assertThat(held.path("sentence").asText())
                    .isEqualTo("Held by the farm; 0 of 9 tasks done");
            assertThat(station.get(job + "/explain").body()).contains("Mend the cause");
            assertThat(station.get(job + "/history").body()).contains("held: " + why);
            var released = station.post(job + ":release", "").json();
            assertThat(released.has("heldWhy")).isFalse();
            assertThat(agent.await(ServerMessage.Start.class).label()).isNotEmpty();
        }
    }

    @Test
    void aNodeThatFailsWhatOthersDoIsQuarantinedUntilItIsTriedAgain() throws Exception {
        try (var station = Station.open(folder);
                var bad = FakeAgent.connect(station);
                var good = FakeAgent.connect(station)) {
            bad.join("bad", 1);
            good.join("good", 1);
            station.submit(30);
            var done = good.await(ServerMessage.Start.class);
            for (int i = 0; i < 3; i++) {
                fail(bad, "crashed", 0);
            }
            good.awaitAcknowledged(good.ended(done.run(), "done", "{}"));
            var node = station.get("/api/v1/nodes/bad").json();
            assertThat(node.path("quarantine").asText())
                    .isEqualTo(
                            "3 tasks in a row failed here because of a crash, while other nodes did such tasks");
            assertThat(node.path("quarantinedAt").asText()).isNotEmpty();
            assertThat(node.path("failures")).hasSize(3);
            assertThat(node.at("/failures/0/state").asText()).isEqualTo("failed");
            assertThat(node.at("/failures/0/sentence").asText()).isEqualTo("It broke.");
            assertThat(station.get("/api/v1/farm").json().path("quarantined").asInt()).isEqualTo(1);
            station.awaitSaid("/api/v1/nodes/bad", "\"idleReason\":\"Quarantined: 3 tasks");
            station.awaitSaid(
                    "/api/v1/nodes/bad/explain", "Quarantined", "lumenyard try-again bad");
            var trusted = station.post("/api/v1/nodes/bad:try-again", "");
            assertThat(trusted.status()).isEqualTo(200);
            assertThat(trusted.json().has("quarantine")).isFalse();
            assertThat(trusted.json().has("failures")).isFalse();
            assertThat(station.get("/api/v1/farm").json().path("quarantined").asInt()).isZero();
        }
    }

    @Test
    void whatRanOutOfMemoryAsksForMoreAndARefusedLicenceRests() throws Exception {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            String job = "/api/v1/jobs/" + station.submit(9);
            fail(agent, "out_of_memory", 2_000);
            assertThat(station.get(job).json().at("/steps/0/leastMebibytes").asLong())
                    .isEqualTo(3_000);
            fail(agent, "licence", 0);
            station.awaitSaid(job + "/explain", "No licence was to be had.", "tried again at");
            assertThat(station.get(job).json().path("reason").asText())
                    .isEqualTo("No licence was to be had.");
        }
    }

    @Test
    void aQuarantineOutlivesTheServer() throws IOException {
        try (var station = Station.open(folder);
                var bad = FakeAgent.connect(station);
                var good = FakeAgent.connect(station)) {
            bad.join("bad", 1);
            good.join("good", 1);
            station.submit(30);
            var done = good.await(ServerMessage.Start.class);
            for (int i = 0; i < 3; i++) {
                fail(bad, "crashed", 0);
            }
            good.awaitAcknowledged(good.ended(done.run(), "done", "{}"));
        }
        try (var station = Station.open(folder)) {
            assertThat(station.get("/api/v1/nodes/bad").json().has("quarantine")).isTrue();
        }
    }
}
