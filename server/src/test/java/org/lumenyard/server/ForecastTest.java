package org.lumenyard.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.ServerMessage;

/** When a job should be done, and what became of it, over real HTTP. */
class ForecastTest {
    @TempDir Path folder;

    private static void done(FakeAgent agent, long millis) throws InterruptedException {
        var start = agent.await(ServerMessage.Start.class);
        agent.awaitAcknowledged(agent.report(new AgentMessage.Started(start.run())));
        Thread.sleep(millis);
        agent.awaitAcknowledged(
                agent.report(
                        new AgentMessage.Ended(
                                start.run(), "done", "done", "", 0, millis, 64, "{}")));
    }

    @Test
    void aJobSaysThatNothingIsKnownThenWhenItShouldBeDone() throws Exception {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            String job = "/api/v1/jobs/" + station.submit(1_000);
            station.awaitSaid(job, "\"noEta\":\"Not known until a first task has ended.\"");
            for (int i = 0; i < 4; i++) {
                done(agent, 200);
            }
            station.awaitSaid(job, "\"eta\":{\"p50\":\"");
            var before = Instant.now();
            var told = station.get(job).json();
            Instant half = Instant.parse(told.at("/eta/p50").asText());
            Instant late = Instant.parse(told.at("/eta/p90").asText());
            assertThat(half).isAfterOrEqualTo(before.minusMillis(1));
            assertThat(late).isAfterOrEqualTo(half);
            // Some thousand tasks of a fifth of a second or more, one after another.
            assertThat(half).isBetween(before.plusSeconds(150), before.plusSeconds(8_000));
            assertThat(told.has("noEta")).isFalse();
            assertThat(station.get("/api/v1/jobs").json().at("/items/0/eta/p90").asText())
                    .isNotEmpty();

            station.post(job + ":hold", "");
            station.awaitSaid(job, "\"noEta\":\"Not known while the job is held.\"");
            station.post(job + ":cancel", "");
            station.awaitSaid(job, "\"noEta\":\"It is being cancelled.\"");
        }
    }

    @Test
    void whatBecameOfForecastsIsMeasured() throws Exception {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            String job = "/api/v1/jobs/" + station.submit(8);
            for (int i = 0; i < 8; i++) {
                done(agent, 500);
            }
            station.awaitSaid(job, "\"state\":\"done\"");
            assertThat(station.get(job).json().has("eta")).isFalse();
            station.awaitSaid(
                    "/metrics",
                    "lumenyard_eta_total{share=\"25\"} 1.0",
                    "lumenyard_eta_total{share=\"50\"} 1.0",
                    "lumenyard_eta_total{share=\"75\"} 1.0",
                    "lumenyard_eta_within_p90_total{share=\"50\"}",
                    "lumenyard_eta_error_ratio_bucket{share=\"50\",le=\"0.5\"}",
                    "lumenyard_eta_error_ratio_count{share=\"50\"} 1");
        }
    }
}
