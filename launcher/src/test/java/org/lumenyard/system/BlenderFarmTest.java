package org.lumenyard.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Real Blender through the whole farm: films, and each way to fail told in one plain sentence. */
@Tag("blender")
@Timeout(300)
class BlenderFarmTest {
    @RegisterExtension static final Farms FARMS = Farms.ofAllTests();
    private static FarmUnderTest farm;
    private static Path scenes;

    @BeforeAll
    static void startFarm() throws Exception {
        assumeTrue(
                Scenes.isBlenderHere() || System.getenv("CI") != null,
                "Blender is missing: apt-get install blender");
        farm = FARMS.farm();
        scenes = Files.createDirectories(farm.work().resolve("scenes of the test"));
        farm.startServer();
        farm.startAgent("anna");
        farm.startAgent("bert");
        Scenes.make(scenes);
        farm.awaitNodes("anna", "bert");
        farm.await(
                "Blender on both nodes",
                () -> software("anna").contains("blender") && software("bert").contains("blender"));
    }

    private static List<String> software(String node) {
        JsonNode software = farm.node(node).path("attributes").path("attr.software");
        return software.valueStream().map(JsonNode::asText).toList();
    }

    @Test
    void twentyFourFramesOverTwoAgentsEachOnceBecomeAFilmOfTwentyFour() throws Exception {
        Path film = farm.work().resolve("film of two agents.mp4");
        Path output = farm.work().resolve("film frames");
        String job =
                farm.submitType(
                        "blender",
                        Map.of(
                                "Scene",
                                scenes.resolve("plain.blend"),
                                "Output",
                                output,
                                "Film",
                                film,
                                "Rate",
                                "12"));
        assertThat(farm.awaitEnd(job)).isEqualTo("done");
        Map<String, Long> timesDone =
                farm.runs(job).stream()
                        .filter(run -> run.path("stepName").asText().equals("render"))
                        .peek(run -> assertThat(run.path("state").asText()).isEqualTo("done"))
                        .collect(
                                Collectors.groupingBy(
                                        run -> run.path("label").asText(),
                                        TreeMap::new,
                                        Collectors.counting()));
        assertThat(timesDone)
                .hasSize(24)
                .allSatisfy((frame, times) -> assertThat(times).as("frame " + frame).isOne());
        assertThat(farm.runs(job))
                .extracting(run -> run.path("nodeName").asText())
                .contains("anna", "bert");
        for (int frame : IntStream.rangeClosed(1, 24).toArray()) {
            assertThat(output.resolve("frame_%04d.png".formatted(frame))).isNotEmptyFile();
        }
        assertThat(files(output)).as("and nothing else").hasSize(24);
        String counted =
                Kernel.run(
                        "ffprobe",
                        "-v",
                        "error",
                        "-count_frames",
                        "-select_streams",
                        "v:0",
                        "-show_entries",
                        "stream=nb_read_frames",
                        "-of",
                        "csv=p=0",
                        film.toString());
        assertThat(counted.strip().replace(",", "")).isEqualTo("24");
    }

    @Test
    void aPythonErrorOfTheSceneFailsTheRun() throws Exception {
        failsWith(
                Map.of("Scene", scenes.resolve("handler.blend"), "AllowScripts", "true"),
                "script_error",
                "the rig is broken");
    }

    @Test
    void aFolderThatCannotBeWrittenFailsTheRun() throws Exception {
        Path file = Files.createFile(farm.work().resolve("no folder"));
        failsWith(
                Map.of("Scene", scenes.resolve("plain.blend"), "Output", file.resolve("below")),
                "output_folder",
                "no folder");
    }

    @Test
    void aFullDiskFailsTheRun() throws Exception {
        assumeTrue(Kernel.isRoot(), "a full disk can only be tried as root");
        Path small = Files.createDirectories(farm.work().resolve("small disk"));
        Kernel.run("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", small.toString());
        try {
            failsWith(
                    Map.of(
                            "Scene",
                            scenes.resolve("plain.blend"),
                            "Output",
                            small,
                            "Resolution",
                            "400x300"),
                    "disk_full",
                    "full");
        } finally {
            Kernel.run("umount", "-l", small.toString());
        }
    }

    @Test
    void aSceneThatIsNoLongerOneFailsTheRun() throws Exception {
        Path scene = scenes.resolve("replaced.blend");
        String job = farm.client().post("/jobs", held(scene), null).path("id").asText();
        Files.writeString(scene, "this is no scene\n".repeat(100));
        farm.client().post("/jobs/" + job + ":release", null, null);
        failed(job, "bad_scene", "is not a Blender file");
    }

