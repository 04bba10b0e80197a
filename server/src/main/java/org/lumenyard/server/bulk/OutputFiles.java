package org.lumenyard.server.bulk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Outputs on disk, shown only where they lie under a configured root, links resolved, and not where
 * the server keeps what is its own: what an agent calls an output may be any path. Of a root and an
 * own folder within each other, the inner one decides.
 */
public final class OutputFiles {
    /** For what came from a job: nothing in it may run or load anything. */
    public static final String POLICY = "default-src 'none'; sandbox";

    private final List<Path> roots;
    private final List<Path> own;

    /**
     * @param own folders of the server's own, such as those of its database and its tokens
     */
    public OutputFiles(List<Path> roots, List<Path> own) {
        this.roots = List.copyOf(roots);
        this.own = List.copyOf(own);
    }

    /** The real file behind a recorded path; empty when there is none that may be shown. */
    public Optional<Path> find(String recorded) {
        try {
            Path real = Path.of(recorded).toRealPath();
            boolean shown = innermost(roots, real) > innermost(own, real);
            return shown && Files.isRegularFile(real) ? Optional.of(real) : Optional.empty();
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** How deep the deepest of these folders lies that the file is in; -1 when it is in none. */
    private static int innermost(List<Path> folders, Path file) throws IOException {
        int deepest = -1;
        for (Path folder : folders) {
            if (Files.exists(folder)) {
                Path real = folder.toRealPath();
                deepest = file.startsWith(real) ? Math.max(deepest, real.getNameCount()) : deepest;
            }
        }
        return deepest;
    }
}
