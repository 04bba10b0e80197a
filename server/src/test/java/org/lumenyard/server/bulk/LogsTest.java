package org.lumenyard.server.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.core.RunId;

class LogsTest {
    private static final RunId RUN = new RunId(7);
    @TempDir Path folder;
    private Logs logs = new Logs(Path.of("."));

    @BeforeEach
    void open() {
        logs = new Logs(folder, 100, 50);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String all() throws IOException {
        return new String(logs.read(RUN, 0, 10_000).bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void overlappingPartsAreKeptOnce() throws IOException {
        logs.append(RUN, 0, text("hello "), false);
        logs.append(RUN, 0, text("hello wor"), false);
        logs.append(RUN, 3, text("lo world"), false);
        assertThat(all()).isEqualTo("hello world");
    }

    @Test
    void aGapIsNamedAndNothingIsKept() throws IOException {
        logs.append(RUN, 0, text("abc"), false);
        assertThat(logs.append(RUN, 5, text("x"), false)).isEqualTo(new Logs.Kept.Gap(3));
        assertThat(all()).isEqualTo("abc");
    }

    @Test
    void aClosedLogReadsTheSameAndTakesNoMore() throws IOException {
        logs.append(RUN, 0, text("one\ntwo\n"), true);
        assertThat(logs.append(RUN, 8, text("three"), true)).isInstanceOf(Logs.Kept.Whole.class);
        assertThat(all()).isEqualTo("one\ntwo\n");
        assertThat(logs.read(RUN, 4, 3).bytes()).isEqualTo(text("two"));
        assertThat(logs.read(RUN, 0, 1).complete()).isTrue();
        assertThat(logs.read(RUN, 99, 10).offset()).isEqualTo(8);
    }

    @Test
    void aLogBeyondItsBoundKeepsHeadAndTailWhateverItsPartsWere() throws IOException {
        var random = new Random(1);
        var whole = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            whole.append("line ").append(i).append('\n');
        }
        byte[] bytes = text(whole.toString());
        for (int at = 0; at < bytes.length; ) {
            int length = Math.min(bytes.length - at, 1 + random.nextInt(70));
            var part = java.util.Arrays.copyOfRange(bytes, at, at + length);
            assertThat(logs.append(RUN, at, part, false)).isInstanceOf(Logs.Kept.Whole.class);
            at += length;
            logs = new Logs(folder, 100, 50);
        }
        assertThat(all()).isEqualTo(whole.substring(0, 100));
        logs.append(RUN, bytes.length, new byte[0], true);
        assertThat(all())
                .startsWith(whole.substring(0, 100))
                .endsWith("line 199\n")
                .contains("bytes were not kept here");
        assertThat(all().length()).isLessThan(300);
    }

    @Test
    void theTailIsWholeLines() throws IOException {
        logs.append(RUN, 0, text("a\nb\nc"), false);
        assertThat(logs.tail(RUN, 1).bytes()).isEqualTo(text("c"));
        assertThat(logs.tail(RUN, 2).bytes()).isEqualTo(text("b\nc"));
        assertThat(logs.tail(RUN, 9).bytes()).isEqualTo(text("a\nb\nc"));
        logs.append(RUN, 5, text("\n"), true);
        assertThat(logs.tail(RUN, 1).bytes()).isEqualTo(text("c\n"));
    }

    @Test
    void aRunWithoutALogHasAnEmptyOne() throws IOException {
        assertThat(logs.read(RUN, 0, 10))
                .extracting(Logs.Part::size, Logs.Part::complete)
                .containsExactly(0L, false);
        assertThat(logs.tail(RUN, 10).bytes()).isEmpty();
    }
}
