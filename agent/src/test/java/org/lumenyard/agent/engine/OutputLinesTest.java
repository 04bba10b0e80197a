package org.lumenyard.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputLinesTest {
    private static List<String> lines(byte[] bytes) throws InterruptedException {
        var lines = new OutputLines();
        Thread pump =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                lines.pump(new ByteArrayInputStream(bytes));
                            } catch (InterruptedException never) {
                                Thread.currentThread().interrupt();
                            }
                        });
        var found = new ArrayList<String>();
        for (String line = lines.next(); line != null; line = lines.next()) {
            found.add(line);
        }
        pump.join();
        assertThat(lines.next()).isNull();
        return found;
    }

    private static List<String> lines(String text) throws InterruptedException {
        return lines(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void everyKindOfLineEndCounts() throws Exception {
        assertThat(lines("a\nb\r\nc\rd\n\ne")).containsExactly("a", "b", "c", "d", "", "e");
        assertThat(lines("")).isEmpty();
        assertThat(lines("\r\n\r\n")).containsExactly("", "");
    }

    @Test
    void bytesThatAreNoTextAreReplaced() throws Exception {
        assertThat(lines(new byte[] {'a', 0, (byte) 0xFF, 'b', 27, '\n'}))
                .containsExactly("a\uFFFD\uFFFDb\uFFFD");
    }

    @Test
    void anEndlessLineComesInPiecesOfWholeCharacters() throws Exception {
        List<String> pieces = lines("ä".repeat(40_000) + "\nend");
        assertThat(pieces).hasSizeGreaterThan(3).last().isEqualTo("end");
        assertThat(String.join("", pieces.subList(0, pieces.size() - 1)))
                .isEqualTo("ä".repeat(40_000));
    }

    @Test
    void moreLinesThanFitWaitForTheReader() throws Exception {
        assertThat(lines("x\n".repeat(10_000))).hasSize(10_000);
    }
}
