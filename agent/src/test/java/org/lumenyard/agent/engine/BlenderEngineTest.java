package org.lumenyard.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.lumenyard.agent.engine.EngineTrial.done;
import static org.lumenyard.agent.engine.EngineTrial.failed;
import static org.lumenyard.agent.engine.EngineTrial.object;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The Blender engine against every real Blender that this machine has. */
@Tag("blender")
@Timeout(300)
class BlenderEngineTest {
    @TempDir static Path shared;
    private static Path scenes = Path.of("/");
    private static BlenderEngine engine;
    private static List<Installation> installed = List.of();

    @TempDir Path folder;
    private ProcessBench bench;

    @BeforeAll
    static void findBlenderAndMakeScenes() throws Exception {
        engine = new BlenderEngine(Files.createDirectory(shared.resolve("home")));
        installed = engine.discover(Host.here());
        boolean needed = System.getenv("CI") != null;
        assumeTrue(needed || !installed.isEmpty(), "Blender is missing: apt-get install blender");
        assertThat(installed).as("install it: apt-get install blender").isNotEmpty();
        scenes = Files.createDirectory(shared.resolve("scenes of the test"));
        makeScenes(installed.getLast());
    }

    /** By the oldest Blender found, so that every other one can read them. */
    private static void makeScenes(Installation oldest) throws Exception {
        Path script = Bundled.unpack("make_scenes.py", shared, false);
        List<String> command =
                oldest.kind().equals("bpy")
                        ? List.of(
                                oldest.program().toString(),
                                script.toString(),
                                "--",
                                scenes.toString())
                        : List.of(
                                oldest.program().toString(),
                                "-b",
                                "--factory-startup",
                                "--python-exit-code",
                                "9",
                                "--python",
                                script.toString(),
                                "--",
                                scenes.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).contains("SCENES MADE");
    }

    static Stream<String> versions() {
        return installed.stream().map(Installation::version);
    }

    @BeforeEach
    void openBench() throws IOException {
        bench = new ProcessBench(folder.resolve("scratch"));
    }

    @AfterEach
    void closeBench() {
        bench.close();
    }

    private static String scene(String name) {
        return scenes.resolve(name + ".blend").toString();
    }

    private Work work(long run, JsonNode settings, String pattern) {
        JsonNode outputs = object("folder", folder.resolve("out").toString(), "pattern", pattern);
        return new Work(run, settings, outputs, 1, 0, Set.of(), "mark" + run);
    }

    private Result run(Object... settings) throws Exception {
        return engine.run(work(1, object(settings), "f_####.png"), bench);
    }

    private Result.Failed failure(Object... settings) throws Exception {
        return failed(run(settings));
    }

