package org.lumenyard.server.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.core.JobId;
import org.lumenyard.core.RunId;

class LogsTest {
    private static final JobId JOB = new JobId(3);
    private static final RunId RUN = new RunId(7);
    private static final RunId OTHER = new RunId(8);

    @TempDir Path folder;
    private Logs logs;

    @BeforeEach
    void open() throws IOException {
        logs = new Logs(folder, 100, 50);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String all() throws IOException {
        return all(RUN);
    }

    private String all(RunId run) throws IOException {
        return new String(logs.read(JOB, run, 0, 1 << 20).bytes(), StandardCharsets.UTF_8);
    }

    /** Another server, on what the former one left. */
    private void restart() throws IOException {
        open();
        logs.settle();
    }

    private List<Path> files() throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void overlappingPartsAreKeptOnce() throws IOException {
        logs.append(JOB, RUN, 0, text("hello "), false);
        logs.append(JOB, RUN, 0, text("hello wor"), false);
        logs.append(JOB, RUN, 3, text("lo world"), false);
        assertThat(all()).isEqualTo("hello world");
    }

    @Test
    void aGapIsNamedAndNothingIsKept() throws IOException {
        logs.append(JOB, RUN, 0, text("abc"), false);
        assertThat(logs.append(JOB, RUN, 5, text("x"), false)).isEqualTo(new Logs.Kept.Gap(3));
        assertThat(all()).isEqualTo("abc");
    }

    @Test
    void aClosedLogReadsTheSameAndTakesNoMore() throws IOException {
        logs.append(JOB, RUN, 0, text("one\ntwo\n"), true);
        assertThat(logs.append(JOB, RUN, 8, text("three"), true))
                .isInstanceOf(Logs.Kept.Whole.class);
        assertReadsAsOneAndTwo();
        logs.settle();
        assertReadsAsOneAndTwo();
        assertThat(logs.append(JOB, RUN, 8, text("three"), true))
                .isInstanceOf(Logs.Kept.Whole.class);
        logs.append(JOB, RUN, 0, text("one\ntwo\n"), true);
        restart();
        assertReadsAsOneAndTwo();
        assertThat(files()).hasSize(2);
    }

    private void assertReadsAsOneAndTwo() throws IOException {
        assertThat(all()).isEqualTo("one\ntwo\n");
        assertThat(logs.read(JOB, RUN, 4, 3).bytes()).isEqualTo(text("two"));
        assertThat(logs.read(JOB, RUN, 0, 1).complete()).isTrue();
        assertThat(logs.read(JOB, RUN, 99, 10).offset()).isEqualTo(8);
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
            assertThat(logs.append(JOB, RUN, at, part, false)).isInstanceOf(Logs.Kept.Whole.class);
            at += length;
            open();
        }
        assertThat(all()).isEqualTo(whole.substring(0, 100));
        logs.append(JOB, RUN, bytes.length, new byte[0], true);
        String closed = all();
        logs.settle();
        assertThat(all()).isEqualTo(closed);
        assertThat(all())
                .startsWith(whole.substring(0, 100))
                .endsWith("line 199\n")
                .contains("bytes were not kept here");
        assertThat(all().length()).isLessThan(300);
    }

    @Test
    void theTailIsWholeLines() throws IOException {
        logs.append(JOB, RUN, 0, text("a\nb\nc"), false);
        assertThat(logs.tail(JOB, RUN, 1).bytes()).isEqualTo(text("c"));
        assertThat(logs.tail(JOB, RUN, 2).bytes()).isEqualTo(text("b\nc"));
        assertThat(logs.tail(JOB, RUN, 9).bytes()).isEqualTo(text("a\nb\nc"));
        logs.append(JOB, RUN, 5, text("\n"), true);
        assertThat(logs.tail(JOB, RUN, 1).bytes()).isEqualTo(text("c\n"));
    }

    @Test
    void aRunWithoutALogHasAnEmptyOne() throws IOException {
        assertThat(logs.read(JOB, RUN, 0, 10))
                .extracting(Logs.Part::size, Logs.Part::complete)
                .containsExactly(0L, false);
        assertThat(logs.tail(JOB, RUN, 10).bytes()).isEmpty();
    }

