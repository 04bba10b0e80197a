package org.lumenyard.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.core.Band;
import org.lumenyard.core.JobPlan;
import org.lumenyard.core.Requirements;

class PlannerTest {
    @TempDir Path folder;

    private Planner planner() {
        return new Planner(java.util.List.of(folder));
    }

    private static Submission type(String type, Map<String, String> parameters) {
        return new Submission(type, null, parameters, null, 50, Band.NORMAL, false, "", "ana");
    }

    private static Submission template(String text, Map<String, String> parameters) {
        return new Submission(null, text, parameters, null, 50, Band.NORMAL, false, "", "ana");
    }

    private JobPlan accepted(Submission submission) {
        return accepted(planner().plan(submission)).plan();
    }

    private static Planned.Accepted accepted(Planned planned) {
        assertThat(planned).isInstanceOf(Planned.Accepted.class);
        return (Planned.Accepted) planned;
    }

    private String refused(Submission submission) {
        Planned planned = planner().plan(submission);
        assertThat(planned).isInstanceOf(Planned.Rejected.class);
        return ((Planned.Rejected) planned).faults().toString();
    }

    /** A .blend file's beginning as Blender 3.4 on a 64-bit machine writes it. */
    private static byte[] blend(String version, int first, int last) {
        var bytes = ByteBuffer.allocate(12 + 24 + 72 + 24).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(("BLENDER-v" + version).getBytes(StandardCharsets.US_ASCII));
        bytes.put("REND".getBytes(StandardCharsets.US_ASCII))
                .putInt(72)
                .putLong(1)
                .putInt(0)
                .putInt(1);
        bytes.putInt(first)
                .putInt(last)
                .put(Arrays.copyOf("Scene".getBytes(StandardCharsets.UTF_8), 64));
        bytes.put("ENDB".getBytes(StandardCharsets.US_ASCII));
        return bytes.array();
    }

    /** The same in the larger form that Blender 5.0 begins. */
    private static byte[] wideBlend(int first, int last) {
        var bytes = ByteBuffer.allocate(17 + 32 + 72 + 32).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("BLENDER17-01v0500".getBytes(StandardCharsets.US_ASCII));
        bytes.put("REND".getBytes(StandardCharsets.US_ASCII))
                .putInt(0)
                .putLong(1)
                .putLong(72)
                .putLong(1);
        bytes.putInt(first)
                .putInt(last)
                .put(Arrays.copyOf("Scene".getBytes(StandardCharsets.UTF_8), 64));
        bytes.put("ENDB".getBytes(StandardCharsets.US_ASCII));
        return bytes.array();
    }

