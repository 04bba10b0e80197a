package org.lumenyard.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.ServerMessage;

/** Why one task waits, where it runs or how it ended, told over real HTTP. */
class TaskReasonsTest {
    private static final String TWO_STEPS =
            """
            specificationVersion: jobtemplate-2023-09
            name: walk
            steps:
              - name: render
                parameterSpace: {taskParameterDefinitions: [{name: Frame, type: INT, range: 1-4}]}
                script: {actions: {onRun: {command: /bin/true}}}
              - name: film
                dependencies: [{dependsOn: render}]
                script: {actions: {onRun: {command: /bin/true}}}
            """;

    private static final String LICENSED =
            """
            specificationVersion: jobtemplate-2023-09
            name: seats
            steps:
              - name: render
                parameterSpace: {taskParameterDefinitions: [{name: Frame, type: INT, range: 1-2}]}
                hostRequirements: {amounts: [{name: amount.limit.arnold, min: 1}]}
                script: {actions: {onRun: {command: /bin/true}}}
            """;

    @TempDir Path folder;

    private static String submit(Station station, String template) {
        var body = Station.JSON.createObjectNode().put("template", template);
        return station.post("/api/v1/jobs", body.toString()).json().path("id").asText();
    }

    private static String explain(Station station, String job, int step, int index) {
        String id = station.get("/api/v1/jobs/" + job).json().at("/steps/" + step + "/id").asText();
        return "/api/v1/jobs/" + job + "/steps/" + id + "/tasks/" + index + "/explain";
    }

    private static String summary(Station station, String path) {
        return station.get(path).json().path("summary").asText();
    }

    @Test
    void aTaskTellsWhereItRunsWhatItWaitsForAndWhoDidIt() throws Exception {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            String job = submit(station, TWO_STEPS);
            station.awaitSaid(
                    explain(station, job, 0, 0),
                    "render 1 waits. No node is online.",
                    "Start an agent");
            agent.join("north", 2);
            var first = agent.await(ServerMessage.Start.class);
            var second = agent.await(ServerMessage.Start.class);
            assertThat(summary(station, explain(station, job, 0, 0)))
                    .isEqualTo("render 1 was given to north, which is about to begin it.");
            agent.awaitAcknowledged(agent.report(new AgentMessage.Started(first.run())));
            assertThat(summary(station, explain(station, job, 0, 0)))
                    .startsWith("render 1 has run for ")
                    .endsWith("run " + Long.toString(first.run(), 36) + " on north.");
            station.awaitSaid(
                    explain(station, job, 0, 3),
                    "render 4 waits. north, the only node that can, is busy.",
                    "1 task of render comes before it.");
            assertThat(station.get(explain(station, job, 1, 0)).body())
                    .contains("film" + labelOf(station, job) + " waits for all tasks of render.")
                    .contains("render still has to do 4 tasks: 2 waiting, 2 running.");

            agent.awaitAcknowledged(agent.ended(first.run(), "done", "{}"));
            assertThat(summary(station, explain(station, job, 0, 0)))
                    .startsWith("render 1 is done. Run " + Long.toString(first.run(), 36))
                    .contains("did it on north");
            station.post("/api/v1/jobs/" + job + ":hold", "");
            assertThat(station.get(explain(station, job, 0, 3)).body())
                    .contains("render 4 waits: its job is held.", "lumenyard release " + job);
            station.post("/api/v1/jobs/" + job + ":cancel", "");
            assertThat(summary(station, explain(station, job, 0, 3)))
                    .isEqualTo("render 4 was not done: its job was cancelled.");
            assertThat(summary(station, explain(station, job, 0, 1)))
                    .startsWith(
                            "render 2 is being stopped: run " + Long.toString(second.run(), 36));
        }
    }

    private static String labelOf(Station station, String job) {
        String film = station.get("/api/v1/jobs/" + job).json().at("/steps/1/id").asText();
        return " "
                + station.get("/api/v1/jobs/" + job + "/tasks?step=" + film)
                        .json()
                        .at("/items/0/label")
                        .asText();
    }

    @Test
    void aTaskThatFailedTellsWhereAndWhenItMayGoThereAgain() throws Exception {
        try (var station = Station.open(folder);
                var north = FakeAgent.connect(station);
                var south = FakeAgent.connect(station)) {
            north.join("north", 1);
            String job = station.submit(1);
            String why = explain(station, job, 0, 0);
            var first = north.await(ServerMessage.Start.class);
            north.awaitAcknowledged(north.ended(first.run(), "failed", "{}"));
            station.awaitSaid(
                    why,
                    "It failed on the only node that can do it, and is tried there again in ",
                    "failed on north: It broke.",
                    "No other node could: north tries it again in ");

            south.join("south", 1);
            var second = south.await(ServerMessage.Start.class);
            south.awaitAcknowledged(south.ended(second.run(), "failed", "{}"));
            var third = north.await(ServerMessage.Start.class);
            assertThat(station.get(why).body())
                    .contains("was given to north", "failed on south: It broke.");
            north.awaitAcknowledged(north.ended(third.run(), "failed", "{}"));
            assertThat(station.get(why).body())
                    .contains("failed 3 times, last on north.")
                    .contains("It is not tried again by itself.")
                    .contains("lumenyard retry " + job + " --task 1 --step ");
        }
    }

    @Test
    void aTaskThatMayGoElsewhereWaitsForABusyNodeAndSaysSo() throws Exception {
        try (var station = Station.open(folder);
                var north = FakeAgent.connect(station);
                var south = FakeAgent.connect(station)) {
            north.join("north", 1);
            south.join("south", 1);
            String job = station.submit(2);
            var start = north.await(ServerMessage.Start.class);
            south.await(ServerMessage.Start.class);
            int index = start.label().equals("1") ? 0 : 1;
            north.awaitAcknowledged(north.ended(start.run(), "failed", "{}"));
            station.awaitSaid(
                    explain(station, job, 0, index),
                    "south, the only node that may try it now, is busy.",
                    "Other nodes may try it at once, north in ");
        }
    }

    @Test
    void aTaskThatWaitsInASlotNamesWhatRunsBeforeItThere() throws Exception {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            String job = station.submit(3);
            var first = agent.await(ServerMessage.Start.class);
            agent.awaitAcknowledged(agent.ended(first.run(), "done", "{}"));
            var second = agent.await(ServerMessage.Start.class);
            agent.awaitAcknowledged(agent.report(new AgentMessage.Started(second.run())));
            var third = agent.await(ServerMessage.Start.class);
            assertThat(third.label()).isEqualTo("3");
            String body = station.get(explain(station, job, 0, 2)).body();
            assertThat(body)
                    .contains("3 waits in a slot of north behind one run")
                    .contains("2 runs there now.");
        }
    }

    @Test
    void aTaskThatLacksSeatsOrProgramsSaysHowManyNodesLackThem() throws Exception {
        try (var station = Station.open(folder);
                var north = FakeAgent.connect(station);
                var south = FakeAgent.connect(station)) {
            north.join("north", 4);
            south.join("south", 1);
            station.put(
                    "/api/v1/limits/arnold",
                    station.admin,
                    "application/json",
                    "{\"count\": 1}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            String job = submit(station, LICENSED);
            station.awaitSaid(
                    explain(station, job, 0, 1),
                    "render 2 waits. The only seat of arnold is taken: 1 by seats.");
            String big =
                    submit(
                            station,
                            LICENSED.replace(
                                    "amount.limit.arnold, min: 1", "amount.worker.vcpu, min: 3"));
            station.awaitSaid(explain(station, big, 0, 1), "1 of 2 nodes lacks 3 processors.");
        }
    }
}
