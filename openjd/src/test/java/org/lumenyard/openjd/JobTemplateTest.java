package org.lumenyard.openjd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lumenyard.openjd.Templates.problemsOf;
import static org.lumenyard.openjd.Templates.withStep;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobTemplateTest {
    private static final String HEAD = "specificationVersion: jobtemplate-2023-09\nname: Test\n";
    private static final String SCRIPT = "script: {actions: {onRun: {command: 'true'}}}";

    private static void assertProblem(String text, String path, String part) {
        assertThat(problemsOf(text))
                .anySatisfy(problem -> {
                    assertThat(problem.path()).isEqualTo(path);
                    assertThat(problem.message()).contains(part);
                });
    }

    @Test
    void theMinimalJobRuns() {
        String template =
                """
                specificationVersion: jobtemplate-2023-09
                name: Hi
                parameterDefinitions: [{name: End, type: INT, default: 30}]
                steps:
                - name: Say
                  parameterSpace:
                    taskParameterDefinitions: [{name: Frame, type: INT, range: "1-{{Param.End}}:10"}]
                  script:
                    actions:
                      onRun: {command: python, args: ["-c", "print({{Task.Param.Frame}})"]}
                """;
        Job job = Template.parse(template).instantiate(Map.of());
        Step step = job.steps().getFirst();
        assertThat(step.parameterSpace().size()).isEqualTo(3);
        var ready =
                step.script().resolve(step.parameterSpace().valuesAt(2), Map.of(), path -> path);
        assertThat(ready)
                .isEqualTo(
                        new ReadyScript.Command(
                                "python", List.of("-c", "print(21)"), null, null, List.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "name: x|^^|`specificationVersion` is missing",
                "specificationVersion: jobtemplate-2024-01|specificationVersion|must be `jobtemplate-2023-09`",
                "specificationVersion: 5|specificationVersion|must be a text",
                "{specificationVersion: jobtemplate-2023-09, steps: []}|^^|`name` is missing",
                "{specificationVersion: jobtemplate-2023-09, steps: []}|steps|must not be empty",
                "{specificationVersion: jobtemplate-2023-09, name: x}|^^|`steps` is missing",
                "{specificationVersion: jobtemplate-2023-09, name: ''}|name|must not be empty",
                "{specificationVersion: jobtemplate-2023-09, name: [a]}|name|must be a text, not a list",
                "{specificationVersion: jobtemplate-2023-09, nmae: x}|nmae|did you mean `name`",
                "{specificationVersion: jobtemplate-2023-09, name: 'a{{Param.X}}'}|name|`Param.X` is not known here",
                "{specificationVersion: jobtemplate-2023-09, name: 'a{{Param.X'}|name|without `}}`",
                "{specificationVersion: jobtemplate-2023-09, description: ''}|description|must not be empty",
                "{specificationVersion: jobtemplate-2023-09, parameterDefinitions: []}|parameterDefinitions|must not be empty",
                "{specificationVersion: jobtemplate-2023-09, extensions: []}|extensions|must not be empty",
                "{specificationVersion: jobtemplate-2023-09, extensions: [TASK_CHUNKIN]}|extensions[0]|did you mean `TASK_CHUNKING`",
                "{specificationVersion: jobtemplate-2023-09, extensions: [EXPR]}|extensions[0]|not supported yet",
                "{specificationVersion: jobtemplate-2023-09, extensions: [expr]}|extensions[0]|capital letters",
                "{specificationVersion: jobtemplate-2023-09, extensions: [TASK_CHUNKING, TASK_CHUNKING]}|extensions[1]|twice",
                "{specificationVersion: jobtemplate-2023-09, steps: {a: b}}|steps|must be a list, not a group of keys",
                "{specificationVersion: jobtemplate-2023-09, steps: [a]}|steps[0]|must be a group of keys, not a text",
            })
    void refusesWithAPlaceAndASentence(String text, String path, String part) {
        assertProblem(text, path, part);
    }

    @Test
    void everyProblemIsToldAtOnceWithItsLine() {
        String text =
                """
                specificationVersion: jobtemplate-2023-09
                extensions: [LUMENYARD_ENGINE]
                name: "{{Param.Sceen}}"
                parameterDefinitions:
                - {name: Scene, type: STRIN}
                steps:
                - name: Render
                  script:
                    engine:
                      nam: blender
                      settings: {scene: "{{Task.Parm.F}}"}
                  colour: red
                """;
        assertThat(problemsOf(text))
                .extracting(Problem::toString)
                .containsExactly(
                        "parameterDefinitions[0].type: `STRIN` is not one of STRING, PATH, INT, FLOAT; did you mean `STRING`? (line 5)",
                        "name: `Param.Sceen` is not known here (line 3)",
                        "steps[0].colour: The key `colour` is not known here (line 12)",
                        "steps[0].script.engine: The key `name` is missing (line 10)",
                        "steps[0].script.engine.nam: The key `nam` is not known here; did you mean `name`? (line 10)",
                        "steps[0].script.engine.settings.scene: `Task.Parm.F` is not known here (line 11)");
    }

    @Test
    void namesHaveTheirLimits() {
        assertThat(
                        problemsOf(
                                "specificationVersion: jobtemplate-2023-09\nname: "
                                        + "x".repeat(128)
                                        + "\n"
                                        + Templates.STEP))
                .isEmpty();
        assertProblem(
                "specificationVersion: jobtemplate-2023-09\nname: "
                        + "x".repeat(129)
                        + "\n"
                        + Templates.STEP,
                "name",
                "at most 128");
        assertThat(problemsOf(HEAD + "steps: [{name: " + "x".repeat(64) + ", " + SCRIPT + "}]"))
                .isEmpty();
        assertProblem(
                HEAD + "steps: [{name: " + "x".repeat(65) + ", " + SCRIPT + "}]",
                "steps[0].name",
                "at most 64");
        assertProblem(
                HEAD + "steps: [{name: \"a\\u0085b\", " + SCRIPT + "}]",
                "steps[0].name",
                "Control characters");
    }

    @Test
    void aNameThatComesOutWrongIsTheSubmittersProblem() {
        String text = withStep("").replace("name: Test\n", "name: \"{{Param.Text}}\"\n");
        assertThat(Template.parse(text).instantiate(Map.of("Text", "x".repeat(128))).name())
                .hasSize(128);
        assertThat(problemsOf(text, Map.of("Text", "x".repeat(129))).getFirst().message())
                .contains("at most 128");
        assertThat(problemsOf(text, Map.of("Text", "a\u0085b")).getFirst().message())
                .contains("Control characters");
        assertThat(problemsOf(text, Map.of("Text", "")).getFirst().path()).isEqualTo("name");
    }

    @Test
    void stepsMayDependOnEachOtherButNotInACircle() {
        String chain =
                HEAD
                        + "steps:\n- {name: B, dependencies: [{dependsOn: A}], "
                        + SCRIPT
                        + "}\n- {name: A, "
                        + SCRIPT
                        + "}\n";
        assertThat(Template.parse(chain).instantiate(Map.of()).steps().getFirst().dependencies())
                .containsExactly("A");
        assertProblem(
                HEAD + "steps:\n- {name: A, dependencies: [{dependsOn: A}], " + SCRIPT + "}",
                "steps[0]",
                "depends on itself");
        assertProblem(
                HEAD
                        + "steps:\n- {name: Render, "
                        + SCRIPT
                        + "}\n- {name: A, dependencies: [{dependsOn: Rendr}], "
                        + SCRIPT
                        + "}",
                "steps[1]",
                "did you mean `Render`");
        assertProblem(
                HEAD
                        + "steps:\n- {name: Z, dependencies: [{dependsOn: A}], "
                        + SCRIPT
                        + "}\n- {name: A, dependencies: [{dependsOn: B}], "
                        + SCRIPT
                        + "}\n- {name: B, dependencies: [{dependsOn: A}], "
                        + SCRIPT
                        + "}",
                "steps",
                "These steps wait for each other: A, B");
        assertProblem(
                HEAD + "steps:\n- {name: A, dependencies: [], " + SCRIPT + "}",
                "steps[0].dependencies",
                "must not be empty");
        assertProblem(
                HEAD + "steps:\n- {name: A, " + SCRIPT + "}\n- {name: A, " + SCRIPT + "}",
                "steps[1]",
                "another step `A`");
    }

    @Test
    void aLongChainOfStepsIsNoBurden() {
        String steps =
                IntStream.range(0, 20_000)
                        .mapToObj(i ->
                                "- {name: S%d, dependencies: [{dependsOn: S%d}], %s}\n"
                                        .formatted(i, (i + 1) % 20_000, SCRIPT))
                        .collect(Collectors.joining());
        assertProblem(HEAD + "steps:\n" + steps, "steps", "These steps wait for each other");
    }

    @Test
    void theStepsOfTheStandardThatAreNotReadYetSaySo() {
        assertProblem(
                HEAD + "steps: [{name: A, bash: {script: 'echo'}}]",
                "steps[0].bash",
                "FEATURE_BUNDLE_1");
        assertProblem(
                HEAD + "steps: [{name: A, let: ['a = 1'], " + SCRIPT + "}]",
                "steps[0].let",
                "EXPR");
    }

    @Test
    void aMillionFramesByEightCamerasAreATemplateLikeAnyOther() {
        String text =
                Templates.withSpace(
                        """
                        taskParameterDefinitions:
                        - {name: Frame, type: INT, range: 1-1000000}
                        - {name: Camera, type: STRING, range: [a, b, c, d, e, f, g, h]}
                        """);
        ParameterSpace space =
                Template.parse(text).instantiate(Map.of()).steps().getFirst().parameterSpace();
        assertThat(space.size()).isEqualTo(8_000_000);
        assertThat(space.toCanonical()).hasSizeLessThan(300);
    }
}
