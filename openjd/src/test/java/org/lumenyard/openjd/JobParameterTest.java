package org.lumenyard.openjd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.lumenyard.openjd.Templates.problemsOf;
import static org.lumenyard.openjd.Templates.withParameters;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lumenyard.openjd.UserInterface.Control;

class JobParameterTest {
    private static JobParameter only(String parameter) {
        return Template.parse(withParameters("- " + parameter)).parameters().getFirst();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{name: A, type: STRING}",
                "{name: _a9, type: STRING, description: 'lines\n\tand tabs', default: '', minLength: 0, maxLength: 5}",
                "{name: A, type: STRING, allowedValues: [a, b], default: a, userInterface: {control: DROPDOWN_LIST, label: L, groupLabel: G}}",
                "{name: A, type: STRING, allowedValues: ['Yes', 'NO'], userInterface: {control: CHECK_BOX}}",
                "{name: A, type: STRING, allowedValues: ['0', '1'], userInterface: {control: CHECK_BOX}}",
                "{name: A, type: STRING, allowedValues: [a], userInterface: {control: HIDDEN}}",
                "{name: A, type: STRING, userInterface: {control: MULTILINE_EDIT}}",
                "{name: A, type: STRING, minLength: 3, maxLength: 3, default: abc}",
                "{name: A, type: PATH}",
                "{name: A, type: PATH, objectType: FILE, dataFlow: OUT, userInterface: {control: CHOOSE_OUTPUT_FILE, "
                        + "fileFilters: [{label: Images, patterns: ['*.png', '*.*', '*']}], fileFilterDefault: {label: All, patterns: ['*']}}}",
                "{name: A, type: INT, default: 5, minValue: '-3', maxValue: 5, userInterface: {control: SPIN_BOX, singleStepDelta: 2}}",
                "{name: A, type: INT, default: '9223372036854775807', allowedValues: [9223372036854775807, '5']}",
                "{name: A, type: INT, default: -9223372036854775808, minValue: -9223372036854775808}",
                "{name: A, type: FLOAT, default: 1, minValue: '0.5', maxValue: 1e3, userInterface: {decimals: 2, singleStepDelta: 0.1}}",
                "{name: A, type: FLOAT, allowedValues: [1.50, '2'], default: 1.5}",
            })
    void acceptsWhatTheStandardAllows(String parameter) {
        assertThat(problemsOf(withParameters("- " + parameter))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{type: STRING}|parameterDefinitions[0]|`name` is missing",
                "{name: A}|parameterDefinitions[0]|`type` is missing",
                "{name: 1A, type: STRING}|parameterDefinitions[0].name|begin with a letter",
                "{name: A-B, type: STRING}|parameterDefinitions[0].name|letters, digits",
                "{name: '', type: STRING}|parameterDefinitions[0].name|must not be empty",
                "{name: A, type: string}|parameterDefinitions[0].type|did you mean `STRING`",
                "{name: A, type: BOOL}|parameterDefinitions[0].type|not one of",
                "{name: A, type: 'CHUNK[INT]'}|parameterDefinitions[0].type|not one of",
                "{name: A, type: STRING, defualt: x}|parameterDefinitions[0].defualt|did you mean `default`",
                "{name: A, type: STRING, minValue: 1}|parameterDefinitions[0].minValue|not known here",
                "{name: A, type: INT, minLength: 1}|parameterDefinitions[0].minLength|not known here",
                "{name: A, type: STRING, default: 5}|parameterDefinitions[0].default|put it in quotes, \"5\"",
                "{name: A, type: STRING, default: }|parameterDefinitions[0].default|it is empty",
                "{name: A, type: STRING, maxLength: -1}|parameterDefinitions[0].maxLength|at least 1",
                "{name: A, type: STRING, minLength: 5, maxLength: 4}|parameterDefinitions[0]|`minLength` is more than `maxLength`",
                "{name: A, type: STRING, minLength: 5, default: abc}|parameterDefinitions[0].default|at least 5",
                "{name: A, type: STRING, maxLength: 2, default: abc}|parameterDefinitions[0].default|at most 2",
                "{name: A, type: STRING, maxLength: 2, allowedValues: [abc]}|parameterDefinitions[0].allowedValues|at most 2",
                "{name: A, type: STRING, allowedValues: []}|parameterDefinitions[0].allowedValues|must not be empty",
                "{name: A, type: STRING, allowedValues: [a], default: b}|parameterDefinitions[0].default|not one of",
                "{name: A, type: STRING, description: ''}|parameterDefinitions[0].description|must not be empty",
                "{name: A, type: STRING, userInterface: {control: DROPDOWN_LIST}}|parameterDefinitions[0].userInterface.control|needs `allowedValues`",
                "{name: A, type: STRING, allowedValues: [a], userInterface: {control: LINE_EDIT}}|parameterDefinitions[0].userInterface.control|cannot",
                "{name: A, type: STRING, userInterface: {control: CHECK_BOX}}|parameterDefinitions[0].userInterface.control|two `allowedValues`",
                "{name: A, type: STRING, allowedValues: [yes, off], userInterface: {control: CHECK_BOX}}|parameterDefinitions[0].userInterface.control|two",
                "{name: A, type: STRING, allowedValues: [yes], userInterface: {control: CHECK_BOX}}|parameterDefinitions[0].userInterface.control|two",
                "{name: A, type: STRING, userInterface: {control: SPIN_BOX}}|parameterDefinitions[0].userInterface.control|not one of",
                "{name: A, type: STRING, userInterface: {label: \"a\\nb\"}}|parameterDefinitions[0].userInterface.label|Control characters",
                "{name: A, type: STRING, userInterface: {label: ''}}|parameterDefinitions[0].userInterface.label|must not be empty",
                "{name: A, type: PATH, objectType: FOLDER}|parameterDefinitions[0].objectType|not one of FILE, DIRECTORY",
                "{name: A, type: PATH, dataFlow: BOTH}|parameterDefinitions[0].dataFlow|not one of",
                "{name: A, type: PATH, userInterface: {fileFilters: [{label: a, patterns: ['*']}]}}|parameterDefinitions[0].userInterface.fileFilters[0]|need the control",
                "{name: A, type: PATH, objectType: FILE, userInterface: {fileFilters: [{label: a, patterns: ['**']}]}}|parameterDefinitions[0].userInterface.fileFilters[0].patterns[0]|must be `*`",
                "{name: A, type: PATH, objectType: FILE, userInterface: {fileFilters: [{label: a, patterns: ['*.a/b']}]}}|parameterDefinitions[0].userInterface.fileFilters[0].patterns[0]|must be `*`",
                "{name: A, type: PATH, objectType: FILE, userInterface: {fileFilters: [{label: a, patterns: []}]}}|parameterDefinitions[0].userInterface.fileFilters[0].patterns|must not be empty",
                "{name: A, type: INT, default: true}|parameterDefinitions[0].default|must be an integer, not true or false",
                "{name: A, type: INT, default: 1.0}|parameterDefinitions[0].default|must be an integer, not a decimal number",
                "{name: A, type: INT, default: '1.0'}|parameterDefinitions[0].default|not a decimal integer",
                "{name: A, type: INT, default: 9223372036854775808}|parameterDefinitions[0].default|64 bits",
                "{name: A, type: INT, allowedValues: [1, null]}|parameterDefinitions[0].allowedValues[1]|must be an integer",
                "{name: A, type: INT, minValue: 3, maxValue: 2}|parameterDefinitions[0]|`minValue` is more than `maxValue`",
                "{name: A, type: INT, minValue: 3, default: 2}|parameterDefinitions[0].default|less than the minimum, 3",
                "{name: A, type: INT, maxValue: 3, default: 4}|parameterDefinitions[0].default|more than the maximum, 3",
                "{name: A, type: INT, allowedValues: [1, 2], default: 4}|parameterDefinitions[0].default|not one of",
                "{name: A, type: INT, userInterface: {singleStepDelta: 0}}|parameterDefinitions[0].userInterface.singleStepDelta|at least 1",
                "{name: A, type: INT, userInterface: {singleStepDelta: 1.5}}|parameterDefinitions[0].userInterface.singleStepDelta|must be an integer",
                "{name: A, type: INT, userInterface: {decimals: 2}}|parameterDefinitions[0].userInterface.decimals|not known",
                "{name: A, type: FLOAT, default: abc}|parameterDefinitions[0].default|not a finite decimal",
                "{name: A, type: FLOAT, default: .nan}|parameterDefinitions[0].default|not a finite decimal",
                "{name: A, type: FLOAT, default: 1e400}|parameterDefinitions[0].default|not a finite decimal",
                "{name: A, type: FLOAT, minValue: 1.5, default: 1}|parameterDefinitions[0].default|less than the minimum, 1.5",
                "{name: A, type: FLOAT, userInterface: {singleStepDelta: 0.0}}|parameterDefinitions[0].userInterface.singleStepDelta|more than 0",
            })
    void refusesWithAPlaceAndASentence(String parameter, String path, String part) {
        assertThat(problemsOf(withParameters("- " + parameter)))
                .anySatisfy(problem -> {
                    assertThat(problem.path()).isEqualTo(path);
                    assertThat(problem.message()).contains(part);
                });
    }

    @Test
    void limitsAreCountedInCharactersNotInUnits() {
        String face = "😀";
        assertThat(
                        problemsOf(
                                withParameters(
                                        "- {name: A, type: STRING, default: \""
                                                + face.repeat(1024)
                                                + "\"}")))
                .isEmpty();
        assertThat(
                        problemsOf(
                                withParameters(
                                        "- {name: A, type: STRING, default: \""
                                                + face.repeat(1025)
                                                + "\"}")))
                .hasSize(1);
        assertThat(problemsOf(withParameters("- {name: " + "a".repeat(64) + ", type: STRING}")))
                .isEmpty();
        assertThat(problemsOf(withParameters("- {name: " + "a".repeat(65) + ", type: STRING}")))
                .hasSize(1);
        assertThat(
                        problemsOf(
                                withParameters(
                                        "- {name: a, type: STRING, description: "
                                                + "a".repeat(2048)
                                                + "}")))
                .isEmpty();
        assertThat(
                        problemsOf(
                                withParameters(
                                        "- {name: a, type: STRING, description: "
                                                + "a".repeat(2049)
                                                + "}")))
                .hasSize(1);
    }

    @Test
    void thereAreAtMostFiftyAndNoneTwice() {
        assertThat(problemsOf(withParameters(many(50)))).isEmpty();
        assertThat(problemsOf(withParameters(many(51)))).hasSize(1);
        assertThat(
                        problemsOf(
                                        withParameters(
                                                "- {name: A, type: INT}\n- {name: A, type: STRING}"))
                                .getFirst()
                                .message())
                .contains("another parameter `A`");
    }

    private static String many(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "- {name: P" + i + ", type: INT, default: 1}\n")
                .collect(Collectors.joining());
    }

    @Test
    void formsGetTheStandardsDefaults() {
        assertThat(only("{name: A, type: STRING}").userInterface().control())
                .isEqualTo(Control.LINE_EDIT);
        assertThat(only("{name: A, type: STRING}").userInterface().label()).isEqualTo("A");
        assertThat(only("{name: A, type: INT, allowedValues: [1]}").userInterface().control())
                .isEqualTo(Control.DROPDOWN_LIST);
        assertThat(only("{name: A, type: FLOAT}").userInterface().control())
                .isEqualTo(Control.SPIN_BOX);
        assertThat(only("{name: A, type: PATH}").userInterface().control())
                .isEqualTo(Control.CHOOSE_DIRECTORY);
        assertThat(only("{name: A, type: PATH, objectType: FILE}").userInterface().control())
                .isEqualTo(Control.CHOOSE_INPUT_FILE);
        assertThat(
                        only("{name: A, type: PATH, objectType: FILE, dataFlow: OUT}")
                                .userInterface()
                                .control())
                .isEqualTo(Control.CHOOSE_OUTPUT_FILE);
    }

    @Test
    void givenValuesAreCheckedAllAtOnce() {
        String template =
                withParameters(
                        """
                        - {name: Samples, type: INT, minValue: 1, maxValue: 64}
                        - {name: Scale, type: FLOAT, default: 3.500, allowedValues: [3.5, 4]}
                        - {name: Scene, type: PATH}
                        - {name: Mode, type: STRING, allowedValues: [draft, final], default: draft}
                        """);
        assertThat(
                        problemsOf(
                                template,
                                Map.of(
                                        "Samples", "65", "Scale", "5", "Mode", "finale", "Sampels",
                                        "1")))
                .extracting(Problem::toString)
                .containsExactly(
                        "parameters.Sampels: The template has no parameter `Sampels`; did you mean `Samples`?",
                        "parameters.Samples: 65 is more than the maximum, 64",
                        "parameters.Scale: 5 is not one of 3.5, 4",
                        "parameters.Scene: `Scene` has no default, so it needs a value",
                        "parameters.Mode: `finale` is not one of draft, final; did you mean `final`?");
        Job job =
                Template.parse(template)
                        .instantiate(Map.of("Samples", "007", "Scene", "/a b/c.blend"));
        assertThat(job.parameters())
                .containsExactly(
                        new Job.Parameter("Samples", ValueType.INT, "7", "007"),
                        new Job.Parameter("Scale", ValueType.FLOAT, "3.500", "3.500"),
                        new Job.Parameter("Scene", ValueType.PATH, "/a b/c.blend", "/a b/c.blend"),
                        new Job.Parameter("Mode", ValueType.STRING, "draft", "draft"));
    }

    @Test
    void valuesThatNoProgramCanBeGivenAreRefused() {
        String template = withParameters("- {name: A, type: STRING}");
        assertThat(problemsOf(template, Map.of("A", "a\0b"))).hasSize(1);
        assertThat(problemsOf(template, Map.of("A", "a\ud800"))).hasSize(1);
        assertThat(problemsOf(template, Map.of("A", "a\ud83d\ude00\n"))).isEmpty();
    }

    @Test
    void pathsAreJoinedBeforeTheyAreChecked() {
        var folders = new Folders("/templates/film", "/home/ann");
        JobTemplate template =
                Template.parse(
                        withParameters(
                                "- {name: P, type: PATH, default: in/a.blend, maxLength: 30}"));
        assertThat(pathOf(template.instantiate(Map.of(), folders)))
                .isEqualTo("/templates/film/in/a.blend");
        assertThat(pathOf(template.instantiate(Map.of("P", "b.blend"), folders)))
                .isEqualTo("/home/ann/b.blend");
        assertThat(pathOf(template.instantiate(Map.of("P", "../b"), folders)))
                .isEqualTo("/home/ann/../b");
        assertThat(pathOf(template.instantiate(Map.of("P", "/x/b"), folders))).isEqualTo("/x/b");
        assertThat(pathOf(template.instantiate(Map.of("P", "C:\\x"), folders))).isEqualTo("C:\\x");
        assertThat(pathOf(template.instantiate(Map.of("P", "b")))).isEqualTo("b");
        assertThat(catchThrowable(() -> template.instantiate(Map.of("P", "x".repeat(25)), folders)))
                .hasMessageContaining("at most 30");
    }

    private static String pathOf(Job job) {
        return job.parameters().getFirst().value();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/abs/a.blend",
                "../a.blend",
                "..",
                "a/../../b",
                "a\\\\..\\\\..\\\\b",
                "C:\\\\a"
            })
    void aDefaultMayNotLeaveTheTemplatesFolder(String path) {
        JobTemplate template =
                Template.parse(
                        withParameters("- {name: P, type: PATH, default: \"" + path + "\"}"));
        var refused =
                catchThrowableOfType(
                        TemplateException.class,
                        () -> template.instantiate(Map.of(), new Folders("/templates", "/home")));
        assertThat(refused.problems()).hasSize(1);
    }
}
