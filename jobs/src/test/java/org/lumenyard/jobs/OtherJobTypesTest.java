package org.lumenyard.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.core.Band;
import org.lumenyard.core.JobPlan;
import org.lumenyard.core.Requirements;
import org.lumenyard.core.Requirements.Amount;

class OtherJobTypesTest {
    @TempDir Path root;
    private Planning planning;

    @BeforeEach
    void begin() {
        planning = new Planning(root);
    }

    @Test
    void testPicturesNeedOneCoreAndNoProgram() {
        JobPlan plan =
                planning.accepted(
                                "testpattern",
                                Map.of(
                                        "Output",
                                        root + "/out",
                                        "Frames",
                                        "1-1000000",
                                        "Seconds",
                                        "0.50"))
                        .plan();

        assertThat(plan.name()).isEqualTo("Test pattern");
        JobPlan.StepPlan step = plan.steps().getFirst();
        assertThat(step.space().size()).isEqualTo(1_000_000);
        assertThat(step.requirements())
                .isEqualTo(
                        new Requirements(
                                List.of(new Amount(Requirements.VCPU, 1, 1)), List.of(), false));
        assertThat(step.model()).isNull();
        Order order = planning.order(plan, 0, 999_999);
        assertThat(order.engine()).isEqualTo("testpattern");
        assertThat(order.settings())
                .containsOnlyKeys("frames", "width", "height", "seconds", "pictureChecks");
        assertThat(order.parameters())
                .containsEntry("Seconds", "0.50")
                .containsEntry("Width", "640");
    }

    @Test
    void aFilmIsNamedByItsFile() {
        Map<String, String> parameters =
                Map.of(
                        "Input",
                        root + "/f_####.png",
                        "Frames",
                        "1-24",
                        "Film",
                        root + "/out/night shot.mp4");
        JobPlan plan = planning.accepted("encode", parameters).plan();

        assertThat(plan.name()).isEqualTo("night shot");
        assertThat(plan.steps().getFirst().requirements().amounts())
                .containsExactly(new Amount(Requirements.VCPU, 1, 4));
        assertThat(planning.order(plan, 0, 0).settings())
                .containsOnlyKeys("input", "frames", "rate", "codec");
    }

    @Test
    void aFilmOutsideOfTheRootsIsRefused() {
        planning.refuses(
                "encode",
                Map.of("Input", root + "/f_####.png", "Frames", "1-24", "Film", "/nowhere/a.mp4"),
                "parameters.Film",
                "is outside");
        planning.refuses(
                "encode",
                Map.of("Input", "/etc/f_####.png", "Frames", "1-24", "Film", root + "/a.mp4"),
                "parameters.Input",
                "is outside");
    }

    @Test
    void aFilmWhoseContainerCannotHoldItIsRefusedBeforeAnythingIsRendered() {
        assertFilm("/a", "h264", "extension names the container");
        assertFilm("/.mp4", "h264", "extension names the container");
        assertFilm("/a.webm", "h264", "A .webm file holds vp9 or av1, not h264.");
        assertFilm("/a.MP4", "prores", "not prores");
        Map<String, String> good =
                Map.of(
                        "Input",
                        root + "/f_####.png",
                        "Frames",
                        "1-24",
                        "Film",
                        root + "/a.webm",
                        "Codec",
                        "vp9");
        assertThat(planning.accepted("encode", good).plan().steps()).hasSize(1);
    }

    private void assertFilm(String file, String codec, String why) {
        Map<String, String> parameters =
                Map.of(
                        "Input",
                        root + "/f_####.png",
                        "Frames",
                        "1-24",
                        "Film",
                        root + file,
                        "Codec",
                        codec);
        planning.refuses("encode", parameters, "parameters.Film", why);
    }

    @Test
    void aCommandRunsOnceForEachItem() {
        JobPlan plan =
                planning.accepted("command", Map.of("Program", "/usr/bin/true", "Items", "1-9x2"))
                        .plan();

        assertThat(plan.name()).isEqualTo("true");
        assertThat(plan.steps().getFirst().space().size()).isEqualTo(5);
        Order order = planning.order(plan, 0, 4);
        assertThat(order.settings()).containsEntry("command", List.of("{{Param.Program}}"));
        assertThat(order.values()).isEqualTo(Map.of("Item", "9"));
    }

    @Test
    void anUnknownJobTypeNamesTheKnownOnes() {
        planning.refuses(
                "maya", Map.of(), "jobType", "there are blender, encode, command, testpattern");
    }

    @Test
    void aNameThatIsGivenWins() {
        assertThat(Planning.accepted(named("Night")).plan().name()).isEqualTo("Night");
        assertThat(Planning.rejected(named(" ")))
                .extracting(Planned.Fault::path)
                .containsExactly("name");
        assertThat(Planning.rejected(named("a\nb")))
                .extracting(Planned.Fault::path)
                .containsExactly("name");
        assertThat(Planning.rejected(named("a".repeat(129))))
                .extracting(Planned.Fault::path)
                .containsExactly("name");
    }

    private Planned named(String name) {
        return planning.planner()
                .plan(
                        new Submission(
                                "testpattern",
                                null,
                                Map.of("Output", root.toString()),
                                name,
                                70,
                                Band.RUSH,
                                true,
                                "notes",
                                "ann"));
    }

    @Test
    void whatBelongsToTheSubmissionIsKept() {
        JobPlan plan = Planning.accepted(named("Night")).plan();

        assertThat(plan.priority()).isEqualTo(70);
        assertThat(plan.band()).isEqualTo(Band.RUSH);
        assertThat(plan.held()).isTrue();
        assertThat(plan.notes()).isEqualTo("notes");
    }

    @Test
    void jobTypesSayWhatTheyTake() {
        assertThat(planning.planner().types().names())
                .containsExactly("blender", "encode", "command", "testpattern");
        assertThat(planning.planner().types().all())
                .allSatisfy(type -> {
                    assertThat(type.title()).isNotBlank();
                    assertThat(type.description()).endsWith(".");
                    assertThat(type.parameters())
                            .isNotEmpty()
                            .allSatisfy(
                                    parameter -> assertThat(parameter.description()).isNotBlank());
                });
        JobTypes.JobType blender = planning.planner().types().all().getFirst();
        assertThat(blender.parameters())
                .filteredOn(JobTypes.Parameter::required)
                .extracting(JobTypes.Parameter::name)
                .containsExactly("Scene");
        assertThat(blender.parameters())
                .extracting(JobTypes.Parameter::name)
                .contains(
                        "Frames",
                        "Chunk",
                        "Output",
                        "Pattern",
                        "Engine",
                        "Samples",
                        "Resolution",
                        "Percentage",
                        "Device",
                        "Format",
                        "Camera",
                        "SceneName",
                        "ViewLayer",
                        "AllowScripts",
                        "Warm",
                        "PictureChecks",
                        "TimeLimit",
                        "Film",
                        "Rate");
    }
}