    @Test
    void aPartOfALongLogIsReadFromItsBlocks() throws IOException {
        logs = new Logs(folder);
        var random = new Random(1);
        var whole = new StringBuilder();
        while (whole.length() < 5 * Segment.BLOCK) {
            whole.append("Fra:17 Mem:").append(random.nextInt()).append("M\n");
        }
        byte[] bytes = text(whole.toString());
        logs.append(JOB, RUN, 0, bytes, true);
        logs.append(JOB, OTHER, 0, text("short\n"), true);
        logs.settle();
        for (int i = 0; i < 200; i++) {
            int from = random.nextInt(bytes.length + 1);
            int most = random.nextInt(3 * Segment.BLOCK);
            Logs.Part part = logs.read(JOB, RUN, from, most);
            assertThat(part.bytes())
                    .isEqualTo(
                            Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + most)));
            assertThat(part.size()).isEqualTo(bytes.length);
        }
        assertThat(logs.tail(JOB, RUN, 2).bytes())
                .isEqualTo(
                        text(
                                whole.substring(
                                        whole.lastIndexOf(
                                                        "\n",
                                                        whole.lastIndexOf("\n", whole.length() - 2)
                                                                - 1)
                                                + 1)));
        assertThat(all(OTHER)).isEqualTo("short\n");
        assertThat(files()).hasSize(2);
    }

    @Test
    void anAppendThatACrashCutOffAnywhereLosesNothingAndDoublesNothing() throws IOException {
        RunId first = new RunId(5);
        logs.append(JOB, first, 0, text("was there before\n"), true);
        logs.settle();
        Segment segment = logs.segment(JOB);
        Path text = segment.files().get(0);
        Path index = segment.files().get(1);
        byte[] textBefore = Files.readAllBytes(text);
        byte[] indexBefore = Files.readAllBytes(index);
        logs.append(JOB, RUN, 0, text("one\n"), true);
        logs.append(JOB, OTHER, 0, text("two\n"), true);
        var spooled = new TreeMap<Path, byte[]>();
        for (RunId run : List.of(RUN, OTHER)) {
            Path closed = folder.resolve("live/3-" + run + ".closed");
            spooled.put(closed, Files.readAllBytes(closed));
        }
        logs.settle();
        byte[] textAfter = Files.readAllBytes(text);
        byte[] indexAfter = Files.readAllBytes(index);

        for (int cut = textBefore.length; cut <= textAfter.length; cut++) {
            crashed(text, textAfter, cut, index, indexBefore, indexBefore.length, spooled);
        }
        for (int cut = indexBefore.length; cut <= indexAfter.length; cut++) {
            crashed(text, textAfter, textAfter.length, index, indexAfter, cut, spooled);
        }
        spooled.remove(spooled.firstKey());
        crashed(text, textAfter, textAfter.length, index, indexAfter, indexAfter.length, spooled);
    }

    private void crashed(
            Path text,
            byte[] inText,
            int textCut,
            Path index,
            byte[] inIndex,
            int indexCut,
            Map<Path, byte[]> spooled)
            throws IOException {
        Files.write(text, Arrays.copyOf(inText, textCut));
        Files.write(index, Arrays.copyOf(inIndex, indexCut));
        for (var file : spooled.entrySet()) {
            Files.write(file.getKey(), file.getValue());
        }
        open();
        for (int look = 0; look < 2; look++) {
            assertThat(all(new RunId(5))).isEqualTo("was there before\n");
            assertThat(all(RUN)).isEqualTo("one\n");
            assertThat(all(OTHER)).isEqualTo("two\n");
            logs.settle();
        }
        assertThat(files()).containsExactlyInAnyOrder(text, index);
        assertThat(Files.size(index)).isEqualTo(3 * 40);
    }

    @Test
    void closingALongLogMayBeginAnewAfterACrash() throws IOException {
        logs.append(JOB, RUN, 0, text("x".repeat(120) + "the end"), false);
        Path head = folder.resolve("live/3-7.log");
        Path tail = folder.resolve("live/3-7.tail");
        byte[] inTail = Files.readAllBytes(tail);
        Files.writeString(head, Files.readString(head) + "xxxxxx");
        open();
        logs.append(JOB, RUN, 127, new byte[0], true);
        String whole = "x".repeat(120) + "the end";
        assertThat(all()).isEqualTo(whole);
        Files.write(tail, inTail);
        restart();
        assertThat(all()).isEqualTo(whole);
        assertThat(files()).as("no tail is left").hasSize(2);
    }

    @Test
    void aJobsLogsAreRemovedAndNoOthers() throws IOException {
        JobId other = new JobId(33);
        logs.append(JOB, RUN, 0, text("one\n"), true);
        logs.append(other, OTHER, 0, text("two\n"), true);
        logs.settle();
        logs.append(JOB, new RunId(9), 0, text("grows"), false);
        logs.append(JOB, new RunId(10), 0, text("closed"), true);
        logs.remove(JOB);
        restart();
        assertThat(all()).isEmpty();
        assertThat(files()).hasSize(2);
        assertThat(logs.read(other, OTHER, 0, 10).bytes()).isEqualTo(text("two\n"));
    }

    @Test
    void logsOfTheFormerKindAreBroughtOverWhenTheyAreAskedFor() throws IOException {
        Files.createDirectories(folder.resolve("0"));
        Path packed = folder.resolve("0/7.log.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(text("from before\n"));
        }
        Files.writeString(folder.resolve("0/8.log"), "half");
        open();
        assertThat(all()).isEqualTo("from before\n");
        logs.append(JOB, OTHER, 4, text(" and more"), true);
        logs.settle();
        assertThat(all()).isEqualTo("from before\n");
        assertThat(all(OTHER)).isEqualTo("half and more");
        assertThat(files()).hasSize(2);
    }
}
