package org.lumenyard.launcher.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** A benchmark's folder, which goes with it. */
record Scratch(Path path) implements AutoCloseable {
    static Scratch folder() throws IOException {
        return new Scratch(Files.createTempDirectory("lumenyard-bench"));
    }

    @Override
    public void close() throws IOException {
        try (var files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList())
                Files.deleteIfExists(file);
        }
    }
}
