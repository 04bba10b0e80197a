package org.lumenyard.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.ServerMessage;

/** Every operation of the contract is there, and its answers are what the contract promises. */
class ContractTest {
    private static final String TWO_STEPS =
            """
            specificationVersion: jobtemplate-2023-09
            name: Two steps
            parameterDefinitions:
              - {name: Frames, type: STRING}
            steps:
              - name: render
                parameterSpace:
                  taskParameterDefinitions:
                    - {name: Frame, type: INT, range: "{{Param.Frames}}"}
                script: {actions: {onRun: {command: /bin/echo, args: ["{{Task.Param.Frame}}"]}}}
                hostRequirements: {amounts: [{name: amount.limit.arnold, min: 1}]}
              - name: film
                dependencies: [{dependsOn: render}]
                script: {actions: {onRun: {command: /bin/true}}}
            """;
    private static final byte[] TWO_SEATS =
            "{\"count\": 2, \"note\": \"bought in May\"}".getBytes(StandardCharsets.UTF_8);
    @TempDir Path folder;
    private final Contract contract = new Contract();
    private final ArrayList<String> faults = new ArrayList<>();

    ContractTest() throws IOException {}

    @Test
    void everyAnswerIsAsTheContractPromises() throws IOException {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            check(station, "get", "/nodes", "/nodes", "");
            agent.join("north", 2);
            station.put("/api/v1/limits/arnold", station.admin, "application/json", TWO_SEATS);
            String job = lively(station, agent);
            var shown = station.get("/api/v1/jobs/" + job).json();
            String run =
                    station.get("/api/v1/jobs/" + job + "/outputs")
                            .json()
                            .at("/items/0/run")
                            .asText();
            String node = station.get("/api/v1/nodes").json().at("/items/0/id").asText();
            String token =
                    station.post("/api/v1/tokens", "{\"name\": \"t\", \"role\": \"viewer\"}")
                            .json()
                            .path("id")
                            .asText();
            for (Contract.Operation operation : contract.operations()) {
                String path =
                        operation
                                .path()
                                .replace("{job}", job)
                                .replace("{run}", run)
                                .replace("{node}", node)
                                .replace("{token}", token)
                                .replace("{step}", shown.at("/steps/0/id").asText())
                                .replace("{index}", "1")
                                .replace("{limit}", "arnold")
                                .replace("{label}", "1");
                if (!path.equals("/events")) {
                    check(station, operation.method(), operation.path(), path, body(operation));
                }
            }
            assertThat(shown.path("id").asText()).isEqualTo(job);
            assertThat(faults).isEmpty();
        }
    }

    @Test
    void theContractSeesWhatIsMissingAndWhatIsTooMuch() throws IOException {
        try (var station = Station.open(folder)) {
            var farm = station.get("/api/v1/farm");
            assertThat(contract.faults("get", "/farm", farm)).isEmpty();
            var less =
                    new Station.Answer(
                            200, farm.body().replace("\"role\"", "\"rule\""), farm.response());
            assertThat(contract.faults("get", "/farm", less)).hasSizeGreaterThanOrEqualTo(2);
            var wrong =
                    new Station.Answer(
                            200,
                            farm.body().replaceFirst("\"revision\":[0-9]+", "\"revision\":\"7\""),
                            farm.response());
            assertThat(contract.faults("get", "/farm", wrong)).isNotEmpty();
        }
    }

    /** A farm where something of everything is to be seen. */
    private String lively(Station station, FakeAgent agent) throws IOException {
        String job =
                station.post(
                                "/api/v1/jobs",
                                Station.JSON.writeValueAsString(
                                        Map.of(
                                                "template",
                                                TWO_STEPS,
                                                "notes",
                                                "n",
                                                "parameters",
                                                Map.of("Frames", "1-6"))))
                        .json()
                        .path("id")
                        .asText();
        var first = agent.await(ServerMessage.Start.class);
        var second = agent.await(ServerMessage.Start.class);
        Path picture = Files.write(folder.resolve("f.png"), new byte[] {1});
        var details =
                "{\"outputs\":[{\"label\":\"1\",\"path\":\"%s\",\"bytes\":1,\"width\":64,\"height\":36,\"thumbnail\":true}],\"warnings\":[\"w\"]}"
                        .formatted(picture);
        byte[] png = {(byte) 0x89, 'P', 'N', 'G'};
        station.put(
                "/api/v1/runs/" + Long.toString(first.run(), 36) + "/thumbnails/1",
                station.agent,
                "image/png",
                png);
        agent.awaitAcknowledged(agent.ended(first.run(), "done", details));
        agent.awaitAcknowledged(agent.ended(second.run(), "failed", "{}"));
        var third = agent.await(ServerMessage.Start.class);
        agent.awaitAcknowledged(agent.report(new AgentMessage.Started(third.run())));
        agent.beat(new AgentMessage.Progress(third.run(), 0.5, "half"));
        agent.await(ServerMessage.Beat.class);
        return job;
    }

    private static String body(Contract.Operation operation) {
        return switch (operation.method() + " " + operation.path()) {
            case "post /jobs", "post /jobs:check" -> Station.body(1, "");
            case "patch /jobs/{job}" -> "{\"name\": \"other\", \"priority\": 60}";
            case "put /limits/{limit}", "patch /limits/{limit}" -> "{\"count\": 3}";
            case "post /jobs/{job}:retry" -> "{\"what\": \"failed\"}";
            case "post /tokens" -> "{\"name\": \"t\", \"role\": \"viewer\"}";
            default -> "";
        };
    }

    private void check(Station station, String method, String operation, String path, String body) {
        String query = method.equals("put") && operation.endsWith("/log") ? "?offset=0" : "";
        var publisher = body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
        var request =
                station.request("/api/v1" + path + query)
                        .method(method.toUpperCase(java.util.Locale.ROOT), publisher);
        var answer =
                station.send(
                        body.isEmpty()
                                ? request.build()
                                : request.header("Content-Type", "application/json").build());
        contract.faults(method, operation, answer)
                .forEach(fault -> faults.add(method + " " + path + ": " + fault));
        boolean missing = answer.body().contains("/problems/not_found") || answer.status() >= 500;
        if (missing && !operation.equals("/agent")) {
            faults.add(method + " " + path + ": " + answer.status());
        }
    }
}