    private static Object held(Path scene) {
        var parameters =
                FarmUnderTest.parameters(
                        "Scene",
                        scene.toString(),
                        "Frames",
                        "1",
                        "Output",
                        farm.work().resolve("never").toString());
        return Map.of(
                "jobType", "blender", "parameters", parameters, "name", "replaced", "held", true);
    }

    @Test
    void aPictureThatWasCutOffFailsTheRun() throws Exception {
        failsWith(
                Map.of("Scene", scenes.resolve("cutting.blend"), "AllowScripts", "true"),
                "bad_output",
                "is cut off");
    }

    @Test
    void aBlenderThatIsKilledFailsTheRunAndThreeFailTheTask() throws Exception {
        String job =
                farm.submitType(
                        "blender",
                        Map.of(
                                "Scene",
                                scenes.resolve("slow.blend"),
                                "Frames",
                                "7",
                                "Output",
                                farm.work().resolve("killed")));
        for (int time = 1; time <= 3; time++) {
            int nth = time;
            farm.await("run " + time, () -> isSampling(farm.runs(job), nth));
            // The idle warm ones too: that is nobody's failure.
            Kernel.marked(farm.name(), "").stream()
                    .filter(BlenderFarmTest::isBlender)
                    .forEach(ProcessHandle::destroyForcibly);
        }
        failed(job, "killed", "rendering frame 7");
        assertThat(farm.runs(job)).hasSize(3);
    }

    /** Whether the nth run is the last one, and renders. All from one answer of the server. */
    private static boolean isSampling(List<JsonNode> runs, int nth) {
        if (runs.size() != nth) return false;
        JsonNode last = runs.getLast();
        return last.path("state").asText().equals("running")
                && last.path("text").asText("").contains("ample");
    }

    private static boolean isBlender(ProcessHandle process) {
        return process.info().command().filter(command -> command.contains("blender")).isPresent();
    }

    @Test
    void aRetriedChunkSkipsTheFramesThatAreVerified() throws Exception {
        Path output = farm.work().resolve("chunk");
        String job =
                farm.submitType(
                        "blender",
                        Map.of(
                                "Scene",
                                scenes.resolve("third.blend"),
                                "AllowScripts",
                                "true",
                                "Frames",
                                "1-4",
                                "Chunk",
                                "4",
                                "Output",
                                output));
        failed(job, "script_error", "the third frame is broken");
        Path first = output.resolve("frame_0001.png");
        assertThat(first).as("what a failed run had verified is kept").isNotEmptyFile();
        var before = Files.getLastModifiedTime(first);
        Files.createFile(scenes.resolve("mended"));
        farm.client().post("/jobs/" + job + ":retry", Map.of("what", "failed"), null);
        farm.await("the retry", () -> farm.job(job).path("state").asText().equals("done"));
        assertThat(Files.getLastModifiedTime(first)).as("not rendered again").isEqualTo(before);
        JsonNode last = farm.runs(job).getLast();
        assertThat(
                        last.path("outputs")
                                .valueStream()
                                .map(out -> out.path("label").asText())
                                .toList())
                .containsExactly("3", "4");
        assertThat(farm.all("/jobs/" + job + "/outputs")).hasSize(4);
    }

    private static void failsWith(Map<String, ?> parameters, String reason, String words)
            throws Exception {
        var all = new TreeMap<String, Object>(parameters);
        all.putIfAbsent("Output", farm.work().resolve("fails with " + reason));
        all.put("Frames", "3");
        failed(farm.submitType("blender", all), reason, words);
    }

    /** Three runs that failed for this reason, told in one sentence: no more, and no code. */
    private static void failed(String job, String reason, String words)
            throws InterruptedException {
        assertThat(farm.awaitEnd(job)).isEqualTo("failed");
        List<JsonNode> runs = farm.runs(job);
        JsonNode last = runs.getLast();
        String sentence = last.path("sentence").asText();
        System.out.println(reason + ": " + sentence);
        assertThat(runs)
                .hasSize(3)
                .allSatisfy(run -> assertThat(run.path("state").asText()).isEqualTo("failed"));
        assertThat(last.path("reason").asText()).as(sentence).isEqualTo(reason);
        assertThat(sentence)
                .contains(words)
                .endsWith(".")
                .doesNotContain("\n", "Exception", "Traceback")
                .hasSizeLessThan(300);
        assertThat(farm.job(job).path("reason").asText()).as("the job says why").isNotBlank();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }
}
