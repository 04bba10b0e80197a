package org.lumenyard.openjd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormatStringTest {
    @Test
    void replacesEachReference() {
        var format = FormatString.parse(" {{ Param.Start }}-{{   Param.End}}  {{Param.Start}}");
        assertThat(format.references()).containsExactly("Param.Start", "Param.End", "Param.Start");
        assertThat(format.resolve(Map.of("Param.Start", "4", "Param.End", "10")))
                .isEqualTo(" 4-10  4");
        assertThat(format.isLiteral()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "input", "{", "}", "{ }", "{a}", "{\"a\": 1}", "} }"})
    void textWithoutReferencesStandsForItself(String text) {
        assertThat(FormatString.parse(text).resolve(Map.of())).isEqualTo(text);
        assertThat(FormatString.parse(text).isLiteral()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Test.val}}",
                "{Test.val}}",
                "{{Test.val",
                "{{Test.val}",
                "{{Test.val}} {{",
                "{{Test.val}} }}",
                "}} {{Test.val}}",
                "{{Test*val}}",
                "{{}}",
                "{{ }}",
                "{{.a}}",
                "{{a.}}",
                "{{a..b}}",
                "{{1a}}",
                "{{a b}}",
                "{{{a}}}",
                "{{ä}}",
                "{{a.1}}"
            })
    void refusesBracesThatDoNotMatchAndWhatIsNoName(String text) {
        assertThatThrownBy(() -> FormatString.parse(text))
                .isInstanceOf(MalformedExpressionException.class);
    }

    @Test
    void aReferenceWithoutValueIsRefusedByName() {
        assertThatThrownBy(() -> FormatString.parse("{{Param.A}}").resolve(Map.of()))
                .hasMessage("`Param.A` has no value here");
    }

    @Test
    void aValueWithBracesIsNeverReadAsAReference() {
        var known =
                FormatString.parse("{{Param.A}} {{Task.Param.B}}")
                        .resolveKnown(Map.of("Param.A", "{{Secret}}")::get);
        assertThat(known.references()).containsExactly("Task.Param.B");
        assertThat(known.resolve(Map.of("Task.Param.B", "2", "Secret", "x")))
                .isEqualTo("{{Secret}} 2");
    }

    @Test
    void veryLongNamesAreRefusedNotFollowed() {
        assertThatThrownBy(() -> FormatString.parse("{{" + "a.".repeat(500_000) + "a}}"))
                .isInstanceOf(MalformedExpressionException.class);
    }

    @Test
    void aTextThatWouldGrowWithoutEndIsRefused() {
        var format = FormatString.parse("{{A}}".repeat(20_000));
        assertThatThrownBy(() -> format.resolve(Map.of("A", "x".repeat(1024))))
                .hasMessageContaining("more than");
    }

    @Test
    void readsBackWhatItPrints() {
        var format = FormatString.parse("a {{ Param.B }} c");
        assertThat(FormatString.parse(format.toString()))
                .isEqualTo(format)
                .hasToString("a {{Param.B}} c");
    }
}
