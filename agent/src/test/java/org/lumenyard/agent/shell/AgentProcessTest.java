package org.lumenyard.agent.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.agent.FinalReport;
import org.lumenyard.agent.Identity;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.AgentMessage.Ended;
import org.lumenyard.protocol.AgentMessage.Report;
import org.lumenyard.protocol.ServerMessage;

/** The whole agent, with real sockets, guards and programs, against a small real server. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class AgentProcessTest {
    private final JsonMapper json = JsonMapper.builder().build();
    private FakeServer server = new FakeServer();

    @TempDir private Path folder;

    @AfterEach
    void closeServer() {
        server.close();
    }

    private AgentProcess startAgent() throws IOException {
        return AgentProcess.start(
                AgentSettings.of(
                        server.address(), FakeServer.TOKEN, folder.resolve("state"), "r01"));
    }

    /** Format strings are left for the agent, as the server leaves them. */
    private void startRun(long run, double seconds) {
        server.start(
                run,
                Map.of(
                        "frames",
                        "{{Task.Param.Frame}}",
                        "seconds",
                        seconds,
                        "width",
                        320,
                        "height",
                        180),
                Map.of("folder", folder.resolve("out").toString(), "pattern", "sea_####.png"));
    }

    private Path picture() {
        return folder.resolve("out").resolve("sea_0007.png");
    }

    @Test
    void aRunEndsWithItsPictureItsLogAndItsThumbnailAtTheServer() throws Exception {
        try (AgentProcess agent = startAgent()) {
            server.awaitHello(hello -> hello.incarnation() == 0);
            startRun(11, 0.1);

            Ended ended = server.awaitEnd(11);

            assertThat(ended.kind()).as(ended.sentence()).isEqualTo("done");
            assertThat(ImageIO.read(picture().toFile()).getWidth()).isEqualTo(320);
            JsonNode output = json.readTree(ended.details()).path("outputs").path(0);
            assertThat(output.path("label").asText()).isEqualTo("7");
            assertThat(output.path("path").asText()).isEqualTo(picture().toString());
            assertThat(output.path("bytes").asLong()).isEqualTo(Files.size(picture()));
            assertThat(
                            json.readTree(ended.details())
                                    .path("frames")
                                    .path(0)
                                    .path("seconds")
                                    .asDouble())
                    .isPositive();
            assertThat(json.readTree(ended.details()).path("engine").asText())
                    .isEqualTo("testpattern 1.0");
            assertThat(server.awaitUpload("/api/v1/runs/b/thumbnails/7")).isNotEmpty();
            assertThat(server.awaitLog(11)).isNotNull();
            assertThat(server.order().indexOf("final /api/v1/runs/b/log"))
                    .isLessThan(server.order().indexOf("ended 11"));
        }
    }

    @Test
    void whatIsAcknowledgedLeavesNothingInTheStateFolder() throws Exception {
        try (AgentProcess agent = startAgent()) {
            server.awaitHello(hello -> true);
            startRun(11, 0.1);
            server.awaitEnd(11);
            server.awaitLog(11);
        }
        try (var left = Files.list(folder.resolve("state/spool"))) {
            assertThat(left).isEmpty();
        }
        try (var left = Files.list(folder.resolve("out"))) {
            assertThat(left).containsExactly(picture());
        }
    }

    @Test
    void aRunThatIsKilledEndsInterruptedAndLeavesNoPart() throws Exception {
        try (AgentProcess agent = startAgent()) {
            server.awaitHello(hello -> true);
            startRun(11, 60);
            server.awaitStarted(11);

            server.say(new ServerMessage.Kill(11, "cancelled"));

            assertThat(server.awaitEnd(11).kind()).isEqualTo("interrupted");
            assertThat(server.awaitEnd(11).reason()).isEqualTo("cancelled");
            try (var left = Files.list(folder.resolve("out"))) {
                assertThat(left).isEmpty();
            }
        }
    }

    @Test
    void aRunOfWhichNothingComesFailsAsStalledAndItsLogSaysWhereItStood() throws Exception {
        try (AgentProcess agent = startAgent()) {
            server.awaitHello(hello -> true);
            var command = List.of("sh", "-c", "echo waiting for a licence; exec sleep 3600");
            server.start(11, "command", Map.of("command", command), Map.of(), 1_000);

            Ended ended = server.awaitEnd(11);

            assertThat(ended.kind()).isEqualTo("failed");
            assertThat(ended.reason()).isEqualTo("stalled");
            assertThat(ended.sentence()).startsWith("Nothing came of it for 1 second:");
            assertThat(server.awaitLog(11).lines())
                    .contains("waiting for a licence")
                    .anyMatch(line -> line.matches("lumenyard: +process [0-9]+, sleep"))
                    .anyMatch(line -> line.matches("lumenyard: +thread [0-9]+, sleep: sleeping.*"))
                    .last()
                    .isEqualTo("lumenyard: stalled: " + ended.sentence());
        }
    }

    @Test
    void aRunThatTakesLongerThanItsJobAllowsFailsAndKeepsNoPart() throws Exception {
        try (AgentProcess agent = startAgent()) {
            server.awaitHello(hello -> true);
            server.start(
                    11,
                    Map.of("frames", "7", "seconds", 60, "timeLimit", "0.5"),
                    Map.of("folder", folder.resolve("out").toString(), "pattern", "s_####.png"));

            Ended ended = server.awaitEnd(11);

            assertThat(ended.kind()).isEqualTo("failed");
            assertThat(ended.reason()).isEqualTo("time_limit");
            assertThat(ended.sentence())
                    .isEqualTo("It took longer than the job allows, 0.5 seconds.");
            try (var left = Files.list(folder.resolve("out"))) {
                assertThat(left).isEmpty();
            }
        }
    }

    @Test
    void settingsThatCannotBeReadFailTheRunInOneSentence() throws Exception {
        try (AgentProcess agent = startAgent()) {
            server.awaitHello(hello -> true);
            server.start(11, Map.of("frames", "{{Task.Param.Unknown}}"), Map.of());

            Ended ended = server.awaitEnd(11);

            assertThat(ended.kind()).isEqualTo("failed");
            assertThat(ended.reason()).isEqualTo("bad_settings");
            assertThat(ended.sentence()).contains("Task.Param.Unknown").endsWith(".");
            assertThat(server.awaitLog(11)).contains(ended.sentence());
        }
    }

    @Test
    void aSecondAgentOnTheSameFolderIsRefused() throws Exception {
        try (AgentProcess agent = startAgent()) {
            assertThatThrownBy(this::startAgent)
                    .isInstanceOf(FolderInUseException.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining(folder.resolve("state").toString());
        }
    }

    @Test
    void workGoesOnWhileTheServerIsAwayAndIsReportedToTheNextOne() throws Exception {
        try (AgentProcess agent = startAgent()) {
            server.awaitHello(hello -> true);
            startRun(11, 3);
            server.awaitStarted(11);

            server = server.next();

            AgentMessage.Hello hello = server.awaitHello(each -> true);
            assertThat(hello.incarnation()).isEqualTo(1);
            assertThat(hello.runs()).containsExactly(11L);
            assertThat(server.awaitEnd(11).kind()).isEqualTo("done");
            assertThat(picture()).exists();
        }
    }

    @Test
    void anAgentThatIsCutOffEndsItsWorkWhenItsLeaseIsOver() throws Exception {
        server.leaseMillis = 3_000;
        try (AgentProcess agent = startAgent()) {
            server.awaitHello(hello -> true);
            startRun(11, 60);
            server.awaitStarted(11);
            server.forget();

            server.answersHeartbeats = false;

            AgentMessage.Hello hello = server.awaitHello(each -> true);
            assertThat(hello.incarnation()).isZero();
            assertThat(hello.lived()).isPositive();
            assertThat(hello.runs()).as("offered as interrupted").containsExactly(11L);
            assertThat(marked()).isEmpty();
        }
    }

    @Test
    void anAgentThatIsKilledLeavesNothingRunningAndItsNextLifeSaysSo() throws Exception {
        Process killed = AgentMain.start(server.address(), folder.resolve("state"));
        server.awaitHello(hello -> true);
        startRun(11, 60);
        server.awaitStarted(11);
        server.forget();

        killed.destroyForcibly().waitFor();

        try (AgentProcess agent = startAgent()) {
            AgentMessage.Hello hello = server.awaitHello(each -> true);
            assertThat(hello.lived()).isPositive();
            assertThat(hello.node()).isEqualTo(5);
            assertThat(hello.incarnation()).isZero();
            assertThat(marked()).isEmpty();
            server.awaitLog(11);
        }
        try (var left = Files.list(folder.resolve("out"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aResultThatWasNotAcknowledgedIsReportedByTheNextLife() throws Exception {
        server.acknowledges = false;
        Process killed = AgentMain.start(server.address(), folder.resolve("state"));
        server.awaitHello(hello -> true);
        startRun(11, 0.1);
        server.awaitEnd(11);
        server.forget();
        server.acknowledges = true;

        killed.destroyForcibly().waitFor();

        try (AgentProcess agent = startAgent()) {
            assertThat(server.awaitHello(each -> true).runs()).containsExactly(11L);
            Report report = server.awaits(Report.class, each -> each.fact() instanceof Ended);
            assertThat(report.sequence()).isEqualTo(1);
            assertThat(((Ended) report.fact()).kind()).isEqualTo("done");
        }
    }

    @Test
    void aSpooledResultGetsItsNameOnlyIfTheServerStillKnowsTheRun() throws Exception {
        Path wanted = spooled(11);
        Path givenAway = spooled(12);
        server.known.add(11L);

        try (AgentProcess agent = startAgent()) {
            assertThat(server.awaitEnd(11).kind()).isEqualTo("done");
        }
        assertThat(wanted).hasContent("picture of 11");
        assertThat(givenAway).doesNotExist();
        assertThat(givenAway.resolveSibling(".12.part.png")).doesNotExist();
    }

    private Path spooled(long run) throws IOException {
        try (var state = StateFolder.open(folder.resolve("state"))) {
            var spool = new Spool(state);
            spool.keep(new Identity("farm-1", 5, 1, 1));
            Path part = folder.resolve("." + run + ".part.png");
            Path target = folder.resolve(run + ".png");
            Files.writeString(part, "picture of " + run);
            var ended = new Ended(run, "done", "done", "", 0, 1, 1, "{}");
            spool.keep(
                    new FinalReport(
                            "farm-1",
                            ended,
                            List.of(OutputFiles.publication(part, target, Files.size(part)))));
            return target;
        }
    }

    @Test
    void aSignalEndsTheWorkAndSaysFarewell() throws Exception {
        Process agent = AgentMain.start(server.address(), folder.resolve("state"));
        server.awaitHello(hello -> true);
        startRun(11, 60);
        server.awaitStarted(11);

        agent.destroy();

        assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(server.awaitEnd(11).reason()).isEqualTo("agent_stopped");
        server.awaits(Report.class, report -> report.fact() instanceof AgentMessage.Leaving);
        assertThat(marked()).isEmpty();
    }

    @Test
    void anAgentWithAWrongTokenKeepsTryingAndCanBeStopped() throws Exception {
        var settings = AgentSettings.of(server.address(), "wrong", folder.resolve("state"), "r01");
        try (AgentProcess agent = AgentProcess.start(settings)) {
            agent.stop();

            assertThat(agent.awaitEnd()).contains("stopped");
        }
    }

    @Test
    @Tag("blender")
    void aWarmBlenderOutlivesItsRunsAndItsDeathIsReported() throws Exception {
        Path scene =
                Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "lumenyard-cube-" + ProcessHandle.current().pid() + ".blend");
        makeScene(scene);
        try (AgentProcess agent = startAgent()) {
            server.awaits(
                    Report.class,
                    report ->
                            report.fact() instanceof AgentMessage.Changed changed
                                    && changed.facts()
                                            .attributes()
                                            .containsKey("attr.blender.version"));
            server.startBlender(11, 40, scene, 1, folder.resolve("out"));
            Ended cold = server.awaitEnd(11);
            assertThat(cold.kind()).as(cold.sentence()).isEqualTo("done");
            assertThat(cold.loadMillis()).isPositive();
            assertThat(marked()).hasSize(1);

            server.startBlender(12, 40, scene, 2, folder.resolve("out"));
            Ended warm = server.awaitEnd(12);
            assertThat(warm.kind()).as(warm.sentence()).isEqualTo("done");
            assertThat(warm.loadMillis()).isZero();
            assertThat(json.readTree(warm.details()).path("engine").asText())
                    .startsWith("blender ");

            server.say(new ServerMessage.StopInstance(40));
            server.awaits(
                    Report.class,
                    report -> report.fact().equals(new AgentMessage.InstanceEnded(40)));
            assertThat(marked()).isEmpty();
        } finally {
            Files.deleteIfExists(scene);
        }
    }

    private static void makeScene(Path scene) throws Exception {
        String script =
                "import bpy; bpy.context.scene.render.engine = 'CYCLES'; "
                        + "bpy.context.scene.cycles.samples = 1; bpy.context.scene.cycles.use_denoising = False; bpy.context.scene.render.resolution_x = 64; "
                        + "bpy.context.scene.render.resolution_y = 36; bpy.ops.wm.save_as_mainfile(filepath=r'"
                        + scene
                        + "')";
        Process blender =
                new ProcessBuilder("blender", "-b", "--factory-startup", "--python-expr", script)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(blender.waitFor()).as("Blender made the scene").isZero();
    }

    /** Processes that carry this test's mark. */
    private static List<String> marked() throws IOException {
        var found = new java.util.ArrayList<String>();
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                try {
                    if (Files.readString(
                                    process.resolve("environ"),
                                    java.nio.charset.StandardCharsets.ISO_8859_1)
                            .contains("LUMENYARD_RUN=farm-1.5.")) {
                        found.add(process.getFileName().toString());
                    }
                } catch (IOException gone) {
                    continue;
                }
            }
        }
        return found;
    }
}
