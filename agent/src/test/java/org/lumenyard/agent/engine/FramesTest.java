package org.lumenyard.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramesTest {
    @Test
    void rangesAreReadRisingAndOnce() throws Exception {
        assertThat(Frames.parse("7")).containsExactly(7);
        assertThat(Frames.parse(" 1-9:4,20 ")).containsExactly(1, 5, 9, 20);
        assertThat(Frames.parse("-2-1")).containsExactly(-2, -1, 0, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "5-1", "1-", "1-9999999999", "0-1000000000", "99999999"})
    void whatIsNoFramesIsRefusedInASentence(String text) {
        assertThatThrownBy(() -> Frames.parse(text))
                .isInstanceOf(WorkFailed.class)
                .hasMessageEndingWith(".");
    }

    @Test
    void theNumberGoesIntoTheLastPlacePadded() {
        assertThat(Frames.name("f_####.png", 7)).isEqualTo("f_0007.png");
        assertThat(Frames.name("#1_##.png", 123)).isEqualTo("#1_123.png");
        assertThat(Frames.name("f_####.png", -7)).isEqualTo("f_-0007.png");
        assertThat(Frames.show(List.of(3, 1, 2, 9))).isEqualTo("1-3,9");
    }
}
