package org.lumenyard.openjd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lumenyard.openjd.Templates.problemsOf;
import static org.lumenyard.openjd.Templates.withSpace;
import static org.lumenyard.openjd.Templates.withStep;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepTest {
    private static void assertProblem(String text, String path, String part) {
        assertThat(problemsOf(text))
                .anySatisfy(problem -> {
                    assertThat(problem.path()).isEqualTo(path);
                    assertThat(problem.message()).contains(part);
                    assertThat(problem.line()).isPositive();
                });
    }

    private static Step only(String text, Map<String, String> values) {
        return Template.parse(text).instantiate(values).steps().getFirst();
    }

    private static List<String> labels(ParameterSpace space) {
        return LongStream.range(0, space.size()).mapToObj(space::labelAt).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "1-{{Param.Count}}:4|1,5,9",
                "{{Param.Count}}|10",
                "[3, '1', 2, '{{Param.Count}}', '02']|3,1,2,10,2",
                "[1]|1",
                "'10-1:-3'|1,4,7,10",
            })
    void integersAreAnExpressionOrAList(String range, String values) {
        String quoted =
                range.startsWith("[") || range.startsWith("'") ? range : "\"" + range + "\"";
        Step step =
                only(
                        withSpace(
                                "taskParameterDefinitions: [{name: F, type: INT, range: "
                                        + quoted
                                        + "}]"),
                        Map.of());
        assertThat(labels(step.parameterSpace())).isEqualTo(List.of(values.split(",")));
    }

    @Test
    void otherTypesAreLists() {
        Step step =
                only(
                        withSpace(
                                """
                                taskParameterDefinitions:
                                - {name: S, type: STRING, range: ["{{Param.Text}}s", "{{RawParam.Scene}}"]}
                                - {name: F, type: FLOAT, range: [1.50, "2", "{{Param.Count}}"]}
                                - {name: P, type: PATH, range: [/a, b]}
                                combination: (S, P) * F
                                """),
                        Map.of("Text", "moon"));
        assertThat(labels(step.parameterSpace()))
                .containsExactly(
                        "moons · 1.50 · /a",
                        "moons · 2 · /a",
                        "moons · 10 · /a",
                        "a.blend · 1.50 · b",
                        "a.blend · 2 · b",
                        "a.blend · 10 · b");
        assertThat(step.parameterSpace().types())
                .containsExactly(
                        Map.entry("S", ValueType.STRING),
                        Map.entry("F", ValueType.FLOAT),
                        Map.entry("P", ValueType.PATH));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "taskParameterDefinitions: []|taskParameterDefinitions|must not be empty",
                "{}||`taskParameterDefinitions` is missing",
                "taskParameterDefinitions: [{name: F, type: INT}]|taskParameterDefinitions[0]|`range` is missing",
                "taskParameterDefinitions: [{name: F, type: INT, range: '1-'}]|taskParameterDefinitions[0].range|column 3 it ends",
                "taskParameterDefinitions: [{name: F, type: INT, range: 5}]|taskParameterDefinitions[0].range|put it in quotes",
                "taskParameterDefinitions: [{name: F, type: INT, range: []}]|taskParameterDefinitions[0].range|must not be empty",
                "taskParameterDefinitions: [{name: F, type: INT, range: [1.5]}]|taskParameterDefinitions[0].range[0]|must be a number",
                "taskParameterDefinitions: [{name: F, type: INT, range: ['1-5']}]|taskParameterDefinitions[0].range[0]|not an integer",
                "taskParameterDefinitions: [{name: F, type: INT, range: [true]}]|taskParameterDefinitions[0].range[0]|must be a number",
                "taskParameterDefinitions: [{name: F, type: FLOAT, range: [x]}]|taskParameterDefinitions[0].range[0]|not a finite",
                "taskParameterDefinitions: [{name: F, type: FLOAT, range: '1-5'}]|taskParameterDefinitions[0].range|must be a list",
                "taskParameterDefinitions: [{name: F, type: STRING, range: [1]}]|taskParameterDefinitions[0].range[0]|must be a text",
                "taskParameterDefinitions: [{name: F, type: STRING, range: ['']}]|taskParameterDefinitions[0].range[0]|must not be empty",
                "taskParameterDefinitions: [{name: F, type: BOOL, range: [a]}]|taskParameterDefinitions[0].type|not one of",
                "taskParameterDefinitions: [{name: F, type: INT, range: '1-{{Param.Conut}}'}]|taskParameterDefinitions[0].range|did you mean `Param.Count`",
                "taskParameterDefinitions: [{name: F, type: STRING, range: ['{{Param.Scene}}']}]|taskParameterDefinitions[0].range[0]|here `RawParam.Scene` may be used",
                "taskParameterDefinitions: [{name: F, type: STRING, range: ['{{Task.Param.F}}']}]|taskParameterDefinitions[0].range[0]|only while a task runs",
                "taskParameterDefinitions: [{name: F, type: INT, range: '1', chunks: {}}]|taskParameterDefinitions[0].chunks|not known here",
                "taskParameterDefinitions: [{name: F, type: INT, range: '1'}, {name: F, type: INT, range: '1'}]|taskParameterDefinitions|two task parameters `F`",
                "{taskParameterDefinitions: [{name: F, type: INT, range: '1'}], combination: F*G}|combination|no task parameter `G`",
                "{taskParameterDefinitions: [{name: F, type: INT, range: '1'}], combination: F*F}|combination|stands here twice",
                "{taskParameterDefinitions: [{name: F, type: INT, range: '1'}], combination: ''}|combination|must not be empty",
                "{taskParameterDefinitions: [{name: F, type: INT, range: '1'}, {name: G, type: INT, range: '1'}], combination: F}|combination|`G` is missing",
                "{taskParameterDefinitions: [{name: A, type: INT, range: '1-3'}, {name: B, type: INT, range: '1-2'}], combination: '(A,B)'}|combination|different numbers of values: [3, 2]",
                "{taskParameterDefinitions: [{name: F, type: INT, range: '1'}], combinaton: F}|combinaton|did you mean `combination`",
            })
    void refusesSpacesWithAPlaceAndASentence(String space, String path, String part) {
        String at = "steps[0].parameterSpace" + (path == null || path.isEmpty() ? "" : "." + path);
        assertProblem(withSpace(space), at, part);
    }

    @Test
    void valuesThatComeOutWrongAreTheSubmittersProblem() {
        String text =
                withSpace(
                        "taskParameterDefinitions: [{name: F, type: INT, range: '1-{{Param.Count}}'}]");
        assertThat(problemsOf(text)).isEmpty();
        assertThat(problemsOf(text, Map.of("Count", "-5")))
                .singleElement()
                .satisfies(
                        problem ->
                                assertThat(problem.path())
                                        .isEqualTo(
                                                "steps[0].parameterSpace.taskParameterDefinitions[0].range"),
                        problem ->
                                assertThat(problem.message())
                                        .contains("goes down")
                                        .contains("(in `1--5`)"));
        String texts =
                withSpace(
                        "taskParameterDefinitions: [{name: F, type: STRING, range: ['{{Param.Text}}{{Param.Text}}']}]");
        assertThat(problemsOf(texts, Map.of("Text", "x".repeat(512)))).isEmpty();
        assertThat(problemsOf(texts, Map.of("Text", "x".repeat(513))).getFirst().message())
                .contains("at most 1024");
    }

    @Test
    void listsAndParametersHaveTheirLimits() {
        String list =
                IntStream.range(0, 1024)
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining(","));
        assertThat(
                        problemsOf(
                                withSpace(
                                        "taskParameterDefinitions: [{name: F, type: INT, range: ["
                                                + list
                                                + "]}]")))
                .isEmpty();
        assertThat(
                        problemsOf(
                                withSpace(
                                        "taskParameterDefinitions: [{name: F, type: INT, range: ["
                                                + list
                                                + ",9]}]")))
                .isNotEmpty();
        String sixteen =
                IntStream.range(0, 16)
                        .mapToObj(i -> "{name: P" + i + ", type: INT, range: '1'}")
                        .collect(Collectors.joining(","));
        assertThat(problemsOf(withSpace("taskParameterDefinitions: [" + sixteen + "]"))).isEmpty();
        assertThat(
                        problemsOf(
                                withSpace(
                                        "taskParameterDefinitions: ["
                                                + sixteen
                                                + ",{name: Q, type: INT, range: '1'}]")))
                .isNotEmpty();
    }

    private static String chunked(String definition, String more) {
        return withSpace(
                "taskParameterDefinitions:\n- {name: F, type: 'CHUNK[INT]', "
                        + definition
                        + "}\n"
                        + more);
    }

    @Test
    void chunksAreCutFromExpressionsAndLists() {
        String count =
                "chunks: {defaultTaskCount: '{{Param.Count}}', rangeConstraint: CONTIGUOUS, targetRuntimeSeconds: 0}";
        assertThat(
                        labels(
                                only(chunked("range: '1-12', " + count, ""), Map.of("Count", "5"))
                                        .parameterSpace()))
                .containsExactly("1-4", "5-8", "9-12");
        assertThat(
                        labels(
                                only(
                                                chunked("range: [3, '1', 2], " + count, ""),
                                                Map.of("Count", "2"))
                                        .parameterSpace()))
                .containsExactly("1-2", "3-3");
        assertThat(
                        problemsOf(chunked("range: '1-12', " + count, ""), Map.of("Count", "0"))
                                .getFirst()
                                .message())
                .contains("at least 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "range: '1-9'|[0]|`chunks` is missing",
                "range: '1-9', chunks: {rangeConstraint: CONTIGUOUS}|[0].chunks|`defaultTaskCount` is missing",
                "range: '1-9', chunks: {defaultTaskCount: 1}|[0].chunks|`rangeConstraint` is missing",
                "range: '1-9', chunks: {defaultTaskCount: 0, rangeConstraint: CONTIGUOUS}|[0].chunks.defaultTaskCount|at least 1",
                "range: '1-9', chunks: {defaultTaskCount: 1, rangeConstraint: contiguous}|[0].chunks.rangeConstraint|did you mean `CONTIGUOUS`",
                "range: '1-9', chunks: {defaultTaskCount: 1, targetRuntimeSeconds: -1, rangeConstraint: CONTIGUOUS}|[0].chunks.targetRuntimeSeconds|at least 0",
                "range: [1, 1], chunks: {defaultTaskCount: 1, rangeConstraint: CONTIGUOUS}|[0].range[0]|appears twice",
            })
    void refusesChunksWithAPlaceAndASentence(String definition, String path, String part) {
        assertProblem(
                chunked(definition, ""),
                "steps[0].parameterSpace.taskParameterDefinitions" + path,
                part);
    }

    @Test
    void chunksNeedTheirExtensionAreNotPairedAndOnlyOnce() {
        String chunks = "chunks: {defaultTaskCount: 2, rangeConstraint: CONTIGUOUS}";
        String plain = chunked("range: '1-9', " + chunks, "");
        assertProblem(
                plain.replace("TASK_CHUNKING, ", ""),
                "steps[0].parameterSpace.taskParameterDefinitions[0].type",
                "needs `extensions: [TASK_CHUNKING]`");
        assertProblem(
                chunked(
                        "range: '1-9', " + chunks,
                        "- {name: B, type: INT, range: 1-9}\ncombination: (F,B)"),
                "steps[0].parameterSpace.combination",
                "cannot be paired");
        assertProblem(
                chunked(
                        "range: '1-9', " + chunks,
                        "- {name: B, type: 'CHUNK[INT]', range: 1-9, " + chunks + "}"),
                "steps[0].parameterSpace.taskParameterDefinitions",
                "Only one");
        assertThat(
                        problemsOf(
                                chunked(
                                        "range: '1-9', " + chunks,
                                        "- {name: B, type: INT, range: 1-9}\ncombination: B*F")))
                .isEmpty();
    }

    @Test
    void requirementsComeOutInLowerCase() {
        Step step =
                only(
                        withStep(
                                """
                                hostRequirements:
                                  amounts:
                                  - {name: Amount.Worker.vCPU, min: 4}
                                  - {name: "amount.{{Param.Text}}.seats", min: 0, max: 1.5}
                                  - {name: "acme:amount.worker.odd", max: 2}
                                  attributes:
                                  - {name: attr.worker.os.family, anyOf: [Linux, macos]}
                                  - {name: attr.scene.cache, allOf: ["{{Param.Text}}", B-2]}
                                """),
                        Map.of("Text", "nuke"));
        assertThat(step.hostRequirements())
                .isEqualTo(
                        new HostRequirements(
                                List.of(
                                        new HostRequirements.Amount(
                                                "amount.worker.vcpu", 4.0, null),
                                        new HostRequirements.Amount("amount.nuke.seats", 0.0, 1.5),
                                        new HostRequirements.Amount(
                                                "acme:amount.worker.odd", null, 2.0)),
                                List.of(
                                        new HostRequirements.Attribute(
                                                "attr.worker.os.family",
                                                List.of("linux", "macos"),
                                                List.of()),
                                        new HostRequirements.Attribute(
                                                "attr.scene.cache",
                                                List.of(),
                                                List.of("nuke", "b-2")))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{}||`amounts` or `attributes`",
                "{amounts: []}|.amounts|must not be empty",
                "{amounts: [{name: amount.x}]}|.amounts[0]|`min` or `max`",
                "{amounts: [{name: amount.x, min: -1}]}|.amounts[0].min|not be less than 0",
                "{amounts: [{name: amount.x, max: 0}]}|.amounts[0].max|more than 0",
                "{amounts: [{name: amount.x, min: 3, max: 2}]}|.amounts[0]|`min` is more than `max`",
                "{amounts: [{name: amount.x, min: '1'}]}|.amounts[0].min|must be a number",
                "{amounts: [{name: x, min: 1}]}|.amounts[0].name|look like `amount.worker.memory`",
                "{amounts: [{name: amount., min: 1}]}|.amounts[0].name|look like",
                "{amounts: [{name: amount.1x, min: 1}]}|.amounts[0].name|look like",
                "{amounts: [{name: attr.x, min: 1}]}|.amounts[0].name|look like",
                "{amounts: [{name: amount.worker.licenses, min: 1}]}|.amounts[0].name|kept for those",
                "{amounts: [{name: amount.worker.vpcu, min: 1}]}|.amounts[0].name|did you mean `amount.worker.vcpu`",
                "{amounts: [{name: amount.worker.vcpu, min: 0.5}]}|.amounts[0].name|at least 1 vCPU",
                "{amounts: [{name: amount.x, min: 1}, {name: AMOUNT.X, min: 1}]}|.amounts[1].name|twice (case does not count)",
                "{attributes: [{name: attr.x}]}|.attributes[0]|`anyOf` or `allOf`",
                "{attributes: [{name: attr.x, anyOf: []}]}|.attributes[0].anyOf|must not be empty",
                "{attributes: [{name: attr.x, anyOf: ['3.4']}]}|.attributes[0].anyOf[0]|begin with a letter",
                "{attributes: [{name: attr.worker.os.family, anyOf: [linus]}]}|.attributes[0].anyOf[0]|did you mean `linux`",
                "{attributes: [{name: attr.worker.os.family, allOf: [linux, macos]}]}|.attributes[0].name|can never have all",
                "{attributes: [{name: attr.worker.x, allOf: [a]}]}|.attributes[0].name|kept for those",
                "{attributes: [{name: '{{Task.Param.F}}', allOf: [a]}]}|.attributes[0].name|only while a task runs",
            })
    void refusesRequirementsWithAPlaceAndASentence(String requirements, String path, String part) {
        assertProblem(
                withStep("hostRequirements: " + requirements),
                "steps[0].hostRequirements" + (path == null ? "" : path),
                part);
    }

    @ParameterizedTest
    @ValueSource(strings = {"worker.licenses", "1x", "x y", ""})
    void namesOfCapabilitiesAreCheckedAgainWhenTheyAreKnown(String text) {
        String template =
                withStep("hostRequirements: {amounts: [{name: 'amount.{{Param.Text}}', min: 1}]}");
        assertThat(problemsOf(template)).isEmpty();
        assertThat(problemsOf(template, Map.of("Text", text))).hasSize(1);
    }

    @Test
    void requirementsHaveTheirLimits() {
        String fifty =
                IntStream.range(0, 50)
                        .mapToObj(i -> "{name: amount.x" + i + ", min: 1}")
                        .collect(Collectors.joining(","));
        assertThat(problemsOf(withStep("hostRequirements: {amounts: [" + fifty + "]}"))).isEmpty();
        assertThat(
                        problemsOf(
                                withStep(
                                        "hostRequirements: {amounts: ["
                                                + fifty
                                                + "], attributes: [{name: attr.x, anyOf: [a]}]}")))
                .hasSize(1);
        assertThat(
                        problemsOf(
                                withStep(
                                        "hostRequirements: {amounts: [{name: amount."
                                                + "x".repeat(64)
                                                + ", min: 1}]}")))
                .isEmpty();
        assertThat(
                        problemsOf(
                                withStep(
                                        "hostRequirements: {amounts: [{name: amount."
                                                + "x".repeat(65)
                                                + ", min: 1}]}")))
                .hasSize(1);
        assertThat(
                        problemsOf(
                                withStep(
                                        "hostRequirements: {attributes: [{name: attr.x, anyOf: ["
                                                + "x".repeat(101)
                                                + "]}]}")))
                .hasSize(1);
    }
}
