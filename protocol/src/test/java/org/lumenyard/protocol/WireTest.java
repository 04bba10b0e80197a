package org.lumenyard.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireTest {
    private static final AgentMessage STARTED =
            new AgentMessage.Report(7, new AgentMessage.Started(12));
    private static final AgentMessage PONG = new AgentMessage.Pong();

    @Test
    void aFrameHoldsOneMessageOrSeveralInTheirOrder() {
        var one = new Wire.Frame();
        assertThat(one.isEmpty()).isTrue();
        one.add(Wire.write(STARTED));
        assertThat(one.text()).isEqualTo(Wire.write(STARTED));
        assertThat(Wire.readAgentMessages(one.text())).containsExactly(STARTED);
        one.add(Wire.write(PONG));
        assertThat(Wire.readAgentMessages(one.text())).containsExactly(STARTED, PONG);
    }

    @Test
    void aLongMessageHasAFrameForItself() {
        ServerMessage kill = new ServerMessage.Kill(1, "x".repeat(50_000));
        ServerMessage beat = new ServerMessage.Beat(1, 2);
        var frame = new Wire.Frame();
        assertThat(frame.add(Wire.write(beat))).isTrue();
        assertThat(frame.add(Wire.write(kill))).as("beside a short one").isFalse();
        assertThat(Wire.readServerMessages(frame.text())).isEqualTo(List.of(beat));
        var next = new Wire.Frame();
        assertThat(next.add(Wire.write(kill))).as("alone").isTrue();
        assertThat(next.text().length()).isLessThan(Wire.MAX_BYTES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[null]",
                "[[]]",
                "{}",
                "[{\"type\":\"pong\"}, 3]",
                "[{\"type\":"
            })
    void whatIsNoMessageIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Wire.readAgentMessages(text));
    }
}
