package org.lumenyard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
    private static final String SUBMITTED =
            """
            {"id": "1f", "name": "walk", "tasks": 24, "summary": {"frames": "1-24", "output": "/shots/walk_frames"},
             "warnings": ["The scene misses wood.png."]}\
            """;
    private static final String TYPES =
            """
            {"items": [{"name": "blender", "parameters": [{"name": "Scene", "type": "PATH"}, {"name": "Samples", "type": "STRING"}]},
                       {"name": "testpattern", "parameters": [{"name": "Output", "type": "PATH"}, {"name": "Frames", "type": "STRING"}]}]}\
            """;

    @TempDir Path folder;
    private FakeFarm farm;
    private Shell shell;

    @BeforeEach
    void begin() throws IOException {
        farm =
                new FakeFarm()
                        .on("GET", "/job-types", 200, TYPES)
                        .on("POST", "/jobs", 201, SUBMITTED);
        shell = Shell.beside(farm, folder);
    }

    @AfterEach
    void end() {
        farm.close();
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }

    private JsonNode sent(String path) throws IOException {
        return json(farm.seenAt(path).getLast().body());
    }

    // submit

    @Test
    void aSceneIsSubmittedByItsWholePathAndTheAnswerSaysWhatWasUnderstood() throws IOException {
        Files.createFile(folder.resolve("walk home.blend"));
        Shell.Ran ran = shell.type("submit", "walk home.blend");
        assertThat(ran.err()).isEmpty();
        assertThat(ran.exit()).isZero();
        assertThat(ran.out())
                .contains("Job 1f: walk, 24 tasks")
                .contains("frames      1-24")
                .contains("output      /shots/walk_frames")
                .contains("note        The scene misses wood.png.")
                .contains("page        " + farm.url() + "/jobs/1f")
                .contains("lumenyard watch 1f");
        assertThat(sent("/jobs").path("jobType").asText()).isEqualTo("blender");
        assertThat(sent("/jobs").at("/parameters/Scene").asText())
                .isEqualTo(folder.resolve("walk home.blend").toString());
        assertThat(farm.seenAt("/jobs").getLast().header("Idempotency-Key")).isNotEmpty();
    }

    @Test
    void everyOptionOfSubmitArrives() throws IOException {
        Files.createFile(folder.resolve("walk.blend"));
        Shell.Ran ran =
                shell.type(
                        "submit",
                        "walk.blend",
                        "--frames",
                        "1-250x2,300",
                        "--chunk",
                        "5",
                        "--priority",
                        "70",
                        "--band",
                        "rush",
                        "--out",
                        "pictures",
                        "--film",
                        "films/walk.mp4",
                        "--name",
                        "Walk home",
                        "--notes",
                        "for Ole",
                        "--held",
                        "-p",
                        "Samples=64",
                        "-p",
                        "Camera=a=b");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(sent("/jobs"))
                .isEqualTo(
                        json(
                                """
                                {"jobType": "blender", "name": "Walk home", "priority": 70, "band": "rush", "notes": "for Ole", "held": true,
                                 "parameters": {"Scene": "%1$s/walk.blend", "Frames": "1-250x2,300", "Chunk": "5", "Output": "%1$s/pictures",
                                                "Film": "%1$s/films/walk.mp4", "Samples": "64", "Camera": "a=b"}}\
                                """
                                        .formatted(folder)));
        assertThat(ran.out()).contains("lumenyard release 1f");
    }

    @Test
    void aTemplateIsSubmittedAsItsText() throws IOException {
        Files.writeString(folder.resolve("job.yaml"), "name: tür\n");
        Shell.Ran ran = shell.type("submit", "job.yaml", "-p", "End=100");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(sent("/jobs").path("template").asText()).isEqualTo("name: tür\n");
        assertThat(sent("/jobs").at("/parameters/End").asText()).isEqualTo("100");
    }

    @Test
    void aBuiltInTypeGetsItsPathsWhole() throws IOException {
        Shell.Ran ran =
                shell.type(
                        "submit", "--type", "testpattern", "-p", "Output=test", "-p", "Frames=1-3");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(sent("/jobs").at("/parameters/Output").asText())
                .isEqualTo(folder.resolve("test").toString());
        assertThat(sent("/jobs").at("/parameters/Frames").asText()).isEqualTo("1-3");
    }

    @Test
    void whatCannotBeSubmittedIsToldBeforeAnybodyIsAsked() throws IOException {
        Files.createFile(folder.resolve("walk.ma"));
        Files.createFile(folder.resolve("job.yaml"));
        Files.write(folder.resolve("bad.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThat(shell.type("submit", "walk.ma").err())
                .contains("neither a Blender scene (.blend) nor a job template");
        assertThat(shell.type("submit", "none.blend").err())
                .contains("There is no file " + folder.resolve("none.blend"));
        assertThat(shell.type("submit", "none.yaml").err()).contains("There is no file");
        assertThat(shell.type("submit", "job.yaml", "--frames", "1-3").err())
                .contains("-p NAME=VALUE");
        assertThat(shell.type("submit", "bad.yaml").err()).contains("not text in UTF-8");
        assertThat(shell.type("submit").err()).contains("What is to be submitted?");
        assertThat(shell.type("submit", "walk.ma").exit()).isEqualTo(2);
        assertThat(farm.seen).isEmpty();
    }

    @Test
    void checkingSubmitsNothing() throws IOException {
        Files.createFile(folder.resolve("walk.blend"));
        farm.on("POST", "/jobs:check", 200, SUBMITTED.replace("\"1f\"", "\"\""));
        Shell.Ran ran = shell.type("submit", "walk.blend", "--check");
        assertThat(ran.out()).contains("This would be walk, 24 tasks").doesNotContain("page");
        assertThat(farm.seenAt("/jobs")).isEmpty();
    }

    @Test
    void refusedFieldsAreNamedAsTheyWereTyped() throws IOException {
        Files.createFile(folder.resolve("walk.blend"));
        farm.on(
                "POST",
                "/jobs",
                422,
                """
                {"type": "/problems/rejected_submission", "title": "Unprocessable Entity", "status": 422, "detail": "All of it.",
                 "errors": [{"path": "parameters.Frames", "message": "Expected a number after 1-."},
                            {"path": "parameters.Samples", "message": "Must be a number."}]}\
                """);
        Shell.Ran ran = shell.type("submit", "walk.blend", "--frames", "1-");
        assertThat(ran.exit()).isEqualTo(4);
        assertThat(ran.err())
                .contains("--frames: Expected a number after 1-.", "-p Samples: Must be a number.")
                .doesNotContain("at org.");
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void anAnswerThatIsLostIsAskedForAgainUnderTheSameKey() throws IOException {
        Files.createFile(folder.resolve("walk.blend"));
        farm.on(
                "POST",
                "/jobs",
                (exchange, request) -> {
                    if (farm.seenAt("/jobs").size() > 1) FakeFarm.answer(exchange, 201, SUBMITTED);
                    // Otherwise the connection is closed without a word, as by a server that is
                    // killed.
                });
        Shell.Ran ran = shell.type("submit", "walk.blend");
        assertThat(ran.exit()).as(ran.err()).isZero();
        List<FakeFarm.Seen> posts = farm.seenAt("/jobs");
        assertThat(posts).hasSizeGreaterThan(1);
        assertThat(posts.stream().map(post -> post.header("Idempotency-Key")).distinct())
                .hasSize(1);
    }

    // looking

    private static String page(String items, String more) {
        return "{\"items\": ["
                + items
                + "]"
                + more
                + ", \"states\": {\"running\": 1, \"done\": 12, \"failed\": 0}}";
    }

    @Test
    void jobsAreATableWithTotals() {
        farm.on("GET", "/jobs", 200, page(FakeFarm.job("running", 12, 24, 1), ", \"next\": \"x\""));
        Shell.Ran ran = shell.type("jobs", "--limit", "1");
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out())
                .contains(
                        "JOB  NAME",
                        "lighthouse",
                        "running",
                        "12/24       1  22 s  Frame 7: The scene's camera")
                .contains("There are more: --limit 5")
                .contains("1 running, 12 done")
                .doesNotContain("0 failed");
        assertThat(farm.seenAt("/jobs").getFirst().query()).isEqualTo("limit=1");
    }

    @Test
    void filtersOfJobsArriveUnharmed() {
        farm.on("GET", "/jobs", 200, page("", ""));
        Shell.Ran ran =
                shell.type("jobs", "--state", "running,failed", "--search", "a&b=c", "--user", "ö");
        assertThat(ran.out()).contains("No job is like that.");
        assertThat(farm.seenAt("/jobs").getFirst().query())
                .isEqualTo("state=running%2Cfailed&q=a%26b%3Dc&user=%C3%B6&limit=20");
    }

    @Test
    void anEmptyFarmSaysHowToBegin() {
        farm.on("GET", "/jobs", 200, page("", "")).on("GET", "/nodes", 200, "{\"items\": []}");
        assertThat(shell.type("jobs").out()).contains("lumenyard submit");
        assertThat(shell.type("nodes").out()).contains("lumenyard agent");
    }

    @Test
    void aJobIsToldInFull() {
        farm.on("GET", "/jobs/1f", 200, FakeFarm.job("failed", 22, 24, 2));
        farm.on(
                "GET",
                "/jobs/1f/history",
                200,
                "{\"items\": [{\"at\": \"2026-11-24T10:00:00Z\", \"who\": \"ole\", \"what\": \"priority 70\"}]}");
        Shell.Ran ran = shell.type("job", "1f", "--history");
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out())
                .contains(
                        "1f  lighthouse  failed",
                        "22 of 24 tasks are done.",
                        "Frame 7: The scene's camera is missing.",
                        "it took 3:12 min")
                .contains(
                        "render",
                        "22/24       2",
                        "1.3 s",
                        "210 MiB",
                        "Output      /shots/lighthouse_frames",
                        "/jobs/1f",
                        "priority 70");
    }

    @Test
    void tasksOfAllStepsAreListedPageAfterPage() throws IOException {
        farm.on("GET", "/jobs/1f", 200, FakeFarm.job("running", 1, 2, 0));
        farm.on(
                "GET",
                "/jobs/1f/tasks",
                (exchange, request) ->
                        FakeFarm.answer(
                                exchange,
                                200,
                                request.query().contains("cursor")
                                        ? "{\"items\": [{\"step\": \"20\", \"index\": 1, \"label\": \"2\", \"state\": \"waiting\", \"failures\": 2, \"losses\": 1}]}"
                                        : "{\"items\": [{\"step\": \"20\", \"index\": 0, \"label\": \"1\", \"state\": \"done\", \"failures\": 0, \"run\": \"9k\", \"node\": \"render07\"}], \"next\": \"c\"}"));
        assertThat(shell.type("tasks", "1f").out())
                .contains("render07", "9k", "failed twice, lost once")
                .contains("waiting");
        JsonNode all = json(shell.type("tasks", "1f", "--json").out());
        assertThat(all.at("/items/1/task/label").asText()).isEqualTo("2");
        assertThat(all.path("more").asBoolean()).isFalse();
        assertThat(json(shell.type("tasks", "1f", "--limit", "1", "--json").out()).path("items"))
                .hasSize(1);
        assertThat(shell.type("tasks", "1f", "--step", "film").err())
                .contains("Job 1f has no step film; it has: render.");
    }

    private static final String ARNOLD =
            """
            {"name": "arnold", "count": 4, "taken": 3, "free": 1, "note": "bought in May", "setAt": "2026-11-28T12:00:00Z", "waiting": 12,
             "holders": [{"job": "1f", "jobName": "walk", "run": "9", "label": "1", "node": "2", "nodeName": "r01", "seats": 1, "since": "2026-11-28T12:00:00Z"},
                         {"job": "1f", "jobName": "walk", "run": "a", "label": "2", "node": "2", "nodeName": "r02", "seats": 2, "since": "2026-11-28T12:00:00Z"}]}\
            """;

    @Test
    void aQuarantinedNodeShowsWhyAndIsTriedAgain() {
        String node =
                """
                {"id": "2", "name": "r07", "state": "online", "quarantine": "3 tasks in a row failed here", "amounts": {}, "free": {},
                 "attributes": {}, "runs": [], "instances": []}\
                """;
        farm.on("GET", "/nodes", 200, "{\"items\": [" + node + "]}")
                .on("POST", "/nodes/2:try-again", 200, node);
        assertThat(shell.type("nodes").out())
                .contains("quarantined")
                .contains("3 tasks in a row failed here");
        assertThat(shell.type("try-again", "r07").out()).contains("r07 is given work again.");
        assertThat(farm.seenAt("/nodes/2:try-again")).hasSize(1);
        assertThat(shell.type("try-again", "none").exit()).isEqualTo(4);
    }

    @Test
    void watchingEndsWhenTheFarmHoldsTheJob() {
        String held =
                FakeFarm.job("held", 0, 24, 0)
                        .replace(
                                "\"held\": false",
                                "\"held\": true, \"heldWhy\": \"1 and 2 more failed\"");
        farm.on("GET", "/jobs/1f", 200, held);
        Shell.Ran ran = shell.type("watch", "1f");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).contains("lumenyard release 1f");
    }

    @Test
    void limitsShowWhoHoldsThem() {
        farm.on("GET", "/limits", 200, "{\"items\": []}");
        assertThat(shell.type("limits").out()).contains("lumenyard limit set NAME COUNT");
        farm.on("GET", "/limits", 200, "{\"items\": [" + ARNOLD + "]}");
        assertThat(shell.type("limits").out())
                .contains("LIMIT", "HELD BY")
                .containsPattern("arnold +4 +3 +12 +walk 3 +bought in May");
    }

    @Test
    void aLimitIsSetDeletedAndExplained() throws IOException {
        farm.on("PUT", "/limits/arnold", 200, ARNOLD)
                .on("DELETE", "/limits/arnold", 204, "")
                .on(
                        "GET",
                        "/limits/arnold/explain",
                        200,
                        "{\"summary\": \"1 of 4 seats is free.\", \"reasons\": []}");
        assertThat(shell.type("limit", "set", "Arnold", "4").out())
                .contains("arnold has 4 seats, 3 of them taken.");
        assertThat(sent("/limits/arnold")).isEqualTo(json("{\"count\": 4}"));
        shell.type("limit", "set", "arnold", "4", "--note", "");
        assertThat(sent("/limits/arnold")).isEqualTo(json("{\"count\": 4, \"note\": \"\"}"));
        assertThat(shell.type("limit", "delete", "arnold").out())
                .contains("Limit arnold is deleted.");
        assertThat(shell.type("explain", "--limit", "arnold").out())
                .contains("1 of 4 seats is free.");
        assertThat(shell.type("limit").exit()).isEqualTo(2);
        assertThat(shell.type("limit", "set", "arnold", "many").exit()).isEqualTo(2);
    }

    @Test
    void nodesShowWhatTheyHaveAndWhy() {
        farm.on(
                "GET",
                "/nodes",
                200,
                """
                {"items": [{"id": "2", "name": "render07", "state": "online", "amounts": {"amount.worker.vcpu": 8, "amount.worker.memory": 32768},
                  "free": {"amount.worker.vcpu": 0, "amount.worker.memory": 16384}, "attributes": {}, "load": 7.5, "slots": 0, "idleReason": "",
                  "runs": [%s], "instances": [{"id": "3", "model": "blender:/shots/lighthouse.blend@12-34", "state": "busy"}]},
                 {"id": "4", "name": "render08", "state": "lost", "amounts": {}, "free": {}, "attributes": {}, "runs": [], "instances": [],
                  "silentSeconds": 90.5, "idleReason": ""}]}\
                """
                        .formatted(FakeFarm.run("9k", "12", "running")));
        shell.screen = new Screen(160, false, false, true);
        Shell.Ran ran = shell.type("nodes");
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out())
                .contains(
                        "render07",
                        "online",
                        "lighthouse 12",
                        "8/8",
                        "16.0/32.0 GiB",
                        "lighthouse.blend")
                .contains("render08", "lost", "silent for 1:30 min");
    }

    @Test
    void reasonsAreWrappedToTheScreen() {
        farm.on(
                "GET",
                "/nodes",
                200,
                "{\"items\": [{\"id\": \"2\", \"name\": \"render 07\", \"state\": \"online\", \"amounts\": {}, \"free\": {}}]}");
        String why =
                """
                {"summary": "Waits with 24 tasks.", "reasons": [{"kind": "waiting", "count": "24 tasks", "more": "Start an agent: lumenyard agent.",
                 "text": "No node has Blender yet, which is needed in version 3.4 or in any version that is newer than that."}]}\
                """;
        farm.on("GET", "/jobs/1f/explain", 200, why).on("GET", "/nodes/2/explain", 200, why);
        shell.screen = new Screen(60, false, false, true);
        Shell.Ran ran = shell.type("explain", "1f");
        assertThat(ran.out())
                .startsWith("Waits with 24 tasks.\n- No node has Blender yet")
                .contains("\n  ", "(24 tasks)", "\n  Start an agent");
        assertThat(ran.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(60));
        assertThat(shell.type("explain", "--node", "render 07").out()).isEqualTo(ran.out());
        assertThat(shell.type("explain").exit()).isEqualTo(2);
    }

    @Test
    void whenAJobShouldBeDoneIsToldWithHowLateItMayBe() {
        var now = java.time.Instant.now();
        String eta =
                "\"eta\": {\"p50\": \"%s\", \"p90\": \"%s\"}, \"tasksPerMinute\""
                        .formatted(now.plusSeconds(3_725), now.plusSeconds(7_500));
        String job = FakeFarm.job("running", 3, 24, 0);
        String told = job.replace("\"tasksPerMinute\"", eta);
        farm.on("GET", "/jobs/1f", 200, told)
                .on("GET", "/jobs/2a", 200, job)
                .on(
                        "GET",
                        "/jobs/3b",
                        200,
                        job.replace(
                                "\"tasksPerMinute\"",
                                "\"noEta\": \"Not known while the job is held.\", \"tasksPerMinute\""))
                .on(
                        "GET",
                        "/jobs",
                        200,
                        "{\"items\": [" + told + "], \"states\": {\"running\": 1}}");
        assertThat(shell.type("job", "1f").out())
                .contains("Done about ", ", in 1 h 02 min; by ", " in nine of ten cases. 30/min");
        assertThat(shell.type("job", "2a").out()).doesNotContain("Done about", "When done");
        assertThat(shell.type("job", "3b").out())
                .contains("When done: Not known while the job is held.");
        assertThat(shell.type("jobs").out()).contains("LEFT", "1 h 02 min");
        assertThat(shell.type("job", "1f", "--json").out()).contains("\"p90\"");
    }

    @Test
    void momentsSayTheirDayWhereItIsNotToday() {
        var zone = java.time.ZoneOffset.UTC;
        var now = java.time.Instant.parse("2026-11-24T22:00:00Z");
        assertThat(Phrases.clock(now.plusSeconds(60), now, zone)).isEqualTo("22:01");
        assertThat(Phrases.clock(now.plusSeconds(3 * 3_600), now, zone))
                .isEqualTo("01:00 tomorrow");
        assertThat(Phrases.clock(now.plusSeconds(50 * 3_600), now, zone)).isEqualTo("27 Nov 00:00");
    }

    @Test
    void oneTaskIsExplainedByItsLabel() {
        farm.on("GET", "/jobs/1f", 200, FakeFarm.job("running", 3, 24, 0))
                .on(
                        "GET",
                        "/jobs/1f/tasks",
                        200,
                        "{\"items\": [{\"step\": \"20\", \"index\": 6, \"label\": \"7-9\", \"state\": \"waiting\", \"failures\": 1}]}")
                .on(
                        "GET",
                        "/jobs/1f/steps/20/tasks/6/explain",
                        200,
                        "{\"summary\": \"render 7-9 waits.\", \"reasons\": [{\"kind\": \"failed\", \"text\": \"It failed on north.\"}]}");
        assertThat(shell.type("explain", "1f", "--task", "8").out())
                .isEqualTo("render 7-9 waits.\n- It failed on north.\n");
        assertThat(shell.type("explain", "1f", "--task", "8", "--step", "render").exit()).isZero();
        assertThat(shell.type("explain", "1f", "--task", "99").exit()).isEqualTo(2);
        assertThat(shell.type("explain", "--node", "north", "--task", "8").err())
                .contains("--task needs a JOB");
        assertThat(shell.type("explain", "1f", "--step", "render").err())
                .contains("--step needs --task");
    }

    // logs

    private static void log(
            com.sun.net.httpserver.HttpExchange exchange,
            String text,
            int offset,
            int size,
            boolean complete)
            throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Lumenyard-Log-Offset", "" + offset);
        exchange.getResponseHeaders().set("Lumenyard-Log-Size", "" + size);
        exchange.getResponseHeaders().set("Lumenyard-Log-Complete", "" + complete);
        exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Test
    void aJobsLogIsThatOfItsLatestFailedRun() {
        farm.on("GET", "/jobs/1f", 200, FakeFarm.job("failed", 22, 24, 2));
        farm.on(
                "GET",
                "/jobs/1f/runs",
                200,
                "{\"items\": ["
                        + FakeFarm.run("9m", "8", "done")
                        + ","
                        + FakeFarm.run("9k", "7", "failed")
                        + "]}");
        farm.on(
                "GET",
                "/runs/9k/log",
                (exchange, request) -> log(exchange, "Fra:7\nError: no camera\n", 0, 22, true));
        Shell.Ran ran = shell.type("logs", "1f");
        assertThat(ran.out()).isEqualTo("Fra:7\nError: no camera\n");
        assertThat(ran.err())
                .contains("Run 9k, render 7 on render07, failed: The scene's camera is missing.");
    }

    @Test
    void aLongLogIsReadInParts() throws IOException {
        farm.on("GET", "/runs/9k", 200, FakeFarm.run("9k", "7", "done"));
        String whole = "über\n".repeat(1_000);
        byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
        farm.on(
                "GET",
                "/runs/9k/log",
                (exchange, request) -> {
                    int from = Integer.parseInt(request.query().replaceFirst("offset=", ""));
                    // Parts of 1001 bytes: some begin in the middle of a letter.
                    byte[] part =
                            java.util.Arrays.copyOfRange(
                                    bytes, from, Math.min(bytes.length, from + 1_001));
                    exchange.getResponseHeaders().set("Lumenyard-Log-Offset", "" + from);
                    exchange.getResponseHeaders().set("Lumenyard-Log-Size", "" + bytes.length);
                    exchange.getResponseHeaders().set("Lumenyard-Log-Complete", "true");
                    exchange.sendResponseHeaders(200, part.length);
                    exchange.getResponseBody().write(part);
                });
        assertThat(shell.type("logs", "9k").out()).isEqualTo(whole);
        assertThat(json(shell.type("logs", "9k", "--json").out()).path("log").asText())
                .isEqualTo(whole);
    }

    @Test
    void aFollowedLogGoesOnAfterTheServerWasAway() {
        farm.on("GET", "/runs/9k", 200, FakeFarm.run("9k", "7", "running"));
        farm.on(
                "GET",
                "/runs/9k/log",
                (exchange, request) -> {
                    if (request.query().contains("limit=1")) {
                        log(exchange, "", 6, 13, false);
                    } else if (request.query().contains("offset=0")) {
                        log(exchange, "first\n", 0, 6, false);
                    } else {
                        log(exchange, "second\n", 6, 13, true);
                    }
                });
        Shell.Ran ran = shell.type("logs", "9k", "--follow");
        assertThat(ran.out()).isEqualTo("first\nsecond\n");
        assertThat(farm.seenAt("/runs/9k/log").getFirst().query()).contains("follow=true");
    }

    @Test
    void aTaskIsFoundByAFrameOfItsChunk() {
        farm.on("GET", "/jobs/1f", 200, FakeFarm.job("running", 1, 2, 0));
        farm.on(
                "GET",
                "/jobs/1f/tasks",
                200,
                """
                {"items": [{"step": "20", "index": 0, "label": "1-5", "state": "done", "failures": 0, "run": "9k"},
                           {"step": "20", "index": 1, "label": "6-10", "state": "waiting", "failures": 0}]}\
                """);
        farm.on("GET", "/runs/9k", 200, FakeFarm.run("9k", "1-5", "done"));
        farm.on("GET", "/runs/9k/log", (exchange, request) -> log(exchange, "yes\n", 0, 4, true));
        assertThat(shell.type("logs", "1f", "--task", "3").out()).isEqualTo("yes\n");
        Shell.Ran waiting = shell.type("logs", "1f", "--task", "8");
        assertThat(waiting.exit()).isEqualTo(1);
        assertThat(waiting.err()).contains("lumenyard explain 1f");
        assertThat(shell.type("logs", "1f", "--task", "99").err()).contains("has no task 99");
    }

    // doing

    @ParameterizedTest
    @ValueSource(strings = {"hold", "release", "cancel", "archive", "unarchive"})
    void actionsOnJobsAreSentToEachOfThem(String verb) {
        farm.on("POST", "/jobs/1f:" + verb, 200, FakeFarm.job("running", 1, 24, 0));
        Shell.Ran ran = shell.type(verb, "1f", "2a");
        assertThat(ran.out()).contains("1f  lighthouse: 1 of 24 tasks are done.");
        assertThat(ran.err()).contains("2a: There is no job 2a.");
        assertThat(ran.exit()).isEqualTo(4);
        assertThat(shell.type(verb, "1f").exit()).isZero();
    }

    @Test
    void retryNamesWhatIsToBeTriedAgain() throws IOException {
        farm.on("GET", "/jobs/1f", 200, FakeFarm.job("failed", 22, 24, 2))
                .on("POST", "/jobs/1f:retry", 200, FakeFarm.job("running", 22, 24, 0));
        farm.on(
                "GET",
                "/jobs/1f/tasks",
                200,
                "{\"items\": [{\"step\": \"20\", \"index\": 86, \"label\": \"87\", \"state\": \"failed\", \"failures\": 3}]}");
        shell.type("retry", "1f");
        assertThat(sent("/jobs/1f:retry")).isEqualTo(json("{\"what\": \"failed\"}"));
        shell.type("retry", "1f", "--all");
        assertThat(sent("/jobs/1f:retry")).isEqualTo(json("{\"what\": \"all\"}"));
        assertThat(shell.type("retry", "1f", "--task", "87").exit()).isZero();
        assertThat(sent("/jobs/1f:retry"))
                .isEqualTo(json("{\"what\": \"task\", \"step\": \"20\", \"index\": 86}"));
    }

    @Test
    void priorityChangesOnlyWhatIsNamed() throws IOException {
        farm.on("PATCH", "/jobs/1f", 200, FakeFarm.job("running", 1, 24, 0));
        assertThat(shell.type("priority", "1f", "70").out()).contains("Priority 50.");
        assertThat(sent("/jobs/1f")).isEqualTo(json("{\"priority\": 70}"));
        shell.type("priority", "1f", "--band", "rush");
        assertThat(sent("/jobs/1f")).isEqualTo(json("{\"band\": \"rush\"}"));
        assertThat(shell.type("priority", "1f").exit()).isEqualTo(2);
        assertThat(shell.type("priority", "1f", "much").err())
                .contains("much")
                .contains("See: lumenyard priority --help");
    }

    @Test
    void openPrintsTheLink() throws IOException {
        farm.on(
                "POST",
                "/login-links",
                201,
                "{\"url\": \"http://127.0.0.1:1/login?code=abc\", \"expires\": \"2026-11-24T10:10:00Z\"}");
        assertThat(shell.type("open").out()).isEqualTo("http://127.0.0.1:1/login?code=abc\n");
        assertThat(json(shell.type("open", "--json").out()).path("url").asText())
                .contains("code=abc");
    }

    // going wrong

    @Test
    void withoutAServerItSaysHowToStartOne() throws IOException {
        var alone = new Shell(folder.resolve("elsewhere"));
        Shell.Ran none = alone.type("jobs");
        assertThat(none.exit()).isEqualTo(3);
        assertThat(none.err())
                .contains("No server of yours runs on this machine.", "lumenyard server")
                .doesNotContain("Exception");
        farm.close();
        Shell.Ran gone = shell.type("jobs", "--json");
        assertThat(gone.exit()).isEqualTo(3);
        assertThat(gone.err()).contains("No server answers at " + farm.url());
        assertThat(json(gone.out()).path("type").asText()).isEqualTo("/problems/unreachable");
    }

    @Test
    void aRefusalSaysWhatToTypeNext() throws IOException {
        Shell.Ran ran = shell.type("job", "zz");
        assertThat(ran.exit()).isEqualTo(4);
        assertThat(ran.err()).isEqualTo("There is no job zz.\nWhich there are: lumenyard jobs\n");
        assertThat(json(shell.type("job", "zz", "--json").out()).path("type").asText())
                .isEqualTo("/problems/unknown_job");
    }

    @Test
    void whatPeopleTypeStaysInItsPartOfTheAddress() {
        shell.type("job", "../tokens");
        shell.type("job", "..");
        shell.type("job", "1f?limit=1#x");
        assertThat(farm.seen).allSatisfy(request -> assertThat(request.query()).isEmpty());
        assertThat(farm.seen.stream().map(FakeFarm.Seen::path))
                .containsExactly(
                        "/api/v1/jobs/../tokens", "/api/v1/jobs/..", "/api/v1/jobs/1f?limit=1#x");
    }

    @Test
    void thisMachinesTokenIsNotShownToAnotherServer() throws IOException {
        try (var other = new FakeFarm()) {
            Shell.Ran ran = shell.type("jobs", "--server", other.url());
            assertThat(ran.exit()).isEqualTo(2);
            assertThat(ran.err()).contains("A token is needed for " + other.url(), "--token-file");
            assertThat(other.seen).isEmpty();
            other.on("GET", "/jobs", 200, page("", ""));
            Files.writeString(folder.resolve("token"), FakeFarm.TOKEN + "\n");
            assertThat(
                            shell.type(
                                            "jobs",
                                            "--server",
                                            other.url() + "/",
                                            "--token-file",
                                            "token")
                                    .exit())
                    .isZero();
            shell.environment.put("LUMENYARD_SERVER", other.url());
            shell.environment.put("LUMENYARD_TOKEN", "wrong");
            Shell.Ran wrong = shell.type("jobs");
            assertThat(wrong.exit()).isEqualTo(4);
            assertThat(wrong.err()).contains("The token is not this server's");
        }
    }

    @Test
    void theServersWordIsLookedForWhereItLeavesIt() {
        assertThat(Surroundings.stateFolder(Map.of("HOME", "/home/ole")))
                .isEqualTo(Path.of("/home/ole/.local/state/lumenyard"));
        assertThat(Surroundings.stateFolder(Map.of("HOME", "/home/ole", "XDG_STATE_HOME", "/s")))
                .isEqualTo(Path.of("/s/lumenyard"));
        assertThat(
                        Surroundings.stateFolder(
                                Map.of("XDG_STATE_HOME", "/s", "LUMENYARD_STATE", "/mine")))
                .isEqualTo(Path.of("/mine"));
    }

    @Test
    void aServerThatMovedToAnotherPortIsFoundAgain() throws IOException {
        try (var moved =
                new FarmClient(() -> FarmClient.door(ServerState.file(folder.resolve("state"))))) {
            farm.on("GET", "/nodes", 200, "{\"items\": []}");
            moved.get("/nodes");
            try (var other = new FakeFarm().on("GET", "/nodes", 200, "{\"items\": [1]}")) {
                Shell.beside(other, folder);
                assertThat(moved.get("/nodes").path("items")).hasSize(1);
            }
        }
    }

    @Test
    void whatIsNotSafeToRepeatIsSentOnce() {
        farm.on("POST", "/jobs/1f:retry", (exchange, request) -> {});
        Shell.Ran ran = shell.type("retry", "1f", "--all");
        assertThat(ran.exit()).isEqualTo(3);
        assertThat(ran.err())
                .contains("was lost before the answer came", "Whether it was done is not known");
        assertThat(farm.seenAt("/jobs/1f:retry")).hasSize(1);
    }

    @Test
    void nonsenseAddressesAreTurnedDown() {
        assertThat(shell.type("jobs", "--server", "farm").err())
                .contains("\"farm\" is no server's address");
        assertThat(shell.type("jobs", "--server", "http://a/b?c").exit()).isEqualTo(2);
        assertThat(shell.type("jobs", "--token-file", "nothing").err()).contains("cannot be read");
    }

    @Test
    void somethingElseAtThatAddressIsSaidToBeSomethingElse() {
        farm.on("GET", "/jobs", 418, "I'm a teapot");
        Shell.Ran ran = shell.type("jobs");
        assertThat(ran.exit()).isEqualTo(4);
        assertThat(ran.err()).contains("not in Lumenyard's words");
    }

    @Test
    void aServerThatAsksForPatienceIsAskedAgain() {
        farm.on(
                "GET",
                "/nodes",
                (exchange, request) -> {
                    boolean first = farm.seenAt("/nodes").size() == 1;
                    FakeFarm.answer(
                            exchange,
                            first ? 503 : 200,
                            first
                                    ? FakeFarm.problem(
                                            503, "storage_unavailable", "The disk is full.")
                                    : "{\"items\": []}");
                });
        assertThat(shell.type("nodes").exit()).isZero();
    }
}
