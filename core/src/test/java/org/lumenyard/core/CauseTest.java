package org.lumenyard.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CauseTest {
    @ParameterizedTest
    @CsvSource({
        "missing_file, MISSING_FILE",
        "out_of_memory, OUT_OF_MEMORY",
        "licence, LICENCE",
        "gpu_missing, GPU",
        "gpu_out_of_memory, GPU",
        "gpu_failed, GPU",
        "crashed, CRASHED",
        "killed, CRASHED",
        "stalled, STALLED",
        "time_limit, STALLED",
        "bad_output, BAD_OUTPUT",
        "disk_full, NO_DISK",
        "output_folder, NO_DISK",
        "agent_disk, NO_DISK",
        "bad_scene, SCENE",
        "script_error, SCENE",
        "scripts_blocked, SCENE",
        "bad_settings, SETTINGS",
        "program_missing, PROGRAM",
        "program_failed, PROGRAM",
        "stopped, STOPPED",
        "cancelled, STOPPED",
        "revoked, STOPPED",
        "never_started, STOPPED",
        "not_known, STOPPED",
        "agent_stopped, STOPPED",
        "lease_ended, STOPPED",
        "guard_killed, STOPPED",
        "lost, STOPPED",
        "agent_error, OTHER",
        "twice_at_once, OTHER",
        "done, OTHER"
    })
    void everyReasonHasItsCause(String reason, Cause cause) {
        assertThat(Cause.of(reason)).isEqualTo(cause);
    }

    @Test
    void aWordThatIsNotKnownIsSomethingElse() {
        assertThat(Cause.of("")).isEqualTo(Cause.OTHER);
        assertThat(Cause.of("struck_by_lightning")).isEqualTo(Cause.OTHER);
        assertThat(Cause.of("STALLED")).isEqualTo(Cause.OTHER);
    }

    @Test
    void everyCauseHasWordsOfItsOwn() {
        assertThat(Arrays.stream(Cause.values()).map(Cause::words))
                .doesNotHaveDuplicates()
                .allSatisfy(words -> assertThat(words).isNotBlank());
    }
}
