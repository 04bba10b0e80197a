package org.lumenyard.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lumenyard.core.JobPlan;
import org.lumenyard.core.Requirements;
import org.lumenyard.core.Requirements.Amount;
import org.lumenyard.core.Requirements.Attribute;

class BlenderJobTest {
    @TempDir Path root;
    private Planning planning;
    private Path scene;

    @BeforeEach
    void makeScene() throws IOException {
        planning = new Planning(root);
        scene = HandmadeBlend.frames(1, 24).saveAs(root.resolve("my show/light house.blend"));
    }

    private Map<String, String> with(String... more) {
        var parameters = new HashMap<>(Map.of("Scene", scene.toString()));
        for (int i = 0; i < more.length; i += 2) parameters.put(more[i], more[i + 1]);
        return parameters;
    }

    private JobPlan plan(String... more) {
        return planning.accepted("blender", with(more)).plan();
    }

    @Test
    void theSceneFillsWhatIsLeftOpen() {
        Planned.Accepted accepted = planning.accepted("blender", with());

        assertThat(accepted.plan().name()).isEqualTo("light house");
        assertThat(accepted.plan().user()).isEqualTo("ann");
        assertThat(accepted.plan().steps())
                .singleElement()
                .satisfies(step -> {
                    assertThat(step.name()).isEqualTo("render");
                    assertThat(step.space().size()).isEqualTo(24);
                    assertThat(step.space().label(11)).isEqualTo("12");
                });
        assertThat(accepted.warnings()).isEmpty();
        assertThat(accepted.summary())
                .containsEntry("frames", "1-24")
                .containsEntry("output", root + "/my show/light house_frames")
                .containsEntry("step render", "24 tasks")
                .doesNotContainKey("film");
    }

    @Test
    void anOrderHoldsWhatWasSaidAndNothingElse() {
        Order order = planning.order(plan("Samples", "16"), 0, 6);

        assertThat(order.engine()).isEqualTo("blender");
        assertThat(order.settings().keySet())
                .containsExactlyInAnyOrder(
                        "scene",
                        "frames",
                        "samples",
                        "device",
                        "allowScripts",
                        "warm",
                        "pictureChecks");
        assertThat(order.settings())
                .containsEntry("scene", "{{Param.Scene}}")
                .containsEntry("frames", "{{Task.Param.Frame}}");
        assertThat(order.outputs())
                .isEqualTo(Map.of("folder", "{{Param.Output}}", "pattern", "{{Param.Pattern}}"));
        assertThat(order.parameters())
                .containsEntry("Scene", scene.toString())
                .containsEntry("Pattern", "frame_####.png")
                .containsEntry("Samples", "16");
        assertThat(order.paths()).contains("Scene", "Output");
        assertThat(order.values()).isEqualTo(Map.of("Frame", "7-7"));
    }

    @Test
    void framesAreUnderstoodAsPeopleTypeThem() {
        JobPlan plan = plan("Frames", "1-10x3, 300");

        assertThat(plan.steps().getFirst().space().size()).isEqualTo(5);
        assertThat(plan.steps().getFirst().space().label(3)).isEqualTo("10");
    }

    @Test
    void aTaskMayBeAChunk() {
        JobPlan plan = plan("Chunk", "10");

        assertThat(plan.steps().getFirst().space().size()).isEqualTo(3);
        assertThat(plan.steps().getFirst().space().label(0)).isEqualTo("1-8");
        assertThat(planning.order(plan, 0, 0).values()).isEqualTo(Map.of("Frame", "1-8"));
    }

    @Test
    void aFilmIsAStepAfterTheFrames() {
        JobPlan plan =
                plan("Film", root + "/a.mp4", "Rate", "29.97", "Format", "JPEG", "Chunk", "5");

        assertThat(plan.steps())
                .extracting(JobPlan.StepPlan::name)
                .containsExactly("render", "film");
        JobPlan.StepPlan film = plan.steps().get(1);
        assertThat(film.dependsOn()).containsExactly(0);
        assertThat(film.space().size()).isEqualTo(1);
        assertThat(film.space().label(0)).isEqualTo("film");
        assertThat(film.model()).isNull();
        assertThat(film.requirements().attributes())
                .containsExactly(
                        new Attribute("attr.software", Set.of("encode", "ffmpeg"), Set.of()));
        Order order = planning.order(plan, 1, 0);
        assertThat(order.engine()).isEqualTo("encode");
        assertThat(order.settings()).containsEntry("input", "{{Param.Output}}/{{Param.Pattern}}");
        assertThat(order.parameters())
                .containsEntry("Pattern", "frame_####.jpg")
                .containsEntry("Frames", "1-24")
                .containsEntry("Rate", "29.97");
    }

