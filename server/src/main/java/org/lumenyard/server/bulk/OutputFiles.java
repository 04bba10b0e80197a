package org.lumenyard.server.bulk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Outputs on disk, shown only where they lie under a configured root, links resolved. */
public final class OutputFiles {
    /** For what came from a job: nothing in it may run or load anything. */
    public static final String POLICY = "default-src 'none'; sandbox";

    private final List<Path> roots;

    public OutputFiles(List<Path> roots) {
        this.roots = List.copyOf(roots);
    }

    /** The real file behind a recorded path; empty when there is none that may be shown. */
    public Optional<Path> find(String recorded) {
        try {
            Path real = Path.of(recorded).toRealPath();
            for (Path root : roots) {
                if (Files.exists(root)
                        && real.startsWith(root.toRealPath())
                        && Files.isRegularFile(real)) {
                    return Optional.of(real);
                }
            }
            return Optional.empty();
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }
}
