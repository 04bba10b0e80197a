package org.lumenyard.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lumenyard.core.JobPlan;
import org.lumenyard.core.Requirements;
import org.lumenyard.core.Requirements.Amount;
import org.lumenyard.core.Requirements.Attribute;

class TemplateJobTest {
    @TempDir Path root;
    private Planning planning;

    @BeforeEach
    void begin() {
        planning = new Planning(root);
    }

    private static String template(String steps) {
        return """
        specificationVersion: jobtemplate-2023-09
        extensions: [TASK_CHUNKING, LUMENYARD_ENGINE]
        name: Mine {{Param.Take}}
        parameterDefinitions:
          - {name: Take, type: INT, default: 7}
          - {name: Place, type: PATH, default: ""}
        steps:
        """
                + steps;
    }

    /** A step of the test pattern with some of it replaced. */
    private String pattern(String settings, String outputs) {
        return template(
                """
                  - name: draw
                    parameterSpace: {taskParameterDefinitions: [{name: F, type: INT, range: 1-3}]}
                    script: {engine: {name: testpattern, settings: {%s}, outputs: {%s}}}
                """
                        .formatted(settings, outputs));
    }

    private String usualOutputs() {
        return "folder: \"" + root + "/out\", pattern: \"a_##.png\"";
    }

    @Test
    void anOrderThatNoNodeCouldBeSentIsRefused() {
        String anchored =
                """
                  - name: one
                    parameterSpace: {taskParameterDefinitions: [{name: F, type: INT, range: 1-3}]}
                    script: {actions: {onRun: {command: echo, args: [&a "%s", *a, *a, *a, *a]}}}
                """
                        .formatted("x".repeat(60_000));
        planning.refusesTemplate(
                template(anchored), Map.of(), "template.steps[0].script", "too long for an order");
    }

    @Test
    void anActionIsTheCommandEnginesWork() {
        Planned.Accepted accepted =
                planning.template(
                        template(
                                """
                                  - name: one
                                    parameterSpace: {taskParameterDefinitions: [{name: F, type: INT, range: 1-3}]}
                                    script: {actions: {onRun: {command: python, args: ["-c", "print({{Task.Param.F}}, '{{Param.Take}}')"]}}}
                                """),
                        Map.of("Take", "007"));

        assertThat(accepted.plan().name()).isEqualTo("Mine 7");
        assertThat(accepted.warnings()).isEmpty();
        assertThat(planning.planner().origin(accepted.plan().source()).jobType()).isNull();
        Order order = planning.order(accepted.plan(), 0, 1);
        assertThat(order.engine()).isEqualTo("command");
        assertThat(order.settings())
                .isEqualTo(
                        Map.of(
                                "command",
                                List.of(
                                        "python",
                                        "-c",
                                        "print({{Task.Param.F}}, '{{Param.Take}}')")));
        assertThat(order.parameters()).isEqualTo(Map.of("Take", "7"));
        assertThat(order.values()).isEqualTo(Map.of("F", "2"));
    }

    @Test
    void aCancelationThatIsNotActedOnIsSaid() {
        String step =
                "  - {name: one, script: {actions: {onRun: {command: 'true', cancelation: {mode: NOTIFY_THEN_TERMINATE, notifyPeriodInSeconds: 5}}}}}\n";

        assertThat(planning.template(template(step), Map.of()).warnings())
                .singleElement()
                .asString()
                .contains("Step one: cancelation");
    }

    @Test
    void anActionsTimeoutBecomesTheRunsTimeLimit() {
        String step =
                "  - {name: one, script: {actions: {onRun: {command: 'true', timeout: 5}}}}\n";
        Planned.Accepted accepted = planning.template(template(step), Map.of());

        assertThat(accepted.warnings()).isEmpty();
        assertThat(planning.order(accepted.plan(), 0, 0).settings()).containsEntry("timeLimit", 5);
    }

    @Test
    void stepsComeAfterThoseTheyDependOn() {
        JobPlan plan =
                planning.template(
                                template(
                                        """
                                          - {name: last, dependencies: [{dependsOn: first}, {dependsOn: middle}], script: {actions: {onRun: {command: a}}}}
                                          - {name: first, script: {actions: {onRun: {command: a}}}}
                                          - {name: middle, dependencies: [{dependsOn: first}], script: {actions: {onRun: {command: a}}}}
                                        """),
                                Map.of())
                        .plan();

        assertThat(plan.steps())
                .extracting(JobPlan.StepPlan::dependsOn)
                .containsExactly(List.of(1, 2), List.of(), List.of(1));
    }

    @Test
    void whatTheTemplateNeedsOfItsNodeIsTaken() {
        Requirements requirements =
                planning.template(
                                template(
                                        """
                                          - name: one
                                            hostRequirements:
                                              amounts: [{name: amount.worker.vcpu, min: 2, max: 4.5}, {name: amount.worker.memory, min: 1000}, {name: amount.licence.nuke, max: 1}]
                                              attributes: [{name: attr.worker.os.family, anyOf: [linux]}]
                                            script: {actions: {onRun: {command: a}}}
                                        """),
                                Map.of())
                        .plan()
                        .steps()
                        .getFirst()
                        .requirements();

        assertThat(requirements.amounts())
                .containsExactlyInAnyOrder(
                        new Amount(Requirements.VCPU, 2, 5),
                        new Amount(Requirements.MEMORY, 1000, 1000),
                        new Amount("amount.licence.nuke", 0, 1));
        assertThat(requirements.attributes())
                .containsExactly(new Attribute("attr.worker.os.family", Set.of("linux"), Set.of()));
    }

