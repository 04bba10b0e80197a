package org.lumenyard.openjd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.lumenyard.openjd.Templates.problemsOf;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentReaderTest {
    private static final String MINIMAL =
            "specificationVersion: jobtemplate-2023-09\nname: Hi\n" + Templates.STEP;

    private static Content.Scalar value(String yaml) {
        return (Content.Scalar)
                ((Content.Mapping) DocumentReader.read("a: " + yaml)).entries().get("a");
    }

    @Test
    void jsonAndYamlReadAlike() {
        String json =
                """
                {
                \t"$schema": "anything",
                \t"specificationVersion": "jobtemplate-2023-09", "name": "Hi \\ud83d\\ude00\\/",
                \t"steps": [{"name": "A", "script": {"actions": {"onRun": {"command": "true"}}}}]
                }
                """;
        assertThat(Template.parse(json).name()).hasToString("Hi 😀/");
        assertThat(Template.parse("\uFEFF" + MINIMAL).name()).hasToString("Hi");
        assertThat(
                        Template.parse(
                                        "{specificationVersion: jobtemplate-2023-09, name: Hi, steps: "
                                                + "[{name: A, script: {actions: {onRun: {command: x}}}}]}")
                                .name())
                .hasToString("Hi");
    }

    @Test
    void scalarsAreThoseOfYaml12AndKeepTheirText() {
        assertThat(value("yes").scalarKind()).isEqualTo(Content.ScalarKind.STRING);
        assertThat(value("1:30").scalarKind()).isEqualTo(Content.ScalarKind.STRING);
        assertThat(value("'12'").scalarKind()).isEqualTo(Content.ScalarKind.STRING);
        assertThat(value("!!str 12").scalarKind()).isEqualTo(Content.ScalarKind.STRING);
        assertThat(value("3.500"))
                .isEqualTo(new Content.Scalar(Content.ScalarKind.FLOAT, "3.500", 1));
        assertThat(value("1e3").scalarKind()).isEqualTo(Content.ScalarKind.FLOAT);
        assertThat(value("-07").scalarKind()).isEqualTo(Content.ScalarKind.INT);
        assertThat(value("True").scalarKind()).isEqualTo(Content.ScalarKind.BOOL);
        assertThat(value("~").scalarKind()).isEqualTo(Content.ScalarKind.NULL);
        assertThat(value("").scalarKind()).isEqualTo(Content.ScalarKind.NULL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "\t",
                "# only a comment",
                "---",
                "a: [",
                "a: 'x",
                "{\"a\": 1",
                "{\"a\": 1,}x",
                "[1, 2",
                "text",
                "- a",
                "{}",
                "[]",
                "a: b: c",
                "%YAML 1.2",
                "\u0000",
                "a: \u0007",
                "? [a]\n: b",
                "a: !!python/object:os.system x",
                "a: !mine x",
                "a: *b",
                "a: &a [*a]",
                "a: 1\n---\nb: 2",
                "{\"a\": NaN}",
                "@",
                "a:\n\t- b",
                "{{}}",
                "&a : *a",
                "\uD800"
            })
    void whatIsNoTemplateIsAClearAnswer(String text) {
        assertThat(problemsOf(text))
                .isNotEmpty()
                .allSatisfy(problem -> assertThat(problem.message()).isNotBlank());
    }

    @Test
    void aKeyThatStandsTwiceIsRefusedWithItsLine() {
        assertThat(problemsOf("name: a\nsteps: []\nname: b"))
                .containsExactly(new Problem("", "The key `name` stands here twice", 3));
        assertThat(problemsOf("{\"name\": 1,\n\"name\": 2}"))
                .containsExactly(new Problem("", "The key `name` stands here twice", 2));
    }

    @Test
    void faultsOfSyntaxHaveTheirLine() {
        assertThat(problemsOf("a: 1\nb: [1\nc: 2").getFirst().line()).isPositive();
        assertThat(problemsOf("{\"a\": 1,\n \"b\" 2}").getFirst())
                .satisfies(
                        problem -> assertThat(problem.message()).startsWith("This is not JSON"),
                        problem -> assertThat(problem.line()).isEqualTo(2));
    }

    @Test
    void deepNestingIsRefused() {
        for (String text :
                new String[] {
                    "{\"a\":".repeat(100_000),
                    "[".repeat(100_000),
                    "a: " + "[".repeat(5_000) + "]".repeat(5_000),
                    "{\"a\": " + "[".repeat(1_000) + "]".repeat(1_000) + "}",
                    "- ".repeat(100_000),
                    "a: " + "{a: ".repeat(3_000) + "1" + "}".repeat(3_000)
                }) {
            assertThat(problemsOf(text)).hasSize(1);
        }
    }

    @Test
    void anAliasRepeatsItsAnchor() {
        String text =
                "specificationVersion: jobtemplate-2023-09\nname: &n Hi\ndescription: *n\n"
                        + Templates.STEP;
        assertThat(Template.parse(text).description()).isEqualTo("Hi");
    }

    @Test
    void aliasesThatMultiplyAreRefused() {
        var wide = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 12; i++) {
            String alias = "*a" + (i - 1);
            wide.append(
                    "a%d: &a%d [%s]\n"
                            .formatted(i, i, String.join(",", Collections.nCopies(10, alias))));
        }
        assertThat(problemsOf(wide.toString()).getFirst().message())
                .contains("more than 500000 values");
        var deep = new StringBuilder("a0: &a0 [x]\n");
        for (int i = 1; i < 1_000; i++) deep.append("a%d: &a%d [*a%d]\n".formatted(i, i, i - 1));
        assertThat(problemsOf(deep.toString()).getFirst().message()).contains("deeper than");
    }

    @Test
    void hugeDocumentsAreRefused() {
        assertThat(problemsOf("a: " + "x".repeat(5_000_000)).getFirst().message())
                .contains("more than 4194304 characters");
        assertThat(problemsOf("[" + "1,".repeat(700_000) + "1]").getFirst().message())
                .contains("more than 500000 values");
    }

    @Test
    void hugeNumbersAreRefusedNotComputed() {
        String digits = "9".repeat(200_000);
        for (String number :
                new String[] {
                    digits,
                    "1e" + digits,
                    "1e999999999",
                    "0." + digits,
                    "-" + digits,
                    "1e-999999999"
                }) {
            String template =
                    Templates.withParameters("- {name: A, type: FLOAT, default: " + number + "}");
            assertThat(problemsOf(template)).hasSize(1);
            assertThat(
                            problemsOf(
                                    Templates.withStep(
                                            "script: {engine: {name: x, settings: {a: "
                                                    + number
                                                    + "}}}")))
                    .hasSize(1);
        }
    }

    @Test
    void manyProblemsAreShownInPart() {
        String keys =
                IntStream.range(0, 5_000)
                        .mapToObj(i -> "key" + i + ": 1")
                        .collect(Collectors.joining("\n"));
        assertThat(problemsOf(MINIMAL + keys)).hasSize(Problems.MAX);
    }

    @Test
    void halfACharacterIsRefused() {
        assertThat(problemsOf("{\"name\": \"\\ud800\"}").getFirst().message())
                .contains("surrogate");
        assertThat(problemsOf("{\"\\udc00\": 1}").getFirst().message()).contains("surrogate");
    }

    /** Whoever sends many wrong names to compare with many right ones must not keep us busy. */
    @Test
    void manyWrongNamesAmongManyRightOnesAreAnsweredSoon() {
        String steps =
                IntStream.range(0, 20_000)
                        .mapToObj(i ->
                                "- {name: S%d, dependencies: [{dependsOn: T%d}], script: {actions: {onRun: {command: \"{{X.A%d}}\"}}}}"
                                        .formatted(i, i, i))
                        .collect(Collectors.joining("\n"));
        String text = "specificationVersion: jobtemplate-2023-09\nname: a\nsteps:\n" + steps;
        assertTimeoutPreemptively(
                Duration.ofSeconds(60), () -> assertThat(problemsOf(text)).hasSize(Problems.MAX));
    }

    /** Whatever comes in, the answer is a template or a TemplateException. */
    @Test
    void randomDamageNeverGetsAnythingElseThanAnAnswer() {
        String whole =
                Templates.withSpace(
                        """
                        taskParameterDefinitions:
                        - {name: F, type: "CHUNK[INT]", range: "1-{{Param.Count}}:2,300", chunks: {defaultTaskCount: 5, rangeConstraint: CONTIGUOUS}}
                        - {name: B, type: FLOAT, range: [1.5, "2"]}
                        combination: F * B
                        """);
        byte[] marks = "{}[]:,-\"'&*!|>%@`#\n\t 019eE.xA~".getBytes(StandardCharsets.UTF_8);
        for (long seed = 0; seed < 4_000; seed++) {
            var random = new Random(seed);
            var text = new StringBuilder(whole);
            for (int i = random.nextInt(6); i >= 0; i--) {
                int at = random.nextInt(text.length());
                char mark = (char) marks[random.nextInt(marks.length)];
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, mark);
                    case 1 -> text.insert(at, mark);
                    default -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(8)));
                }
            }
            try {
                var unused = Template.parse(text.toString()).instantiate(Map.of());
            } catch (TemplateException answer) {
                assertThat(answer.problems()).as("seed %d", seed).isNotEmpty();
            }
        }
    }
}