    private Path scene(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    @Test
    void aSceneGivesItsOwnFramesAndAFolderBesideIt() throws IOException {
        Path scene = scene("walk cycle.blend", blend("304", 1, 250));
        var planned = accepted(planner().plan(type("blender", Map.of("Scene", scene.toString()))));

        assertThat(planned.plan().name()).isEqualTo("walk cycle");
        assertThat(planned.plan().steps()).hasSize(1);
        assertThat(planned.plan().steps().getFirst().space().size()).isEqualTo(250);
        assertThat(planned.plan().steps().getFirst().space().label(6)).isEqualTo("7");
        assertThat(planned.summary())
                .containsEntry("frames", "1-250")
                .containsEntry("output", folder.resolve("walk cycle_frames").toString());
    }

    @Test
    void framesAreTakenAsPeopleTypeThemAndChunksAreLabelledByTheirFrames() throws IOException {
        Path scene = scene("a.blend", blend("304", 1, 9));
        var plan =
                accepted(
                        type(
                                "blender",
                                Map.of(
                                        "Scene",
                                        scene.toString(),
                                        "Frames",
                                        "1-10x3,300",
                                        "Chunk",
                                        "2")));
        assertThat(plan.steps().getFirst().space().size()).isEqualTo(5);

        var chunks =
                accepted(
                        type(
                                "blender",
                                Map.of("Scene", scene.toString(), "Frames", "1-10", "Chunk", "5")));
        assertThat(chunks.steps().getFirst().space().label(1)).isEqualTo("6-10");
        assertThat(refused(type("blender", Map.of("Scene", scene.toString(), "Frames", "9-1"))))
                .contains("Frames");
    }

    @Test
    void aFilmIsAStepAfterTheFramesAndOnlyWhenItIsNamed() throws IOException {
        Path scene = scene("a.blend", blend("304", 1, 9));
        var plan =
                accepted(
                        type(
                                "blender",
                                Map.of(
                                        "Scene",
                                        scene.toString(),
                                        "Film",
                                        folder.resolve("a.mp4").toString())));
        assertThat(plan.steps())
                .extracting(JobPlan.StepPlan::name)
                .containsExactly("render", "film");
        assertThat(plan.steps().get(1).dependsOn()).containsExactly(0);
    }

    @Test
    void aTaskNeedsABlenderThatOpensTheSceneAndEightCoresOrAllOfASmallerNode() throws IOException {
        Path scene = scene("a.blend", blend("405", 1, 9));
        Requirements needs =
                accepted(type("blender", Map.of("Scene", scene.toString())))
                        .steps()
                        .getFirst()
                        .requirements();
        assertThat(needs.measured()).isTrue();
        assertThat(needs.amounts())
                .containsExactly(new Requirements.Amount(Requirements.VCPU, 1, 8));
        assertThat(needs.attributes().getFirst().anyOf())
                .contains("4.5", "5.0", "5.9")
                .doesNotContain("3.4", "4.4");
    }

    @Test
    void theOrderForATaskHasItsValuesAndTheSettingsToResolve() throws IOException {
        Path scene = scene("a.blend", blend("304", 1, 9));
        var plan = accepted(type("blender", Map.of("Scene", scene.toString())));
        var read = planner().spaces().read(plan.steps().getFirst().space().frozen());
        assertThat(read.label(4)).isEqualTo("5");
        Order order = planner().orders(plan.steps().getFirst()).apply(4);
        assertThat(order.engine()).isEqualTo("blender");
        assertThat(order.settings())
                .containsEntry("scene", "{{Param.Scene}}")
                .containsEntry("frames", "{{Task.Param.Frame}}");
        assertThat(order.parameters()).containsEntry("Scene", scene.toString());
        assertThat(order.values()).containsEntry("Frame", "5-5");
        assertThat(planner().origin(plan.source()).jobType()).isEqualTo("blender");
    }

    @Test
    void aChangedSceneIsAnotherModel() throws IOException {
        Path scene = scene("a.blend", blend("304", 1, 9));
        String before =
                accepted(type("blender", Map.of("Scene", scene.toString())))
                        .steps()
                        .getFirst()
                        .model();
        Files.write(scene, blend("304", 1, 9999));
        Files.setLastModifiedTime(scene, java.nio.file.attribute.FileTime.fromMillis(1));
        assertThat(
                        accepted(type("blender", Map.of("Scene", scene.toString())))
                                .steps()
                                .getFirst()
                                .model())
                .isNotEqualTo(before);
        assertThat(
                        accepted(
                                        type(
                                                "blender",
                                                Map.of("Scene", scene.toString(), "Warm", "false")))
                                .steps()
                                .getFirst()
                                .model())
                .isNull();
    }

    @Test
    void whatIsWrongWithASceneIsSaidInASentence() throws IOException {
        assertThat(refused(type("blender", Map.of()))).contains("Give the scene");
        assertThat(refused(type("blender", Map.of("Scene", folder.resolve("no.blend").toString()))))
                .contains("There is no file");
        assertThat(
                        refused(
                                type(
                                        "blender",
                                        Map.of(
                                                "Scene",
                                                scene(
                                                                "text.blend",
                                                                "hello"
                                                                        .getBytes(
                                                                                StandardCharsets
                                                                                        .UTF_8))
                                                        .toString()))))
                .contains("is not a .blend file");
        assertThat(
                        refused(
                                type(
                                        "blender",
                                        Map.of(
                                                "Scene",
                                                scene(
                                                                "cut.blend",
                                                                Arrays.copyOf(
                                                                        blend("304", 1, 9), 50))
                                                        .toString()))))
                .contains("cut off");
        assertThat(refused(type("blender", Map.of("Scene", "a.blend")))).contains("absolute");
    }

    @Test
    void pathsOutsideOfTheRootsAreRefusedWithTheLineToAdd() throws IOException {
        Path scene = scene("a.blend", blend("304", 1, 9));
        String why =
                refused(
                        type(
                                "blender",
                                Map.of("Scene", scene.toString(), "Output", "/etc/frames")));
        assertThat(why).contains("outside").contains("roots: [").contains("/etc");
        assertThat(
                        refused(
                                type(
                                        "blender",
                                        Map.of(
                                                "Scene",
                                                scene.toString(),
                                                "Output",
                                                folder + "/../../etc/frames"))))
                .contains("outside");
        Files.createSymbolicLink(folder.resolve("link"), Path.of("/etc"));
        assertThat(
                        refused(
                                type(
                                        "blender",
                                        Map.of(
                                                "Scene",
                                                scene.toString(),
                                                "Output",
                                                folder + "/link/frames"))))
                .contains("outside");
        assertThat(refused(type("testpattern", Map.of("Output", "/etc/x")))).contains("outside");
    }

    @Test
    void compressedFilesAreReadToo() throws Exception {
        var gzip = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(gzip)) {
            out.write(blend("293", 3, 7));
        }
        assertThat(BlendFile.read(scene("gzip.blend", gzip.toByteArray())))
                .isEqualTo(new BlendFile(293, "Scene", 3, 7));
        byte[] zstd = com.github.luben.zstd.Zstd.compress(blend("405", 3, 7));
        assertThat(BlendFile.read(scene("zstd.blend", zstd)))
                .isEqualTo(new BlendFile(405, "Scene", 3, 7));
        assertThat(BlendFile.read(scene("wide.blend", wideBlend(2, 8))))
                .isEqualTo(new BlendFile(500, "Scene", 2, 8));
    }

    @Test
    void everyJobTypeIsAValidTemplateThatSaysWhatItTakes() {
        assertThat(planner().types().all())
                .extracting(JobTypes.JobType::name)
                .containsExactly("blender", "encode", "command", "testpattern");
        assertThat(planner().types().all())
                .allSatisfy(type -> assertThat(type.parameters()).isNotEmpty());
    }

    @Test
    void aTemplateIsTakenAndItsProblemsAreNamedWithTheirPlace() {
        String good =
                """
                specificationVersion: jobtemplate-2023-09
                name: hi
                steps:
                  - name: one
                    parameterSpace: {taskParameterDefinitions: [{name: F, type: INT, range: "1-3"}]}
                    script: {actions: {onRun: {command: /bin/echo, args: ["{{Task.Param.F}}"]}}}
                """;
        JobPlan plan = accepted(template(good, Map.of()));
        assertThat(plan.name()).isEqualTo("hi");
        assertThat(planner().orders(plan.steps().getFirst()).apply(2).settings().toString())
                .contains("/bin/echo");

        assertThat(refused(template(good.replace("onRun", "onRum"), Map.of())))
                .contains("template.steps[0]");
        assertThat(refused(template(good, Map.of("Nope", "1")))).contains("parameters.Nope");
        assertThat(refused(type("blendr", Map.of())))
                .contains("there are blender, encode, command, testpattern");
    }
}
