package org.lumenyard.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FarmFilesTest {
    private static final int SEGMENTS = 30;

    @TempDir Path folder;

    @Test
    void aCopyOfSegmentsThatGrowNamesNoTextThatItDoesNotHold() throws Exception {
        Path from = Files.createDirectories(folder.resolve("logs/jobs/0"));
        List<Path> segments = new ArrayList<>();
        for (int job = 0; job < SEGMENTS; job++) segments.add(from.resolve(job + ".logs"));
        append(segments);
        var over = new AtomicBoolean();
        var growing = CompletableFuture.runAsync(() -> appendUntil(over, segments));
        try {
            for (int copy = 0; copy < 20; copy++) {
                Path to = folder.resolve("copy " + copy);
                FarmFiles.copy(folder.resolve("logs"), to);
                for (Path segment : segments) {
                    Path copied = to.resolve("jobs/0").resolve(segment.getFileName());
                    assertThat(Files.size(index(copied)))
                            .as("what the index names")
                            .isLessThanOrEqualTo(Files.size(copied));
                }
            }
        } finally {
            over.set(true);
            growing.join();
        }
    }

    @Test
    void whatIsThereIsReplacedAndWhatIsNotThereIsNoFault() throws IOException {
        Path to = Files.createDirectories(folder.resolve("to"));
        FarmFiles.copy(folder.resolve("none"), to);
        assertThat(to).isEmptyDirectory();
        Path from = Files.createDirectories(folder.resolve("from/deep"));
        Files.writeString(from.resolve("file"), "new");
        Files.createDirectories(to.resolve("deep"));
        Files.writeString(to.resolve("deep/file"), "old");
        FarmFiles.copy(folder.resolve("from"), to);
        assertThat(to.resolve("deep/file")).hasContent("new");
    }

    private static void appendUntil(AtomicBoolean over, List<Path> segments) {
        try {
            while (!over.get()) append(segments);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A byte of text, then a byte of the index that names it. */
    private static void append(List<Path> segments) throws IOException {
        for (Path segment : segments) {
            for (Path file : List.of(segment, index(segment))) {
                Files.write(
                        file, new byte[1], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        }
    }

    private static Path index(Path segment) {
        return segment.resolveSibling(segment.getFileName() + ".index");
    }
}
