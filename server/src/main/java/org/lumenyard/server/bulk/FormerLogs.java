package org.lumenyard.server.bulk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.lumenyard.core.RunId;

/**
 * Logs as they were kept before jobs had segments: a file for each run, a thousand runs to a
 * folder, compressed when it was closed. Each is brought over when it is first asked for.
 */
final class FormerLogs {
    private final Path folder;
    private final boolean any;

    FormerLogs(Path folder) throws IOException {
        this.folder = folder;
        this.any = Files.isDirectory(folder) && hasShelves(folder);
    }

    private static boolean hasShelves(Path folder) throws IOException {
        try (Stream<Path> shelves = Files.list(folder)) {
            return shelves.anyMatch(shelf -> shelf.getFileName().toString().matches("[0-9]+"));
        }
    }

    /** Makes the run's former log, if there is one, the spool's; says whether there was. */
    boolean bring(RunId run, Spool spool) throws IOException {
        if (!any) {
            return false;
        }
        Path shelf = folder.resolve(Long.toString(run.value() / 1000));
        Path packed = shelf.resolve(run + ".log.gz");
        if (Files.exists(packed)) {
            try (InputStream in = new GZIPInputStream(Files.newInputStream(packed), 1 << 16)) {
                Files.copy(in, spool.growing(), StandardCopyOption.REPLACE_EXISTING);
            }
            spool.close();
            Files.delete(packed);
            return true;
        }
        Path open = shelf.resolve(run + ".log");
        if (Files.exists(open)) {
            Path tail = shelf.resolve(run + ".tail");
            if (Files.exists(tail)) {
                Files.move(tail, spool.tail(), StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(open, spool.growing(), StandardCopyOption.ATOMIC_MOVE);
            return true;
        }
        return false;
    }
}
