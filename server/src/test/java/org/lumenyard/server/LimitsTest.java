package org.lumenyard.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.protocol.ServerMessage;

/** Limits over real HTTP: made, held, explained, edited, deleted. */
class LimitsTest {
    private static final String TEMPLATE =
            """
            specificationVersion: jobtemplate-2023-09
            name: walk
            steps:
              - name: render
                parameterSpace: {taskParameterDefinitions: [{name: Frame, type: INT, range: 1-3}]}
                hostRequirements: {amounts: [{name: amount.limit.arnold, min: 1}]}
                script: {actions: {onRun: {command: /bin/true}}}
            """;

    @TempDir Path folder;

    private static Station.Answer set(Station station, String name, String json) {
        return station.put(
                "/api/v1/limits/" + name,
                station.admin,
                "application/json",
                json.getBytes(StandardCharsets.UTF_8));
    }

    private static String submit(Station station) {
        var body = Station.JSON.createObjectNode().put("template", TEMPLATE);
        var answer = station.post("/api/v1/jobs", body.toString());
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.json().path("id").asText();
    }

    @Test
    void seatsAreHeldFromThePlacingToTheEndAndEveryoneIsToldByWhom() throws Exception {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 8);
            String job = submit(station);
            awaitReason(station, job, "There is no limit arnold yet.");

            var made = set(station, "arnold", "{\"count\": 1, \"note\": \"bought in May\"}");
            assertThat(made.status()).isEqualTo(200);
            var start = agent.await(ServerMessage.Start.class);
            var limit = station.get("/api/v1/limits/arnold").json();
            assertThat(limit.path("taken").asLong()).isEqualTo(1);
            assertThat(limit.path("free").asLong()).isZero();
            var holder = limit.path("holders").path(0);
            assertThat(holder.path("job").asText()).isEqualTo(job);
            assertThat(holder.path("run").asText()).isEqualTo(Long.toString(start.run(), 36));
            assertThat(holder.path("nodeName").asText()).isEqualTo("north");
            awaitExplained(
                    station, "/api/v1/jobs/" + job, "The only seat of arnold is taken: 1 by walk.");
            awaitExplained(
                    station, "/api/v1/nodes/north", "The only seat of arnold is taken: 1 by walk.");
            awaitExplained(
                    station, "/api/v1/limits/arnold", "The only seat is taken.", "walk waits.");

            var held = station.send(delete(station, "arnold"));
            assertThat(held.status()).isEqualTo(409);
            assertThat(held.json().path("type").asText()).isEqualTo("/problems/limit_held");

            agent.awaitAcknowledged(agent.ended(start.run(), "done", "{}"));
            var next = agent.await(ServerMessage.Start.class);
            var drained = station.patch("/api/v1/limits/arnold", "{\"count\": 0}").json();
            assertThat(drained.path("note").asText()).isEqualTo("bought in May");
            assertThat(drained.path("taken").asLong()).isEqualTo(1);
            agent.awaitAcknowledged(agent.ended(next.run(), "done", "{}"));
            awaitReason(station, job, "A task takes 1 seat of arnold, which has none.");
            assertThat(station.get("/api/v1/limits/arnold/history").json().toString())
                    .contains("arnold set to 0: bought in May")
                    .contains("\"who\":\"ada\"");
            assertThat(station.send(delete(station, "arnold")).status()).isEqualTo(204);
            assertThat(station.get("/api/v1/limits").json().path("items")).isEmpty();
        }
    }

    @Test
    void limitsOutliveTheServer() throws IOException {
        try (var station = Station.open(folder)) {
            assertThat(set(station, "arnold", "{\"count\": 4}").status()).isEqualTo(200);
            assertThat(set(station, "arnold.gpu", "{\"count\": 2}").status()).isEqualTo(200);
        }
        try (var station = Station.open(folder)) {
            assertThat(station.get("/api/v1/limits").json().path("items"))
                    .extracting(limit -> limit.path("name").asText() + limit.path("count"))
                    .containsExactly("arnold4", "arnold.gpu2");
        }
    }

    private static java.net.http.HttpRequest delete(Station station, String name) {
        return station.request("/api/v1/limits/" + name).DELETE().build();
    }

    private static void awaitReason(Station station, String job, String reason)
            throws InterruptedException {
        station.awaitSaid("/api/v1/jobs/" + job, reason);
    }

    private static void awaitExplained(Station station, String path, String... words)
            throws InterruptedException {
        station.awaitSaid(path + "/explain", words);
    }
}
