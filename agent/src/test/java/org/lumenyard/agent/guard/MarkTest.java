package org.lumenyard.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MarkTest {
    @Test
    void textAndMarkAreTheSame() {
        var mark = new Mark("farm-7", "ws01.studio.example", 12, "r345");
        assertThat(mark).hasToString("farm-7.ws01.studio.example.12.r345");
        assertThat(Mark.parse(mark.toString())).contains(mark);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "a.b.c",
                "a.b.1",
                "a.b.x.c",
                "a.b.-1.c",
                ".b.1.c",
                "a..1.c",
                "a.b.1.",
                "a.b.1.c d",
                "a.b\n.1.c",
                "a.b.99999999999999999999.c"
            })
    void whatIsNoMarkIsNone(String text) {
        assertThat(Mark.parse(text)).isEmpty();
    }

    @Test
    void partsThatWouldBlurTheTextAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Mark("a.b", "n", 1, "w"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Mark("f", "n", 1, "w.x"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Mark("f", "n m", 1, "w"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Mark("f", "n", -1, "w"));
    }
}
