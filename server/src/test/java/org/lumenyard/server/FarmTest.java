package org.lumenyard.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.ServerMessage;
import org.lumenyard.store.FolderInUse;

/** From submission to the last frame and through restarts, over real HTTP and WebSockets. */
class FarmTest {
    @TempDir Path folder;

    @Test
    void aJobGoesFromSubmissionToItsEnd() throws IOException {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            Path pictures = Files.createDirectories(folder.resolve("shown"));
            Path picture = Files.write(pictures.resolve("frame 1.png"), new byte[] {1, 2, 3});
            agent.join("north", 1);
            String job = station.submit(2);
            for (int i = 0; i < 2; i++) {
                var start = agent.await(ServerMessage.Start.class);
                assertThat(start.engine()).isEqualTo("command");
                agent.report(new AgentMessage.Started(start.run()));
                var details =
                        "{\"outputs\":[{\"label\":\"%s\",\"path\":\"%s\",\"bytes\":3,\"thumbnail\":true}],\"warnings\":[\"a texture is missing\"]}"
                                .formatted(start.label(), picture);
                agent.awaitAcknowledged(agent.ended(start.run(), "done", details));
            }
            var shown = station.get("/api/v1/jobs/" + job).json();
            assertThat(shown.path("state").asText()).isEqualTo("done");
            assertThat(shown.path("sentence").asText()).isEqualTo("All 2 tasks done");
            assertThat(shown.path("warnings").toString()).contains("a texture is missing");
            var output =
                    station.get("/api/v1/jobs/" + job + "/outputs").json().path("items").path(0);
            assertThat(output.path("label").asText()).isEqualTo("1");
            var file = station.get(output.path("file").asText());
            assertThat(file.response().body()).containsExactly(1, 2, 3);
            assertThat(file.type()).isEqualTo("image/png");
            var history = station.get("/api/v1/jobs/" + job + "/history").json();
            assertThat(history.toString()).contains("submitted").contains("ada");
        }
    }

    @Test
    void aFailedTaskIsShownWithItsSentenceAndCanBeRetried() throws IOException {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            String job = station.submit(1);
            for (int attempt = 0; attempt < 3; attempt++) {
                var start = agent.await(ServerMessage.Start.class);
                agent.awaitAcknowledged(agent.ended(start.run(), "failed", "{}"));
            }
            var shown = station.get("/api/v1/jobs/" + job).json();
            assertThat(shown.path("state").asText()).isEqualTo("failed");
            assertThat(shown.path("reason").asText()).isEqualTo("It broke.");
            assertThat(shown.path("needsPerson").asBoolean()).isTrue();
            var retried = station.post("/api/v1/jobs/" + job + ":retry", "{\"what\": \"failed\"}");
            assertThat(retried.status()).isEqualTo(200);
            var start = agent.await(ServerMessage.Start.class);
            agent.awaitAcknowledged(agent.ended(start.run(), "done", "{}"));
            assertThat(station.get("/api/v1/jobs/" + job).json().path("state").asText())
                    .isEqualTo("done");
            var runs = station.get("/api/v1/jobs/" + job + "/runs").json().path("items");
            assertThat(runs).hasSize(4);
        }
    }

    @Test
    void aRunMayStandStillForFiveTimesWhatItsStepsTasksTakeAndForTenMinutesAtLeast()
            throws IOException {
        ServerMessage.Welcome life;
        long second;
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            life = agent.join("north", 1);
            station.submit(6);
            var first = agent.await(ServerMessage.Start.class);
            assertThat(first.stallAfterMillis()).isEqualTo(600_000);
            agent.awaitAcknowledged(
                    agent.report(
                            new AgentMessage.Ended(
                                    first.run(), "done", "done", "", 0, 200_000, 64, "{}")));
            second =
                    agent.await(
                                    ServerMessage.Start.class,
                                    start -> start.stallAfterMillis() == 1_000_000)
                            .run();
        }
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.comeBack(life, "north", List.of(second));
            agent.await(ServerMessage.Welcome.class);
            agent.awaitAcknowledged(
                    agent.report(
                            new AgentMessage.Ended(
                                    second, "interrupted", "stopped", "", 0, 10, 64, "{}")));
            assertThat(agent.await(ServerMessage.Start.class).stallAfterMillis())
                    .isEqualTo(1_000_000);
        }
    }

    @Test
    void cancellingKillsWhatRuns() throws IOException {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            String job = station.submit(5);
            var start = agent.await(ServerMessage.Start.class);
            var cancelled = station.post("/api/v1/jobs/" + job + ":cancel", "");
            assertThat(cancelled.json().path("state").asText()).isEqualTo("cancelling");
            assertThat(agent.await(ServerMessage.Kill.class).run()).isEqualTo(start.run());
            agent.awaitAcknowledged(agent.ended(start.run(), "interrupted", "{}"));
            assertThat(station.get("/api/v1/jobs/" + job).json().path("state").asText())
                    .isEqualTo("cancelled");
        }
    }

    @Test
    void aServerThatComesBackAdoptsWhatRuns() throws IOException {
        String job;
        ServerMessage.Welcome life;
        long run;
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            life = agent.join("north", 1);
            job = station.submit(2);
            run = agent.await(ServerMessage.Start.class).run();
        }
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.comeBack(life, "north", List.of(run));
            var welcome = agent.await(ServerMessage.Welcome.class);
            assertThat(welcome.incarnation()).isEqualTo(life.incarnation());
            assertThat(welcome.term()).isGreaterThan(life.term());
            assertThat(welcome.known()).containsExactly(run);
            agent.awaitAcknowledged(agent.ended(run, "done", "{}"));
            var next = agent.await(ServerMessage.Start.class);
            agent.awaitAcknowledged(agent.ended(next.run(), "done", "{}"));
            assertThat(next.label()).isEqualTo("2");
            assertThat(station.get("/api/v1/jobs/" + job).json().path("state").asText())
                    .isEqualTo("done");
        }
    }

    @Test
    void aSilentAgentsWorkIsGivenAwayAfterItsLease() throws IOException {
        try (var station = Station.open(folder, Duration.ofMillis(500));
                var silent = FakeAgent.connect(station);
                var other = FakeAgent.connect(station)) {
            silent.join("north", 1);
            String job = station.submit(1);
            var start = silent.await(ServerMessage.Start.class);
            silent.beat();
            silent.await(ServerMessage.Beat.class);
            silent.close();
            other.join("south", 1);
            var alive = keepBeating(other);
            var again = other.await(ServerMessage.Start.class);
            alive.cancel(true);
            assertThat(again.label()).isEqualTo(start.label());
            assertThat(again.run()).isNotEqualTo(start.run());
            other.awaitAcknowledged(other.ended(again.run(), "done", "{}"));
            try (var late = FakeAgent.connect(station)) {
                late.say(
                        new AgentMessage.Hello(
                                1,
                                System.nanoTime() / 1_000_000,
                                "",
                                1,
                                1,
                                1,
                                FakeAgent.facts("north", 1),
                                0,
                                List.of(start.run()),
                                List.of()));
                late.await(ServerMessage.Fenced.class);
            }
            assertThat(station.get("/api/v1/jobs/" + job + "/history").json().toString())
                    .contains("lost on north");
        }
    }

    private static CompletableFuture<Void> keepBeating(FakeAgent agent) {
        var stop = new CompletableFuture<Void>();
        Thread.startVirtualThread(() -> {
            while (!stop.isDone()) {
                agent.beat();
                try {
                    Thread.sleep(100);
                } catch (InterruptedException e) {
                    return;
                }
            }
        });
        return stop;
    }

    @Test
    void aSecondAgentUnderAConnectedNodesNameIsRefused() throws IOException {
        try (var station = Station.open(folder);
                var first = FakeAgent.connect(station);
                var second = FakeAgent.connect(station)) {
            first.join("north", 1);
            second.say(
                    new AgentMessage.Hello(
                            1,
                            System.nanoTime() / 1_000_000,
                            "",
                            0,
                            0,
                            0,
                            FakeAgent.facts("north", 1),
                            0,
                            List.of(),
                            List.of()));
            assertThat(second.await(ServerMessage.Refused.class).reason())
                    .isEqualTo("duplicate_node");
            second.awaitClosed();
            first.beat();
            first.await(ServerMessage.Beat.class);
        }
    }

    @Test
    void aNewcomerReplacesAnAgentWhoseLineIsDead() throws IOException {
        try (var station = Station.open(folder);
                var first = FakeAgent.connectDeaf(station);
                var second = FakeAgent.connect(station)) {
            var life = first.join("north", 1);
            var next = second.join("north", 1);
            assertThat(next.node()).isEqualTo(life.node());
            assertThat(next.incarnation()).isEqualTo(life.incarnation() + 1);
        }
    }

    @Test
    void anAgentOfAnotherFarmIsRefusedAndItsNumbersMeanNothing() throws IOException {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station);
                var stranger = FakeAgent.connect(station)) {
            agent.join("north", 1);
            station.submit(1);
            var start = agent.await(ServerMessage.Start.class);
            stranger.say(
                    new AgentMessage.Hello(
                            1,
                            1,
                            "another-farm",
                            1,
                            1,
                            1,
                            FakeAgent.facts("south", 1),
                            0,
                            List.of(start.run()),
                            List.of()));
            assertThat(stranger.await(ServerMessage.Refused.class).reason())
                    .isEqualTo("other_farm");
            agent.awaitAcknowledged(agent.ended(start.run(), "done", "{}"));
        }
    }

    @Test
    void aSweepByAnotherFolderProvesNothingAboutANodesRuns() throws IOException {
        try (var station = Station.open(folder);
                var first = FakeAgent.connectDeaf(station);
                var second = FakeAgent.connect(station);
                var third = FakeAgent.connect(station)) {
            var life = first.join("north", 1);
            station.submit(1);
            first.await(ServerMessage.Start.class);
            second.joinSwept("", 0, 1, "north");
            assertThat(second.await(ServerMessage.Refused.class).reason()).isEqualTo("not_swept");
            station.submit(1); // once this is answered the second one's join is over
            third.joinSwept(life.farm(), life.node() + 1, 1, "north");
            assertThat(third.await(ServerMessage.Refused.class).reason()).isEqualTo("not_swept");
        }
    }

    @Test
    void theSweepOfANodesOwnFolderFreesItsRunsAtOnce() throws IOException {
        try (var station = Station.open(folder);
                var first = FakeAgent.connectDeaf(station);
                var second = FakeAgent.connect(station)) {
            var life = first.join("north", 1);
            station.submit(1);
            var lost = first.await(ServerMessage.Start.class);
            second.joinSwept(life.farm(), life.node(), life.incarnation(), "north");
            assertThat(second.await(ServerMessage.Welcome.class).incarnation())
                    .isEqualTo(life.incarnation() + 1);
            assertThat(second.await(ServerMessage.Start.class).run()).isNotEqualTo(lost.run());
        }
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        try (var station = Station.open(folder)) {
            var missing = station.get("/api/v1/jobs/zzzz");
            assertThat(missing.status()).isEqualTo(404);
            assertThat(missing.json().path("type").asText()).isEqualTo("/problems/unknown_job");
            assertThat(station.get("/api/v1/nothing").json().path("type").asText())
                    .isEqualTo("/problems/not_found");
        }
    }

    @Test
    void aJobInOneSentenceGroupsLargeCounts() throws IOException {
        try (var station = Station.open(folder)) {
            String large = station.submit(1_234);
            String small = station.submit(1);
            assertThat(station.get("/api/v1/jobs/" + large).json().path("sentence").asText())
                    .isEqualTo("Waits; 0 of 1\u202f234 tasks done");
            assertThat(station.get("/api/v1/jobs/" + small).json().path("sentence").asText())
                    .isEqualTo("The only task waits");
        }
    }

    @Test
    void jobsAreSortedAndPagedByAnyColumn() throws IOException {
        try (var station = Station.open(folder)) {
            for (String name : List.of("b", "c", "a")) {
                station.post("/api/v1/jobs", Station.body(1, ", \"name\": \"" + name + "\""));
            }
            var names = new java.util.ArrayList<String>();
            String cursor = "";
            do {
                var page = station.get("/api/v1/jobs?sort=-name&limit=1" + cursor).json();
                names.add(page.at("/items/0/name").asText());
                cursor = page.has("next") ? "&cursor=" + page.path("next").asText() : "";
            } while (!cursor.isEmpty());
            assertThat(names).containsExactly("c", "b", "a");
        }
    }

    @Test
    void aRetriedChunkIsToldWhichFramesAreVerifiedAlready() throws IOException {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            String job =
                    "{\"jobType\": \"testpattern\", \"parameters\": {\"Frames\": \"1-4\", \"Chunk\": 4, \"Output\": \"%s\"}}";
            assertThat(station.post("/api/v1/jobs", job.formatted(folder.resolve("out"))).status())
                    .isEqualTo(201);
            var first = agent.await(ServerMessage.Start.class);
            assertThat(first.label()).isEqualTo("1-4");
            assertThat(first.done()).isEmpty();
            String details =
                    "{\"outputs\":[{\"label\":\"2\",\"path\":\"b\"},{\"label\":\"1\",\"path\":\"a\"}]}";
            agent.awaitAcknowledged(agent.ended(first.run(), "failed", details));
            assertThat(agent.await(ServerMessage.Start.class).done()).isEqualTo("1,2");
        }
    }

    @Test
    void aDoneChunkThatSomebodyRetriesIsDoneAnewInWhole() throws IOException {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            String body =
                    "{\"jobType\": \"testpattern\", \"parameters\": {\"Frames\": \"1-4\", \"Chunk\": 4, \"Output\": \"%s\"}}";
            var job = station.post("/api/v1/jobs", body.formatted(folder.resolve("out"))).json();
            String path = "/api/v1/jobs/" + job.path("id").asText();
            String details =
                    "{\"outputs\":[{\"label\":\"1\",\"path\":\"a\"},{\"label\":\"2\",\"path\":\"b\"}]}";
            var first = agent.await(ServerMessage.Start.class);
            agent.awaitAcknowledged(agent.ended(first.run(), "done", details));
            String step = station.get(path).json().path("steps").path(0).path("id").asText();
            String retry = "{\"what\": \"task\", \"step\": \"%s\", \"index\": 0}";
            assertThat(station.post(path + ":retry", retry.formatted(step)).status())
                    .isEqualTo(200);
            assertThat(agent.await(ServerMessage.Start.class).done()).isEmpty();
        }
    }

    @Test
    void theOutputsOfARetriedChunkAreThoseOfAllItsRunsInTheirOrder() throws IOException {
        Path shown = Files.createDirectories(folder.resolve("shown"));
        try (var station = Station.open(settingsThatShow(shown));
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            String job =
                    "{\"jobType\": \"testpattern\", \"parameters\": {\"Frames\": \"8-11\", \"Chunk\": 4, \"Output\": \"%s\"}}";
            String id =
                    station.post("/api/v1/jobs", job.formatted(shown.resolve("out")))
                            .json()
                            .path("id")
                            .asText();
            var first = agent.await(ServerMessage.Start.class);
            agent.awaitAcknowledged(
                    agent.ended(
                            first.run(),
                            "failed",
                            "{\"outputs\":[{\"label\":\"8\",\"path\":\"%s\"},{\"label\":\"9\",\"path\":\"b\"}]}"
                                    .formatted(Files.writeString(shown.resolve("8"), "frame 8"))));
            var second = agent.await(ServerMessage.Start.class);
            agent.awaitAcknowledged(
                    agent.ended(
                            second.run(),
                            "done",
                            "{\"outputs\":[{\"label\":\"10\",\"path\":\"c\"},{\"label\":\"11\",\"path\":\"d\"}]}"));
            var outputs = station.get("/api/v1/jobs/" + id + "/outputs").json().path("items");
            assertThat(outputs.valueStream().map(output -> output.path("label").asText()))
                    .containsExactly("8", "9", "10", "11");
            assertThat(outputs.path(0).path("run").asText())
                    .as("each is found at the run that made it")
                    .isEqualTo(Long.toString(first.run(), 36));
            assertThat(station.get(outputs.path(0).path("file").asText()).body())
                    .as("and can be fetched although that run failed later on")
                    .isEqualTo("frame 8");
        }
    }

    /** A server whose data lies beside the folder that it may show. */
    private ServerSettings settingsThatShow(Path shown) {
        return ServerSettings.local(folder.resolve("data"), 0, List.of(shown));
    }

    @Test
    void whatTheServerKeepsForItselfIsNoOutputWhateverAnAgentSays() throws IOException {
        Path secret = folder.resolve("secret");
        Files.writeString(secret, "a token");
        Path picture =
                Files.writeString(
                        Files.createDirectories(folder.resolve("demo")).resolve("p"), "p");
        var roots = List.of(folder.getParent(), folder.resolve("demo"));
        try (var station = Station.open(ServerSettings.local(folder, 0, roots));
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            String job = station.submit(1);
            var start = agent.await(ServerMessage.Start.class);
            String details =
                    "{\"outputs\":[{\"label\":\"1\",\"path\":\"%s\"},{\"label\":\"2\",\"path\":\"%s\"}]}"
                            .formatted(secret, picture);
            agent.awaitAcknowledged(agent.ended(start.run(), "done", details));
            var outputs = station.get("/api/v1/jobs/" + job + "/outputs").json().path("items");
            assertThat(station.get(outputs.path(0).path("file").asText()).status()).isEqualTo(404);
            assertThat(station.get(outputs.path(1).path("file").asText()).body())
                    .as("a root within the server's folder is a root all the same")
                    .isEqualTo("p");
        }
    }

    @Test
    void closingTheServerSendsHomeWhoFollows()
            throws IOException, ExecutionException, InterruptedException, TimeoutException {
        var station = Station.open(folder);
        try (var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            station.submit(1);
            String run = Long.toString(agent.await(ServerMessage.Start.class).run(), 36);
            var events = CompletableFuture.supplyAsync(() -> station.get("/api/v1/events"));
            var log =
                    CompletableFuture.supplyAsync(
                            () -> station.get("/api/v1/runs/" + run + "/log?follow=true"));
            while (station.get("/metrics").body().contains("lumenyard_pages_following 0")) {
                Thread.onSpinWait();
            }
            CompletableFuture.runAsync(station.server::close).get(20, TimeUnit.SECONDS);
            assertThat(events.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
            // It may be cut off, but nobody is left waiting.
            assertThat(log.handle((answer, cut) -> true).get(20, TimeUnit.SECONDS)).isTrue();
            assertThat(agent.awaitClosed()).isIn(1001, 1006, 1012);
        } finally {
            station.close();
        }
    }

    @Test
    void aBusyPortMovesOnUnlessItIsFixed() throws IOException {
        try (var taken =
                new java.net.ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
            int port = taken.getLocalPort();
            var settings = ServerSettings.local(folder, port, List.of(folder));
            try (var station = Station.open(settings)) {
                assertThat(station.server.port()).isGreaterThan(port);
                assertThat(station.get("/api/v1/farm").status()).isEqualTo(200);
            }
            var fixed =
                    new ServerSettings(
                            folder,
                            "127.0.0.1",
                            port,
                            true,
                            settings.lease(),
                            settings.killGrace(),
                            null,
                            List.of(),
                            List.of(),
                            java.util.Set.of(),
                            null,
                            null);
            assertThatThrownBy(() -> LumenyardServer.start(fixed))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(Integer.toString(port));
        }
    }

    @Test
    void anAgentThatObeyedALaterReignIsRefusedAndNothingOfItCounts() throws IOException {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station);
                var later = FakeAgent.connect(station)) {
            var life = agent.join("north", 1);
            var ofLaterReign =
                    new ServerMessage.Welcome(
                            life.farm(),
                            life.node(),
                            life.incarnation(),
                            life.term() + 1,
                            life.known(),
                            life.leaseMillis(),
                            life.heartbeatMillis());
            agent.close();
            later.comeBack(ofLaterReign, "north", List.of());
            assertThat(later.await(ServerMessage.Refused.class).reason()).isEqualTo("older_reign");
            assertThat(later.awaitClosed()).isEqualTo(1008);
        }
    }

    @Test
    void theFolderIsOneServersOnly() throws IOException {
        try (var station = Station.open(folder)) {
            assertThatThrownBy(() -> Station.open(folder)).isInstanceOf(FolderInUse.class);
            assertThat(station.get("/api/v1/farm").status()).isEqualTo(200);
        }
    }

    @Test
    void framesComeAsOneArchiveOfTheFilesThatMayBeShown() throws IOException {
        Path inside = Files.createDirectories(folder.resolve("inside"));
        Path other = Files.createDirectories(inside.resolve("other"));
        List<Path> made =
                List.of(
                        Files.writeString(inside.resolve("f.png"), "one"),
                        Files.writeString(other.resolve("f.png"), "two"),
                        Files.writeString(folder.resolve("secret.png"), "secret"),
                        inside.resolve("gone.png"));
        try (var station =
                        Station.open(
                                ServerSettings.local(folder.resolve("data"), 0, List.of(inside)));
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            String job = station.submit(4);
            String address = "/api/v1/jobs/" + job + "/outputs.zip";
            for (int n = 0; n < 4; n++) {
                if (n < 2) {
                    assertThat(station.get(address + "?frames=3-4").status()).isEqualTo(404);
                }
                var start = agent.await(ServerMessage.Start.class);
                Path file = made.get(Integer.parseInt(start.label()) - 1);
                String details =
                        "{\"outputs\":[{\"label\":\"%s\",\"path\":\"%s\"}]}"
                                .formatted(start.label(), file);
                agent.awaitAcknowledged(agent.ended(start.run(), "done", details));
            }

            assertThat(unzipped(station.get(address)))
                    .containsExactly(
                            entry("f.png", "one"),
                            entry("f-2.png", "two"),
                            entry("missing.txt", made.get(2) + "\n" + made.get(3) + "\n"));
            assertThat(unzipped(station.get(address + "?frames=2,7-9")))
                    .containsExactly(entry("f.png", "two"));
            var none = station.get(address + "?frames=3-4");
            assertThat(none.status()).isEqualTo(404);
            assertThat(none.json().path("detail").asText()).startsWith("The files are gone");
            assertThat(station.get(address + "?frames=5").json().path("detail").asText())
                    .startsWith("None of these frames is done");
            assertThat(station.get(address + "?frames=all").status()).isEqualTo(400);
            assertThat(station.get(address).type()).isEqualTo("application/zip");
        }
    }

    /** Names and contents of an archive's files, which are all stored as they are. */
    private static Map<String, String> unzipped(Station.Answer answer) throws IOException {
        assertThat(answer.status()).isEqualTo(200);
        var found = new LinkedHashMap<String, String>();
        try (var zip = new ZipInputStream(new ByteArrayInputStream(answer.response().body()))) {
            for (var file = zip.getNextEntry(); file != null; file = zip.getNextEntry()) {
                assertThat(file.getMethod()).isEqualTo(ZipEntry.STORED);
                found.put(file.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return found;
    }

    @Test
    void outputsOutsideTheRootsOrOfNobodysRunAreNotShown() throws IOException {
        Path inside = Files.createDirectories(folder.resolve("inside"));
        Path secret = Files.writeString(folder.resolve("secret.png"), "secret");
        Path link = Files.createSymbolicLink(inside.resolve("link.png"), secret);
        Path html = Files.writeString(inside.resolve("page.html"), "<script>");
        try (var station =
                        Station.open(
                                ServerSettings.local(folder.resolve("data"), 0, List.of(inside)));
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            station.submit(1);
            long run = agent.await(ServerMessage.Start.class).run();
            String details =
                    "{\"outputs\":[{\"label\":\"a\",\"path\":\"%s\"},{\"label\":\"b\",\"path\":\"%s\"},{\"label\":\"c\",\"path\":\"%s\"}]}"
                            .formatted(secret, link, html);
            agent.awaitAcknowledged(agent.ended(run, "done", details));
            String base = "/api/v1/runs/" + Long.toString(run, 36) + "/outputs/";
            assertThat(station.get(base + "a").status()).isEqualTo(404);
            assertThat(station.get(base + "b").status()).isEqualTo(404);
            var page = station.get(base + "c");
            assertThat(page.type()).isEqualTo("application/octet-stream");
            assertThat(page.response().headers().firstValue("Content-Disposition").orElse(""))
                    .startsWith("attachment");
            assertThat(page.response().headers().firstValue("X-Content-Type-Options"))
                    .contains("nosniff");
            var part =
                    station.send(station.request(base + "c").header("Range", "bytes=1-6").build());
            assertThat(part.status()).isEqualTo(206);
            assertThat(part.body()).isEqualTo("script");
            assertThat(
                            station.send(
                                            station.request(base + "c")
                                                    .header("Range", "bytes=99-")
                                                    .build())
                                    .status())
                    .isEqualTo(416);
        }
    }

    @Test
    void aRepeatedReportIsAcknowledgedAndCountsOnce() throws IOException {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            String job = station.submit(1);
            var start = agent.await(ServerMessage.Start.class);
            agent.awaitAcknowledged(agent.ended(start.run(), "done", "{}"));
            agent.awaitAcknowledged(agent.ended(start.run(), "failed", "{}"));
            assertThat(station.get("/api/v1/jobs/" + job).json().path("state").asText())
                    .isEqualTo("done");
        }
    }

    @Test
    void whatANodeOfferedBeforeDoesNotUndoWhatItOffersNow() throws IOException {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            var nothing = new AgentMessage.Changed(FakeAgent.facts("north", 0));
            long before = agent.report(nothing);
            long now = agent.report(new AgentMessage.Changed(FakeAgent.facts("north", 1)));
            agent.say(new AgentMessage.Report(before, nothing));
            agent.awaitAcknowledged(now);

            station.submit(1);
            assertThat(agent.await(ServerMessage.Start.class).run()).isPositive();
        }
    }

    @Test
    void workThatWaitsForAProgramSaysWhetherItIsBeingInstalled() throws Exception {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            String template =
                    """
                    specificationVersion: jobtemplate-2023-09
                    extensions: [LUMENYARD_ENGINE]
                    name: scene
                    steps:
                      - name: render
                        hostRequirements: {attributes: [{name: attr.software, allOf: [blender]}]}
                        script: {engine: {name: testpattern, outputs: {folder: "%s", pattern: "f_####.png"}, settings: {frames: "1"}}}
                    """
                            .formatted(folder);
            var body = Station.JSON.createObjectNode().put("template", template);
            var answer = station.post("/api/v1/jobs", body.toString());
            assertThat(answer.status()).as(answer.body()).isEqualTo(201);
            String job = "/api/v1/jobs/" + answer.json().path("id").asText();
            agent.awaitAcknowledged(agent.report(new AgentMessage.Changed(offering("encode"))));
            awaitReason(station, job, "No node has Blender yet.");
            agent.awaitAcknowledged(
                    agent.report(new AgentMessage.Changed(offering("encode", "blender"))));
            awaitReason(station, job, "No node has Blender yet, installing.");
        }
    }

    private static AgentMessage.Facts offering(String software, String... installing) {
        AgentMessage.Facts bare = FakeAgent.facts("north", 1);
        return new AgentMessage.Facts(
                bare.name(),
                bare.machine(),
                bare.boot(),
                bare.pidNamespace(),
                bare.amounts(),
                Map.of(
                        "attr.software",
                        Set.of(software),
                        "attr.software.installing",
                        Set.of(installing)),
                bare.version(),
                bare.details());
    }

    /** The view that reasons are worked out from is renewed up to a quarter of a second later. */
    private static void awaitReason(Station station, String job, String reason)
            throws InterruptedException {
        String said = "";
        for (int look = 0; look < 100 && !said.equals(reason); look++) {
            Thread.sleep(50);
            said = station.get(job).json().path("reason").asText();
        }
        assertThat(said).isEqualTo(reason);
    }

    @Test
    void aFinishedJobIsDeletedWithItsLogsAndAnUnfinishedOneIsRefused() throws Exception {
        Path log;
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            String job = station.submit(1);
            var start = agent.await(ServerMessage.Start.class);
            var refused = station.delete("/api/v1/jobs/" + job);
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.json().path("detail").asText())
                    .isEqualTo("The job is running: cancel it first.");
            String run =
                    station.get("/api/v1/jobs/" + job + "/runs")
                            .json()
                            .path("items")
                            .path(0)
                            .path("id")
                            .asText();
            station.put(
                    "/api/v1/runs/" + run + "/log?offset=0&final=true",
                    station.agent,
                    "text/plain",
                    "a line".getBytes(StandardCharsets.UTF_8));
            log = folder.resolve("logs/jobs/0/" + Long.parseLong(job, 36) + ".logs");
            for (int look = 0; look < 200 && Files.notExists(log); look++) Thread.sleep(50);
            assertThat(log).exists();
            agent.awaitAcknowledged(agent.ended(start.run(), "done", "{}"));
            assertThat(station.delete("/api/v1/jobs/" + job).status()).isEqualTo(204);
            assertThat(station.get("/api/v1/jobs/" + job).status()).isEqualTo(404);
            assertThat(station.get("/api/v1/jobs").json().path("items")).isEmpty();
            assertThat(station.delete("/api/v1/jobs/" + job).status()).isEqualTo(404);
            for (int look = 0; look < 200 && Files.exists(log); look++) Thread.sleep(50);
            assertThat(log).doesNotExist();
        }
    }

    @Test
    void jobsThatFinishedLongAgoAreDeletedWhereTheFarmIsToldSo() throws Exception {
        String finished;
        String waiting;
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            finished = station.submit(1);
            waiting = station.submit(2);
            var start = agent.await(ServerMessage.Start.class);
            agent.awaitAcknowledged(agent.ended(start.run(), "done", "{}"));
        }
        var settings =
                ServerSettings.local(folder, 0, List.of(folder)).withKeepFor(Duration.ofMillis(1));
        try (var station = Station.open(settings)) {
            int status = 200;
            for (int look = 0; look < 200 && status == 200; look++) {
                Thread.sleep(50);
                status = station.get("/api/v1/jobs/" + finished).status();
            }
            assertThat(status).isEqualTo(404);
            assertThat(station.get("/api/v1/jobs/" + waiting).status()).isEqualTo(200);
        }
    }

    @Test
    void aSubmissionWithTheSameKeyIsDoneOnce() throws IOException {
        try (var station = Station.open(folder)) {
            String body = Station.body(1, ", \"name\": \"once\"");
            var request =
                    station.request("/api/v1/jobs")
                            .header("Content-Type", "application/json")
                            .header("Idempotency-Key", "k1");
            var both =
                    List.of(request.copy(), request.copy()).stream()
                            .map(r ->
                                    CompletableFuture.supplyAsync(() ->
                                            station.send(
                                                    r.POST(BodyPublishers.ofString(body)).build())))
                            .toList();
            assertThat(both.get(0).join().body()).isEqualTo(both.get(1).join().body());
            assertThat(station.get("/api/v1/jobs").json().path("items")).hasSize(1);
            var other =
                    station.send(
                            request.copy()
                                    .POST(BodyPublishers.ofString(Station.body(2, "")))
                                    .build());
            assertThat(other.status()).isEqualTo(409);
            assertThat(other.json().path("type").asText()).isEqualTo("/problems/key_reused");
        }
        try (var station = Station.open(folder)) {
            var again =
                    station.send(
                            station.request("/api/v1/jobs")
                                    .header("Content-Type", "application/json")
                                    .header("Idempotency-Key", "k1")
                                    .POST(
                                            BodyPublishers.ofString(
                                                    Station.body(1, ", \"name\": \"once\"")))
                                    .build());
            assertThat(again.status()).isEqualTo(201);
            assertThat(station.get("/api/v1/jobs").json().path("items")).hasSize(1);
        }
    }

    @Test
    void eventsTellWhatChangedSinceARevision() throws IOException, InterruptedException {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            var before =
                    station.get("/api/v1/farm")
                            .response()
                            .headers()
                            .firstValue("Lumenyard-Revision")
                            .orElseThrow();
            String job = station.submit(1);
            var stream =
                    station.client.send(
                            station.request("/api/v1/events?since=" + before).build(),
                            BodyHandlers.ofLines());
            try (var lines = stream.body()) {
                var iterator = lines.iterator();
                assertThat(next(iterator, "data: ")).contains("\"jobs\":[\"" + job + "\"]");
                agent.join("north", 1);
                var start = agent.await(ServerMessage.Start.class);
                agent.beat(new AgentMessage.Progress(start.run(), 0.4, "Sample 4/10"));
                String said = next(iterator, "data: {\"runs\"");
                assertThat(said).contains("Sample 4/10").contains("0.4");
            }
        }
    }

    private static String next(java.util.Iterator<String> lines, String prefix) {
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.startsWith(prefix)) {
                return line;
            }
        }
        throw new AssertionError("the stream ended");
    }

    @Test
    void aLogIsUploadedFollowedAndReadInParts()
            throws IOException, InterruptedException, ExecutionException {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            station.submit(1);
            long run = agent.await(ServerMessage.Start.class).run();
            String address = "/api/v1/runs/" + Long.toString(run, 36) + "/log";
            byte[] first = "one\ntwo\n".getBytes(StandardCharsets.UTF_8);
            assertThat(
                            station.put(
                                            address + "?offset=0",
                                            station.agent,
                                            "application/octet-stream",
                                            first)
                                    .status())
                    .isEqualTo(204);
            assertThat(
                            station.put(
                                            address + "?offset=0",
                                            station.agent,
                                            "application/octet-stream",
                                            first)
                                    .status())
                    .isEqualTo(204);
            assertThat(
                            station.put(
                                            address + "?offset=99",
                                            station.agent,
                                            "application/octet-stream",
                                            first)
                                    .json()
                                    .path("type")
                                    .asText())
                    .isEqualTo("/problems/log_gap");
            var followed =
                    CompletableFuture.supplyAsync(() -> station.get(address + "?follow=true"));
            byte[] rest = "two\nthree\u0000\n".getBytes(StandardCharsets.UTF_8);
            assertThat(
                            station.put(
                                            address + "?offset=4&final=true",
                                            station.agent,
                                            "application/octet-stream",
                                            rest)
                                    .status())
                    .isEqualTo(204);
            agent.awaitAcknowledged(agent.ended(run, "done", "{}"));
            assertThat(followed.get().body()).isEqualTo("one\ntwo\nthree \n");
            assertThat(station.get(address + "?tail=2").body()).isEqualTo("two\nthree \n");
            var part = station.get(address + "?offset=4&limit=3");
            assertThat(part.body()).isEqualTo("two");
            assertThat(part.response().headers().firstValue("Lumenyard-Log-Size")).contains("15");
        }
    }

    @Test
    void aThumbnailIsKeptAndShownAndNothingElseIs() throws IOException {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            String job = station.submit(1);
            var start = agent.await(ServerMessage.Start.class);
            String base = "/api/v1/runs/" + Long.toString(start.run(), 36) + "/thumbnails/";
            byte[] png = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};
            assertThat(station.put(base + "1", station.agent, "image/png", png).status())
                    .isEqualTo(204);
            var html = "<script>".getBytes(StandardCharsets.UTF_8);
            assertThat(station.put(base + "1", station.agent, "image/png", html).status())
                    .isEqualTo(415);
            assertThat(station.get(base + "1").response().body()).isEqualTo(png);
            agent.awaitAcknowledged(agent.ended(start.run(), "done", "{}"));
            var thumbnail = station.get("/api/v1/jobs/" + job).json().path("thumbnail").asText();
            assertThat(station.get(thumbnail).type()).isEqualTo("image/png");
        }
    }

    @Test
    void aFullDiskMakesTheServerReadOnlyUntilThereIsRoom()
            throws IOException, InterruptedException {
        TinyDisk.assumeMountable();
        try (var disk = TinyDisk.mount(folder.resolve("disk"), "6m");
                var station = Station.open(disk.folder())) {
            String job = station.submit(1);
            disk.fill();
            Station.Answer refused = refusedSubmission(station);
            assertThat(refused.json().path("type").asText())
                    .isEqualTo("/problems/storage_unavailable");
            assertThat(refused.response().headers().firstValue("Retry-After")).isPresent();
            assertThat(station.get("/api/v1/jobs/" + job).status()).isEqualTo(200);
            assertThat(station.get("/api/v1/farm").json().path("healthy").asBoolean()).isFalse();
            assertThat(station.get("/health/ready").status()).isEqualTo(503);
            disk.empty();
            Station.Answer healed = station.post("/api/v1/jobs", Station.body(1, ""));
            for (int i = 0; healed.status() == 503 && i < 100; i++) {
                Thread.sleep(200);
                healed = station.post("/api/v1/jobs", Station.body(1, ""));
            }
            assertThat(healed.status()).isEqualTo(201);
            var known = station.get("/api/v1/jobs").json().path("items");
            assertThat(known.toString()).contains("\"id\":\"" + job + "\"");
        }
    }

    private static Station.Answer refusedSubmission(Station station) {
        String large = Station.body(1, ", \"notes\": \"" + "x".repeat(4_000) + "\"");
        for (int i = 0; i < 5_000; i++) {
            Station.Answer answer = station.post("/api/v1/jobs", large);
            if (answer.status() == 503) {
                return answer;
            }
        }
        throw new AssertionError("the disk never was full");
    }
}
