package org.lumenyard.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A shell script stands for a Blender on a graphics card that this machine does not have. */
@Timeout(60)
class BlenderTalkTest {
    @TempDir Path folder;

    private WorkFailed asked(String... printed) throws Exception {
        Path script =
                Files.writeString(folder.resolve("said.txt"), String.join("\n", printed) + "\n");
        try (var bench = new ProcessBench(folder.resolve("scratch"))) {
            List<String> command = List.of("sh", "-c", "read request; cat " + script);
            var running = bench.start(new Program(command, Map.of(), folder, true));
            var talk = new BlenderTalk(running, bench, new Death("Blender"));
            ObjectNode request = EngineTrial.object("op", "render");
            return catchThrowableOfType(
                    WorkFailed.class, () -> talk.ask(request, "rendering frame 7", line -> {}));
        }
    }

    @Test
    void aPictureThatTheCardGaveUpOnDoesNotCountThoughBlenderGoesOn() throws Exception {
        WorkFailed failure =
                asked(
                        "Fra:7 Mem:30.52M (Peak 31.18M) | Time:00:00.10 | Sample 1/4",
                        "Error: System is out of GPU memory",
                        "Saved: '/out/f_0007.png'",
                        "@@ {\"ok\": true, \"frame\": 7}");
        assertThat(failure.reason()).isEqualTo(Reason.GPU_OUT_OF_MEMORY);
        assertThat(failure.sentence())
                .isEqualTo(
                        "The graphics card's memory did not suffice while rendering frame 7: System is out of GPU memory.");
    }

    @Test
    void whatTheDriverTellsInBlendersWordsIsUnderstood() throws Exception {
        WorkFailed failure =
                asked(
                        "@@ {\"ok\": false, \"reason\": \"out_of_memory\", \"sentence\": \"Blender ran out of memory: Out of memory in CUDA queue.\"}");
        assertThat(failure.reason()).isEqualTo(Reason.GPU_OUT_OF_MEMORY);
        assertThat(failure.sentence())
                .isEqualTo("Blender ran out of memory: Out of memory in CUDA queue.");
    }

    @Test
    void aWarningOfTheCardIsNoFailure() throws Exception {
        assertThat(asked("CUDA device 1 is out of memory, using the other", "@@ {\"ok\": true}"))
                .isNull();
    }
}