    @Test
    void aNodeNeedsABlenderThatIsNotOlderThanTheScene() throws IOException {
        Requirements ofOld = plan().steps().getFirst().requirements();
        HandmadeBlend.frames(1, 24).header("BLENDER17-01v0501").saveAs(scene);
        Requirements ofNew = plan().steps().getFirst().requirements();

        assertThat(versions(ofOld))
                .contains("3.4", "3.6", "4.5", "5.0")
                .doesNotContain("3.3", "3.7", "2.93");
        assertThat(versions(ofNew)).contains("5.1", "6.0").doesNotContain("5.0", "4.5");
        assertThat(ofOld.amounts()).containsExactly(new Amount(Requirements.VCPU, 1, 8));
        assertThat(ofOld.measured()).isTrue();
    }

    private static Set<String> versions(Requirements requirements) {
        assertThat(requirements.attributes())
                .singleElement()
                .extracting(Attribute::name)
                .isEqualTo("attr.blender.version");
        return requirements.attributes().getFirst().anyOf();
    }

    @Test
    void aSceneFromBeforeThreeNeedsAnyBlender() throws IOException {
        HandmadeBlend.frames(1, 24).header("BLENDER-v293").saveAs(scene);

        assertThat(plan().steps().getFirst().requirements().attributes())
                .containsExactly(new Attribute("attr.software", Set.of("blender"), Set.of()));
    }

    @Test
    void theModelIsTheFileAsItIsNow() throws IOException {
        Path link = Files.createSymbolicLink(root.resolve("link.blend"), scene);
        String before = plan().steps().getFirst().model();
        assertThat(before)
                .startsWith("blender:" + scene.toRealPath() + "@" + Files.size(scene) + "-");
        assertThat(plan("Scene", link.toString()).steps().getFirst().model()).isEqualTo(before);

        Files.setLastModifiedTime(scene, FileTime.fromMillis(1_000_000));
        assertThat(plan().steps().getFirst().model()).isNotEqualTo(before).endsWith("-1000000");
    }

    @Test
    void whoWantsNoWarmBlenderGetsNoModel() {
        assertThat(plan("Warm", "false").steps().getFirst().model()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "frame_####, '', frame_####.png",
        "frame_####, OPEN_EXR, frame_####.exr",
        "a.v2_####, TIFF, a.v2_####.tif",
        "x_##.JPEG, '', x_##.JPEG",
        "x_##.JPEG, JPEG, x_##.JPEG",
        "x_##.exr, OPEN_EXR_MULTILAYER, x_##.exr",
    })
    void picturesGetTheFormatsExtension(String pattern, String format, String name) {
        JobPlan plan = plan("Pattern", pattern, "Format", format);

        assertThat(planning.order(plan, 0, 0).parameters()).containsEntry("Pattern", name);
    }

    @ParameterizedTest
    @CsvSource({
        "Frames, 1-, parameters.Frames",
        "Frames, 1-2000000, parameters.Frames",
        "Frames, '1-5,5', parameters.Frames",
        "Chunk, 0, parameters.Chunk",
        "Chunk, many, parameters.Chunk",
        "Samples, 0, parameters.Samples",
        "Samples, 1e3, parameters.Samples",
        "Percentage, 1001, parameters.Percentage",
        "Resolution, 1920, parameters.Resolution",
        "Resolution, 1920x0, parameters.Resolution",
        "Resolution, 1920x1080x3, parameters.Resolution",
        "Device, TPU, parameters.Device",
        "Format, GIF, parameters.Format",
        "Pattern, frame.png, parameters.Pattern",
        "Pattern, a/####.png, parameters.Pattern",
        "Warm, perhaps, parameters.Warm",
        "Rate, 0, parameters.Rate",
        "Output, out, parameters.Output",
        "Output, /nowhere/out, parameters.Output",
        "Film, /nowhere/a.mp4, parameters.Film",
        "Scene, '', parameters.Scene",
        "Scene, /etc/passwd, parameters.Scene",
        "Frmaes, 1-5, parameters.Frmaes",
    })
    void aWrongValueIsNamed(String name, String value, String path) {
        assertThat(Planning.rejected(planning.submit("blender", null, with(name, value))))
                .singleElement()
                .satisfies(fault -> assertThat(fault.path()).isEqualTo(path));
    }

