package org.lumenyard.server.bulk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** Files that are there after a power failure too. */
final class Durable {
    private Durable() {}

    /** Gives a whole and forced file its name, in place of what has it. */
    static void rename(Path part, Path file) throws IOException {
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        holder(file);
    }

    /** Removes a file that may be there; says how many bytes it had. */
    static long remove(Path file) throws IOException {
        long bytes = Files.exists(file) ? Files.size(file) : 0;
        Files.deleteIfExists(file);
        return bytes;
    }

    /** That a file is in its folder. */
    static void holder(Path file) throws IOException {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
