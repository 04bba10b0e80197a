package org.lumenyard.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Copies what lies beside the database in a data folder; a server may go on with it. */
final class FarmFiles {
    /**
     * An index before what it names. Both only grow, the index last, so that a copy made in this
     * order names nothing that the copy does not hold.
     */
    private static final Comparator<Path> ORDER =
            Comparator.comparing((Path file) -> !file.toString().endsWith(".index"))
                    .thenComparing(file -> file);

    private FarmFiles() {}

    /** Copies a folder and all in it; what vanishes meanwhile is left out. */
    static void copy(Path from, Path to) throws IOException {
        for (Path file : list(from)) {
            Path copy = to.resolve(from.relativize(file));
            if (Files.isDirectory(file)) {
                copy(file, copy);
            } else {
                ownOnly(to);
                copyFile(file, copy);
            }
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted(ORDER).toList();
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }

    private static void copyFile(Path file, Path copy) throws IOException {
        try {
            Files.copy(
                    file,
                    copy,
                    StandardCopyOption.COPY_ATTRIBUTES,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException e) {
            if (Files.exists(file)) throw e;
        }
    }

    /** Makes a folder that nobody else may look into. */
    static void ownOnly(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }
}