    @Test
    void aFilmThatCannotBeIsRefusedBeforeItsFramesAreRendered() {
        planning.refuses("blender", with("Film", root + "/a.webm"), "parameters.Film", "not h264");
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() {
        List<Planned.Fault> faults =
                Planning.rejected(
                        planning.submit(
                                "blender",
                                null,
                                with("Device", "TPU", "Chunk", "0", "Colour", "red")));

        assertThat(faults)
                .extracting(Planned.Fault::path)
                .containsExactlyInAnyOrder(
                        "parameters.Device", "parameters.Chunk", "parameters.Colour");
    }

    @Test
    void aMistypedParameterIsSuggested() {
        planning.refuses("blender", with("Frmaes", "1-5"), "parameters.Frmaes", "`Frames`");
    }

    @Test
    @Timeout(20)
    void aPipeIsNoScene() throws Exception {
        Path pipe = root.resolve("pipe.blend");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        planning.refuses(
                "blender",
                with("Scene", pipe.toString()),
                "parameters.Scene",
                pipe + " is no file that can be read from its beginning.");
    }

    @Test
    void aMissingSceneIsNamed() {
        planning.refuses("blender", Map.of(), "parameters.Scene", "Give the scene");
        planning.refuses(
                "blender",
                with("Scene", root + "/none.blend"),
                "parameters.Scene",
                "There is no file " + root + "/none.blend.");
        planning.refuses(
                "blender", with("Scene", root.toString()), "parameters.Scene", "is a folder");
    }

    @Test
    void aFileThatIsNoSceneIsNamed() throws IOException {
        Path letter = Files.writeString(root.resolve("letter.blend"), "Dear Blender");

        planning.refuses(
                "blender",
                with("Scene", letter.toString()),
                "parameters.Scene",
                "letter.blend is not a .blend file.");
    }

    @Test
    void anEmptyOwnRangeAsksForFrames() throws IOException {
        HandmadeBlend.frames(10, 1).saveAs(scene);

        planning.refuses(
                "blender", with(), "parameters.Frames", "The scene's own range, 10 to 1, is empty");
        assertThat(plan("Frames", "1-2").steps().getFirst().space().size()).isEqualTo(2);
    }

    @Test
    void anotherSceneOfTheFileAsksForFrames() {
        planning.refuses(
                "blender",
                with("SceneName", "Night"),
                "parameters.Frames",
                "only those of the active scene, Scene");
        assertThat(plan("SceneName", "Scene").steps().getFirst().space().size()).isEqualTo(24);
        assertThat(plan("SceneName", "Night", "Frames", "1-3").steps().getFirst().space().size())
                .isEqualTo(3);
    }

    @Test
    void bracesInNamesStayAsTheyAre() throws IOException {
        Path odd = HandmadeBlend.frames(1, 2).saveAs(root.resolve("{{Param.Frames}} }}.blend"));
        JobPlan plan = plan("Scene", odd.toString());

        assertThat(planning.order(plan, 0, 0).parameters()).containsEntry("Scene", odd.toString());
        assertThat(plan.name()).isEqualTo("{{Param.Frames}} }}");
    }

    @Test
    void whatIsStoredIsEnoughToOrder() {
        JobPlan plan = plan("Chunk", "4");
        JobPlan.StepPlan step = plan.steps().getFirst();
        var read =
                new JobPlan.StepPlan(
                        step.name(),
                        planning.planner().spaces().read(step.space().frozen()),
                        step.dependsOn(),
                        step.requirements(),
                        step.model(),
                        step.payload());

        assertThat(planning.planner().orders(read).apply(5))
                .isEqualTo(planning.planner().orders(step).apply(5));
        assertThat(planning.planner().engine(read)).isEqualTo("blender");
        assertThat(planning.planner().origin(plan.source()).jobType()).isEqualTo("blender");
        assertThat(planning.planner().origin(plan.source()).parameters())
                .containsEntry("Scene", scene.toString());
    }
}
