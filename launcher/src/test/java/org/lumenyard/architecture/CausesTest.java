package org.lumenyard.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lumenyard.agent.engine.Reason;
import org.lumenyard.core.Cause;

/** Agent and core share no type for reasons, only words: here is who sees both. */
class CausesTest {
    @ParameterizedTest
    @EnumSource(names = "TWICE_AT_ONCE", mode = EnumSource.Mode.EXCLUDE)
    void everyReasonOfTheAgentsEnginesHasACauseOfItsOwn(Reason reason) {
        assertThat(Cause.of(reason.code())).isNotIn(Cause.OTHER, Cause.STOPPED);
    }

    @Test
    void noCauseButThoseFromOutsideIsWithoutAReason() {
        assertThat(Arrays.stream(Reason.values()).map(reason -> Cause.of(reason.code())))
                .contains(
                        Arrays.stream(Cause.values())
                                .filter(cause -> cause != Cause.STOPPED)
                                .toArray(Cause[]::new));
    }
}
