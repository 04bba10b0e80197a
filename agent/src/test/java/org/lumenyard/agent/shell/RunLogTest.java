package org.lumenyard.agent.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunLogTest {
    @TempDir private Path folder;

    @Test
    void aLogThatIsCutStillEndsWithTheLastFiftyLines() throws Exception {
        Path file = folder.resolve("log.txt");
        try (RunLog log = RunLog.create(file, 1_000)) {
            IntStream.range(0, 10_000).forEach(number -> log.add("line " + number));
        }
        var lines = Files.readAllLines(file);
        assertThat(lines).startsWith("line 0", "line 1").hasSizeLessThan(200);
        assertThat(lines)
                .contains("[the log grew too long and is cut here]", "[what it said last]");
        assertThat(lines.subList(lines.size() - 50, lines.size()))
                .isEqualTo(
                        IntStream.range(9_950, 10_000)
                                .mapToObj(number -> "line " + number)
                                .toList());
    }

    @Test
    void aShortLogIsWhatWasSaid() throws Exception {
        Path file = folder.resolve("log.txt");
        try (RunLog log = RunLog.create(file, 1_000)) {
            log.add("one");
            log.add("two\0three");
        }
        assertThat(Files.readAllLines(file)).containsExactly("one", "two\uFFFDthree");
    }
}