    @Test
    void seatsOfLimitsAreWhatTheMinimumSaysAndOneWhereThereIsNone() {
        Requirements requirements =
                planning.template(
                                template(
                                        """
                                          - name: one
                                            hostRequirements:
                                              amounts: [{name: amount.limit.Arnold, min: 2}, {name: amount.limit.nuke, max: 4}, {name: amount.limit.none, min: 0}]
                                            script: {actions: {onRun: {command: a}}}
                                        """),
                                Map.of())
                        .plan()
                        .steps()
                        .getFirst()
                        .requirements();

        assertThat(requirements.seats()).isEqualTo(Map.of("arnold", 2L, "nuke", 1L));
        assertThat(requirements.canEverRunOn(Map.of(Requirements.VCPU, 1L), Map.of())).isTrue();
    }

    @Test
    void aTemplatesProblemsHaveTheirPlaces() {
        List<Planned.Fault> faults =
                Planning.rejected(
                        planning.submit(
                                null,
                                template("  - {name: one, scirpt: {}}\n"),
                                Map.of("Tke", "1")));

        assertThat(faults)
                .allSatisfy(fault -> assertThat(fault.path()).startsWith("template.steps[0]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "- a\n- b",
                "specificationVersion: jobtemplate-2023-09",
                "\u0000",
                "a: &a [*a]"
            })
    void textThatIsNoTemplateIsRefused(String text) {
        assertThat(Planning.rejected(planning.submit(null, text, Map.of())))
                .allSatisfy(fault -> assertThat(fault.path()).startsWith("template"));
    }

    @Test
    void anUnknownEngineOrSettingIsNamed() {
        planning.refusesTemplate(
                template("  - {name: one, script: {engine: {name: maya}}}\n"),
                Map.of(),
                "template.steps[0].script.engine.name",
                "There is no engine maya; there are blender, encode, command, testpattern.");
        planning.refusesTemplate(
                pattern("frames: '1', colour: red", usualOutputs()),
                Map.of(),
                "template.steps[0].script.engine.settings.colour",
                "it knows failFrames, frames, height, lockFolder, pictureChecks, seconds, timeLimit, width");
    }

    @Test
    void aMissingSettingIsNamed() {
        planning.refusesTemplate(
                pattern("width: 5", usualOutputs()),
                Map.of(),
                "template.steps[0].script.engine.settings.frames",
                "needs this");
        planning.refusesTemplate(
                pattern("frames: '1'", "folder: '{{Param.Place}}', pattern: '#.png'"),
                Map.of(),
                "parameters.Place",
                "needs this");
    }

    @Test
    void aPathThatIsNoTextIsRefused() {
        planning.refusesTemplate(
                pattern("frames: '1'", "folder: {a: b}, pattern: '#.png'"),
                Map.of(),
                "template.steps[0].script.engine.outputs.folder",
                "must be a path");
        planning.refusesTemplate(
                pattern("frames: '1'", "folder: [/nowhere], pattern: '#.png'"),
                Map.of(),
                "template.steps[0].script.engine.outputs.folder",
                "must be a path");
    }

    @Test
    void numbersAndTruthsInSettingsStayWhatTheyAre() {
        JobPlan plan =
                planning.template(
                                pattern(
                                        "frames: '{{Task.Param.F}}', width: 64, seconds: 0.50",
                                        usualOutputs()),
                                Map.of())
                        .plan();

        assertThat(planning.order(plan, 0, 0).settings())
                .containsEntry("width", 64)
                .containsEntry("seconds", new BigDecimal("0.50"));
    }

    @Test
    void aPathOutOfTheRootsIsRefusedWhereverItComesFrom() {
        planning.refusesTemplate(
                pattern("frames: '1'", "folder: /nowhere, pattern: '#.png'"),
                Map.of(),
                "template.steps[0].script.engine.outputs.folder",
                "is outside");
        planning.refusesTemplate(
                pattern("frames: '1'", "folder: '{{Param.Place}}', pattern: '#.png'"),
                Map.of("Place", root + "/../x"),
                "parameters.Place",
                "is outside");
        planning.refusesTemplate(
                pattern("frames: '1', lockFolder: /nowhere", usualOutputs()),
                Map.of(),
                "template.steps[0].script.engine.settings.lockFolder",
                "is outside");
    }

    @Test
    void bracesInAPathDoNotHideWhereItLeads() {
        String place = root + "/{{x}}/../../../nowhere";

        planning.refusesTemplate(
                pattern("frames: '1'", "folder: '{{Param.Place}}', pattern: '#.png'"),
                Map.of("Place", place),
                "parameters.Place",
                "is outside");
    }

    @Test
    void aTasksOwnTextCannotLeadOut() {
        String step =
                """
                  - name: draw
                    parameterSpace: {taskParameterDefinitions: [{name: Shot, type: STRING, range: [a, b, "%s"]}]}
                    script: {engine: {name: testpattern, settings: {frames: "1"}, outputs: {folder: "%s/{{Task.Param.Shot}}", pattern: "#.png"}}}
                """;

        assertThat(
                        planning.template(template(step.formatted("c/d", root)), Map.of())
                                .plan()
                                .steps()
                                .getFirst()
                                .space()
                                .size())
                .isEqualTo(3);
        planning.refusesTemplate(
                template(step.formatted("../../x", root)),
                Map.of(),
                "template.steps[0].script.engine.outputs.folder",
                "is outside");
    }

    @Test
    void theSessionsFolderIsOnesOwnAndEndsWhereItEnds() {
        assertThat(
                        planning.template(
                                        pattern(
                                                "frames: '1', lockFolder: '{{Session.WorkingDirectory}}/locks'",
                                                usualOutputs()),
                                        Map.of())
                                .plan()
                                .steps())
                .hasSize(1);
        planning.refusesTemplate(
                pattern(
                        "frames: '1', lockFolder: '{{Session.WorkingDirectory}}/../x'",
                        usualOutputs()),
                Map.of(),
                "template.steps[0].script.engine.settings.lockFolder",
                "is outside");
        planning.refusesTemplate(
                pattern("frames: '{{Session.HasPathMappingRules}}'", usualOutputs()),
                Map.of(),
                "template.steps[0].script",
                "not supported yet");
    }

    @Test
    void aBlenderStepOfATemplateReadsItsSceneToo() throws IOException {
        Path scene =
                HandmadeBlend.frames(1, 5).header("BLENDER-v402").saveAs(root.resolve("a.blend"));
        JobPlan plan = planning.template(blender("scene: '" + scene + "'", ""), Map.of()).plan();

        assertThat(plan.steps().getFirst().model()).startsWith("blender:").contains("a.blend@");
        assertThat(plan.steps().getFirst().requirements().attributes().getFirst().anyOf())
                .contains("4.2", "4.5")
                .doesNotContain("3.4");
        JobPlan asked =
                planning.template(
                                blender("scene: '" + scene + "', version: 4.3.2, warm: false", ""),
                                Map.of())
                        .plan();
        assertThat(asked.steps().getFirst().requirements().attributes())
                .containsExactly(new Attribute("attr.blender.version", Set.of("4.3"), Set.of()));
        assertThat(asked.steps().getFirst().model()).isNull();
    }

    @Test
    void aSceneThatAnEarlierStepMakesNeedNotBeThereYet() throws IOException {
        String scene = "scene: '" + root + "/later.blend'";
        String before = "  - {name: make, script: {actions: {onRun: {command: a}}}}\n";

        planning.refusesTemplate(
                blender(scene, ""),
                Map.of(),
                "template.steps[0].script.engine.settings.scene",
                "There is no file");
        JobPlan plan =
                planning.template(
                                blender(scene, ", dependencies: [{dependsOn: make}]") + before,
                                Map.of())
                        .plan();
        assertThat(plan.steps().getFirst().model()).isNull();
        assertThat(plan.steps().getFirst().requirements().attributes())
                .containsExactly(new Attribute("attr.software", Set.of("blender"), Set.of()));
        assertThat(Files.exists(root.resolve("later.blend"))).isFalse();
    }

    private String blender(String settings, String more) {
        return template(
                "  - {name: render%s, script: {engine: {name: blender, settings: {frames: '1', %s}, outputs: {%s}}}}\n"
                        .formatted(more, settings, usualOutputs()));
    }

    @Test
    void whatIsNotSupportedYetIsSaid() {
        planning.refusesTemplate(
                template(
                        "  - {name: one, script: {actions: {onRun: {command: '{{Task.File.x}}'}}, embeddedFiles: [{name: x, type: TEXT, data: hi}]}}\n"),
                Map.of(),
                "template.steps[0].script.embeddedFiles",
                "not supported yet");
    }

    @Test
    void tooManyTasksAreRefusedWithAWayOut() {
        planning.refusesTemplate(
                template(
                        """
                          - name: draw
                            parameterSpace: {taskParameterDefinitions: [{name: F, type: INT, range: 1-100000000000}]}
                            script: {actions: {onRun: {command: a}}}
                        """),
                Map.of(),
                "template.steps[0].parameterSpace",
                "Chunks");
    }

    @Test
    void bothOrNeitherIsRefused() {
        assertThat(Planning.rejected(planning.submit(null, null, Map.of())))
                .extracting(Planned.Fault::path)
                .containsExactly("jobType");
        assertThat(Planning.rejected(planning.submit("testpattern", "x", Map.of())))
                .extracting(Planned.Fault::path)
                .containsExactly("jobType");
    }

    @Test
    void anotherPayloadIsRefused() {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> Payload.read("{}")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> Payload.read("nonsense")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