    private List<Path> outFolder() throws IOException {
        if (!Files.isDirectory(folder.resolve("out"))) {
            return List.of();
        }
        try (var files = Files.list(folder.resolve("out"))) {
            return files.toList();
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aColdChunkRendersAndVerifiesEachFrameUnderItsPartsName(String version) throws Exception {
        Result.Done done =
                done(
                        run(
                                "scene",
                                scene("plain"),
                                "frames",
                                "3-5",
                                "version",
                                version,
                                "warm",
                                false));
        assertThat(done.outputs()).extracting(Output::label).containsExactly("3", "4", "5");
        assertThat(done.outputs()).isEqualTo(bench.verified);
        Output first = done.outputs().getFirst();
        assertThat(first.part().getFileName()).hasToString(".mark1.part.f_0003.png");
        assertThat(first.target()).isEqualTo(folder.resolve("out/f_0003.png"));
        assertThat(List.of(first.width(), first.height())).containsExactly(160, 90);
        assertThat(ImageIO.read(first.thumbnail().toFile()).getWidth()).isEqualTo(160);
        assertThat(done.costs().peakMiB()).isGreaterThan(50);
        assertThat(done.costs().warm()).isFalse();
        assertThat(done.warnings()).isEmpty();
        assertThat(bench.progress).isSorted().last().isEqualTo(1.0);
        assertThat(bench.pool.held()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aWarmProcessTakesTheNextChunkWithoutLoadingAndForgetsTheLastJobsWishes(String version)
            throws Exception {
        Result.Done first =
                done(
                        run(
                                "scene",
                                scene("plain"),
                                "frames",
                                "1",
                                "version",
                                version,
                                "resolution",
                                "64x32",
                                "format",
                                "PNG"));
        assertThat(first.outputs().getFirst().width()).isEqualTo(64);
        assertThat(bench.pool.held()).hasSize(1);
        Result.Done second = done(run("scene", scene("plain"), "frames", "2", "version", version));
        assertThat(second.outputs().getFirst().width()).isEqualTo(160);
        assertThat(second.costs().warm()).isTrue();
        assertThat(second.costs().loadSeconds()).isZero();
        assertThat(bench.started).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aFileThatChangedIsLoadedAnewEvenIfItIsALibrary(String version) throws Exception {
        Path mine = Files.copy(Path.of(scene("linking")), folder.resolve("linking.blend"));
        Path library = Files.copy(Path.of(scene("plain")), folder.resolve("plain.blend"));
        assertThat(
                        done(run("scene", mine.toString(), "frames", "1", "version", version))
                                .warnings())
                .isEmpty();
        Files.copy(Path.of(scene("compressed")), library, StandardCopyOption.REPLACE_EXISTING);
        Result.Done second = done(run("scene", mine.toString(), "frames", "2", "version", version));
        assertThat(second.costs().loadSeconds()).isPositive();
        assertThat(second.costs().warm()).isFalse();
        assertThat(bench.started).hasSize(1);
    }

    @Test
    void aWarmProcessThatDiedIdleIsReplaced() throws Exception {
        done(run("scene", scene("plain"), "frames", "1"));
        Running idle = bench.started.getFirst();
        idle.kill();
        idle.awaitExit();
        assertThat(done(run("scene", scene("plain"), "frames", "2")).costs().warm()).isFalse();
        assertThat(bench.started).hasSize(2);
    }

    @Test
    void aProcessThatHoldsMoreThanItsMemoryIsNotKept() throws Exception {
        JsonNode settings = object("scene", scene("plain"), "frames", "1");
        JsonNode outputs = object("folder", folder.resolve("out").toString(), "pattern", "f_#.png");
        done(engine.run(new Work(1, settings, outputs, 1, 16, Set.of(), "1"), bench));
        assertThat(bench.pool.held()).isEmpty();
    }

    @Test
    void framesAlreadyVerifiedAreSkipped() throws Exception {
        JsonNode settings = object("scene", scene("plain"), "frames", "1-3");
        JsonNode outputs =
                object("folder", folder.resolve("out").toString(), "pattern", "f_##.png");
        var some = new Work(1, settings, outputs, 1, 0, Set.of("1", "3"), "1");
        assertThat(done(engine.run(some, bench)).outputs())
                .extracting(Output::label)
                .containsExactly("2");
        var all = new Work(2, settings, outputs, 1, 0, Set.of("1", "2", "3"), "2");
        assertThat(done(engine.run(all, bench)).outputs()).isEmpty();
        assertThat(bench.started).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aPythonErrorFailsTheRunAlthoughBlenderGoesOn(String version) throws Exception {
        Result.Failed handler =
                failure(
                        "scene",
                        scene("bad_handler"),
                        "frames",
                        "3",
                        "allowScripts",
                        true,
                        "version",
                        version);
        assertThat(handler.reason()).isEqualTo(Reason.SCRIPT_ERROR);
        assertThat(handler.sentence()).contains("ValueError: the rig is broken");
        Result.Failed driver =
                failure(
                        "scene",
                        scene("bad_driver"),
                        "frames",
                        "3",
                        "allowScripts",
                        true,
                        "version",
                        version);
        assertThat(driver.reason()).isEqualTo(Reason.SCRIPT_ERROR);
        assertThat(driver.sentence()).contains("no_such_name");
        assertThat(outFolder()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void blockedScriptsAndDriversFailWithASentenceOnHowToAllowThem(String version)
            throws Exception {
        for (String name : List.of("script", "driver")) {
            Result.Failed failed = failure("scene", scene(name), "frames", "3", "version", version);
            assertThat(failed.reason()).isEqualTo(Reason.SCRIPTS_BLOCKED);
            assertThat(failed.sentence()).contains("allowScripts: true");
        }
        done(
                run(
                        "scene",
                        scene("script"),
                        "frames",
                        "3",
                        "version",
                        version,
                        "allowScripts",
                        "true"));
        assertThat(bench.lines).contains("the scene says hello");
    }

    @ParameterizedTest
    @CsvSource({
        "cut, BAD_SCENE, is cut off or damaged",
        "junk, BAD_SCENE, is not a Blender file",
        "empty, BAD_SCENE, is empty",
        "folder, BAD_SCENE, is a folder",
        "no_camera, BAD_SCENE, has no camera",
        "nowhere, MISSING_FILE, is not there"
    })
    void aWrongSceneIsToldInASentence(String name, Reason reason, String words) throws Exception {
        for (String version : versions().toList()) {
            Result.Failed failed = failure("scene", scene(name), "frames", "1", "version", version);
            assertThat(failed.reason()).isEqualTo(reason);
            assertThat(failed.sentence()).contains(words);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aCutOffPictureIsFoundAlthoughBlenderIsContent(String version) throws Exception {
        Result.Failed failed =
                failure(
                        "scene",
                        scene("cutting"),
                        "frames",
                        "1",
                        "allowScripts",
                        true,
                        "version",
                        version);
        assertThat(failed.reason()).isEqualTo(Reason.BAD_OUTPUT);
        assertThat(failed.sentence()).isEqualTo("The picture f_0001.png is cut off.");
        assertThat(outFolder()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void blackPicturesAreWarningsAndFailuresWhereTheJobSaysSo(String version) throws Exception {
        Result.Done warned = done(run("scene", scene("dark"), "frames", "1-3", "version", version));
        assertThat(warned.warnings())
                .containsExactly(
                        "3 pictures are all black: frames 1-3.",
                        "2 pictures are the same as the one before, pixel by pixel: frames 2,3.");
        for (Output output : warned.outputs()) {
            Files.delete(output.part());
        }
        Result.Failed failed =
                failure(
                        "scene",
                        scene("dark"),
                        "frames",
                        "1",
                        "pictureChecks",
                        "FAIL",
                        "version",
                        version);
        assertThat(failed.reason()).isEqualTo(Reason.BAD_OUTPUT);
        assertThat(failed.sentence()).isEqualTo("The picture f_0001.png is all black.");
        assertThat(outFolder()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aBlackExrIsSeenByOiiotool(String version) throws Exception {
        assumeTrue(
                Host.here().find("oiiotool").isPresent(),
                "oiiotool is missing: apt-get install openimageio-tools");
        var settings = object("scene", scene("dark"), "frames", "1", "version", version);
        Result.Done done = done(engine.run(work(1, settings, "f_####.exr"), bench));
        assertThat(done.warnings()).containsExactly("The picture f_0001.exr is all black.");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aFrameThatAnotherRunHasRenderedAlreadyIsTheSame(String version) throws Exception {
        Output first =
                done(run("scene", scene("still"), "frames", "1", "version", version))
                        .outputs()
                        .getFirst();
        Files.move(first.part(), first.target());
        assertThat(done(run("scene", scene("still"), "frames", "2", "version", version)).warnings())
                .containsExactly(
                        "The picture f_0002.png is the same as f_0001.png, pixel by pixel.");
        assertThat(done(run("scene", scene("plain"), "frames", "2", "version", version)).warnings())
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void filesThatTheSceneMissesAreWarnings(String version) throws Exception {
        Result.Done texture =
                done(run("scene", scene("texture"), "frames", "1", "version", version));
        assertThat(texture.warnings()).singleElement().asString().contains("texture.png");
        Path alone = Files.copy(Path.of(scene("linking")), folder.resolve("linking.blend"));
        Result.Done library =
                done(run("scene", alone.toString(), "frames", "1", "version", version));
        assertThat(library.warnings())
                .singleElement()
                .asString()
                .contains("library")
                .contains("plain.blend");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void askedForAGpuAndRenderedOnTheCpuIsAFailure(String version) throws Exception {
        assumeTrue(
                !Files.exists(Path.of("/dev/dri")) && !Files.exists(Path.of("/dev/nvidia0")),
                "has a GPU");
        for (String device : List.of("GPU", "CUDA", "OPTIX", "HIP")) {
            Result.Failed failed =
                    failure(
                            "scene",
                            scene("plain"),
                            "frames",
                            "1",
                            "device",
                            device,
                            "version",
                            version);
            assertThat(failed.reason()).isEqualTo(Reason.GPU_MISSING);
        }
        assertThat(
                        failure(
                                        "scene",
                                        scene("gpu"),
                                        "frames",
                                        "1",
                                        "device",
                                        "SCENE",
                                        "version",
                                        version)
                                .reason())
                .isEqualTo(Reason.GPU_MISSING);
        assertThat(done(run("scene", scene("gpu"), "frames", "1", "version", version)).warnings())
                .singleElement()
                .asString()
                .contains("set to render on the GPU");
    }

    @ParameterizedTest
    @CsvSource({
        "sceneName, nowhere, it has: ",
        "viewLayer, third, second",
        "camera, nobody, has no camera",
        "camera, Cube, is no camera",
        "engine, PIXAR, no render engine",
        "frames, 9-1, frames",
        "frames, abc, frames",
        "samples, many, a whole number",
        "resolution, big, such as 1920x1080",
        "format, JPEG, extension",
        "colour, red, Unknown settings: colour",
        "scene, plain.blend, an absolute path"
    })
    void aSettingThatCannotBeFollowedIsNamed(String name, String value, String words)
            throws Exception {
        var settings = object("scene", scene("gpu"), "frames", "1");
        settings.put(name, value);
        Result.Failed failed = failed(engine.run(work(1, settings, "f_####.png"), bench));
        assertThat(failed.reason()).isEqualTo(Reason.BAD_SETTINGS);
        assertThat(failed.sentence()).contains(words);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void scenesLayersCamerasAndEnginesCanBeChosen(String version) throws Exception {
        done(
                run(
                        "scene",
                        scene("gpu"),
                        "frames",
                        "1",
                        "version",
                        version,
                        "viewLayer",
                        "second",
                        "camera",
                        "other"));
        Result.Done quick =
                done(
                        run(
                                "scene",
                                scene("gpu"),
                                "frames",
                                "2",
                                "version",
                                version,
                                "engine",
                                "workbench",
                                "percentage",
                                50));
        assertThat(quick.outputs().getFirst().width()).isEqualTo(80);
        assertThat(
                        failure(
                                        "scene",
                                        scene("gpu"),
                                        "frames",
                                        "1",
                                        "version",
                                        version,
                                        "sceneName",
                                        "annex")
                                .sentence())
                .contains("no camera");
    }

    @ParameterizedTest
    @CsvSource({
        "f_####.jpg,",
        "f_####.exr,",
        "f_####.exr, OPEN_EXR_MULTILAYER",
        "f_####.tif,",
        "f_####, JPEG",
        "f_####,"
    })
    void eachFormatIsWrittenCheckedAndShown(String pattern, String format) throws Exception {
        for (String version : versions().toList()) {
            JsonNode settings =
                    object(
                            "scene",
                            scene("plain"),
                            "frames",
                            "1",
                            "version",
                            version,
                            "format",
                            format == null ? "" : format);
            Result.Done done = done(engine.run(work(1, settings, pattern), bench));
            Output output = done.outputs().getFirst();
            assertThat(output.width()).isEqualTo(160);
            assertThat(output.thumbnail()).as("thumbnail of %s", output.target()).isNotNull();
            assertThat(ImageIO.read(output.thumbnail().toFile()).getHeight())
                    .isEqualTo(90 * ImageIO.read(output.thumbnail().toFile()).getWidth() / 160);
        }
    }

    @Test
    void withoutOiiotoolTheDriverShowsExr() throws Exception {
        Path only = Files.createDirectory(folder.resolve("bin"));
        Installation executable =
                installed.stream()
                        .filter(one -> one.kind().equals("executable"))
                        .findFirst()
                        .orElseThrow();
        Files.createSymbolicLink(only.resolve("blender"), executable.program());
        var alone = new BlenderEngine(Files.createDirectory(folder.resolve("home")));
        alone.discover(new Host(java.util.Map.of("PATH", only.toString()), List.of()));
        JsonNode settings = object("scene", scene("plain"), "frames", "1-2");
        Result.Done done = done(alone.run(work(1, settings, "f_##.exr"), bench));
        assertThat(done.outputs()).allSatisfy(output -> assertThat(output.thumbnail()).isNotNull());
        assertThat(PictureCheck.check(done.outputs().getLast().part()).format()).isEqualTo("exr");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void noCharacterInAPathMeansAnything(String version) throws Exception {
        Path odd = Files.createDirectory(folder.resolve("a #b {frame} %d 'q' Grüße"));
        Path mine = Files.copy(Path.of(scene("plain")), odd.resolve("scene #1.blend"));
        JsonNode settings = object("scene", mine.toString(), "frames", "7", "version", version);
        JsonNode outputs =
                object("folder", odd.resolve("out").toString(), "pattern", "{name} %d f_##.png");
        Result.Done done =
                done(engine.run(new Work(1, settings, outputs, 1, 0, Set.of(), "1"), bench));
        assertThat(done.outputs().getFirst().part()).exists();
        assertThat(done.outputs().getFirst().target()).hasFileName("{name} %d f_07.png");
    }

    @Test
    void anUnwritableFolderIsToldBeforeBlenderStarts() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        for (String target : List.of(file.toString(), file + "/below", "/proc/nowhere/out")) {
            JsonNode settings = object("scene", scene("plain"), "frames", "1");
            JsonNode outputs = object("folder", target, "pattern", "f_##.png");
            Result.Failed failed =
                    failed(engine.run(new Work(1, settings, outputs, 1, 0, Set.of(), "1"), bench));
            assertThat(failed.reason()).isEqualTo(Reason.OUTPUT_FOLDER);
        }
        assertThat(bench.started).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aFullDiskIsToldAndLeavesNothing(String version) throws Exception {
        try (var small = SmallDisk.mount(folder.resolve("small"), "128k")) {
            JsonNode settings =
                    object(
                            "scene",
                            scene("plain"),
                            "frames",
                            "1-9",
                            "resolution",
                            "400x300",
                            "version",
                            version);
            JsonNode outputs = object("folder", small.folder().toString(), "pattern", "f_##.png");
            Result.Failed failed =
                    failed(engine.run(new Work(1, settings, outputs, 1, 0, Set.of(), "1"), bench));
            assertThat(failed.reason()).as(failed.sentence()).isEqualTo(Reason.DISK_FULL);
            try (var files = Files.list(small.folder())) {
                assertThat(files.toList())
                        .hasSameElementsAs(failed.outputs().stream().map(Output::part).toList());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aKilledBlenderIsToldWithWhatItWasAt(String version) throws Exception {
        bench.listen(line -> {
            if (line.contains("| Sample ")) {
                bench.started.forEach(Running::kill);
            }
        });
        Result.Failed failed = failure("scene", scene("slow"), "frames", "5", "version", version);
        assertThat(failed.reason()).isIn(Reason.KILLED, Reason.OUT_OF_MEMORY);
        assertThat(failed.sentence()).contains("rendering frame 5");
        assertThat(bench.pool.held()).isEmpty();
        assertThat(outFolder()).isEmpty();
    }

    @Test
    void lackOfMemoryIsToldFromAKill() throws Exception {
        try (var limit = MemoryLimit.of(64 << 20)) {
            bench.before = limit.launcher();
            Result.Failed failed = failure("scene", scene("plain"), "frames", "1");
            assertThat(failed.reason()).as(failed.sentence()).isEqualTo(Reason.OUT_OF_MEMORY);
            assertThat(failed.sentence()).contains("for lack of memory");
        }
    }

    @Test
    void interruptionCancelsTheWorkAndEndsBlender() throws Exception {
        var sampling = new CountDownLatch(1);
        bench.listen(line -> {
            if (line.contains("| Sample ")) {
                sampling.countDown();
            }
        });
        var task =
                new FutureTask<Boolean>(() -> {
                    try {
                        run("scene", scene("slow"), "frames", "5");
                        return false;
                    } catch (InterruptedException cancelled) {
                        return true;
                    }
                });
        Thread runner = Thread.ofVirtual().start(task);
        assertThat(sampling.await(120, TimeUnit.SECONDS)).isTrue();
        runner.interrupt();
        assertThat(task.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(bench.started.getFirst().awaitExit().code()).isEqualTo(137);
        assertThat(bench.pool.held()).isEmpty();
    }

    @Test
    void aFrameThatSomebodyElseHoldsIsTwiceAtOnce() throws Exception {
        Path locks = Files.createDirectory(folder.resolve("locks"));
        done(run("scene", scene("plain"), "frames", "3", "lockFolder", locks.toString()));
        assertThat(Files.readAllLines(locks.resolve("record.txt")))
                .singleElement()
                .asString()
                .matches(bench.started.getFirst().pid() + " 1 3 \\d+ \\d+");
        try (var held = HeldLock.take(locks.resolve("4.lock"))) {
            Result.Failed failed =
                    failure("scene", scene("plain"), "frames", "4", "lockFolder", locks.toString());
            assertThat(failed.reason()).isEqualTo(Reason.TWICE_AT_ONCE);
            assertThat(held.isHeld()).isTrue();
        }
    }

    @Test
    void aVersionThatIsNotInstalledIsNamed() throws Exception {
        Result.Failed failed = failure("scene", scene("plain"), "frames", "1", "version", "2.79");
        assertThat(failed.reason()).isEqualTo(Reason.PROGRAM_MISSING);
        assertThat(failed.sentence()).contains("Blender 2.79");
    }

    @Test
    void theOldestBlenderThatKnowsTheFileIsChosen() throws Exception {
        assertThat(BlendFile.series(Path.of(scene("plain"))))
                .contains(installed.getLast().series());
        done(run("scene", scene("plain"), "frames", "1"));
        assertThat(bench.pool.held().getFirst().program()).endsWith(installed.getLast().version());
    }
}
