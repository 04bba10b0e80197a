package org.lumenyard.agent.shell;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.Set;
import org.lumenyard.agent.Event;
import org.lumenyard.agent.FinalReport;
import org.lumenyard.agent.FinalReport.Publication;
import org.lumenyard.agent.guard.BootClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives verified files their final names, and removes those that shall not have one. */
final class OutputFiles {
    private static final Logger log = LoggerFactory.getLogger(OutputFiles.class);

    /** What shared disks may be wrong by about when a file was written. */
    private static final long COARSEST_TIME_MILLIS = 2_000;

    private OutputFiles() {}

    /** A verified part of that size, as it is to be told a target from that has its name. */
    static Publication publication(Path part, Path target, long bytes) {
        return new Publication(part.toString(), target.toString(), bytes, modified(part));
    }

    /** Negative when it cannot be told: then the size alone has to do. */
    private static long modified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException gone) {
            return -1;
        }
    }

    /** Names all files of the report, each only while the lease is good. */
    static Event publish(FinalReport report, long notAfter) {
        for (Publication file : report.publications()) {
            try {
                // Before the look at the lease: a file server may take long over this.
                syncPart(file);
                if (BootClock.nowMillis() >= notAfter) {
                    return new Event.PublishedTooLate(report.run());
                }
                if (!publish(file)) {
                    return new Event.NotPublished(
                            report.run(),
                            "bad_output",
                            "The output "
                                    + nameOf(file)
                                    + " was gone before it could get its name.");
                }
            } catch (IOException e) {
                log.warn("run {}: {} got no name", report.run(), file.target(), e);
                return new Event.NotPublished(report.run(), reason(e), sentence(file, e));
            }
        }
        return new Event.Published(report.run());
    }

    private static void syncPart(Publication file) throws IOException {
        Path part = Path.of(file.part());
        if (Files.exists(part)) {
            DurableFile.sync(part);
        }
    }

    private static boolean publish(Publication file) throws IOException {
        Path part = Path.of(file.part());
        Path target = Path.of(file.target());
        if (!Files.exists(part)) {
            return Files.isRegularFile(target)
                    && Files.size(target) == file.bytes()
                    && modified(target) >= file.modified() - COARSEST_TIME_MILLIS;
        }
        Files.move(
                part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        DurableFile.syncFolderOf(target);
        return true;
    }

    private static String reason(IOException e) {
        String text = String.valueOf(e.getMessage());
        return text.contains("No space left") || text.contains("quota")
                ? "disk_full"
                : "output_folder";
    }

    private static String sentence(Publication file, IOException e) {
        String why = e instanceof FileSystemException known ? known.getReason() : e.getMessage();
        return "The output %s could not get its name%s."
                .formatted(nameOf(file), why == null ? "" : ": " + why.strip());
    }

    private static String nameOf(Publication file) {
        return String.valueOf(Path.of(file.target()).getFileName());
    }

    static void discard(FinalReport report) {
        report.publications().forEach(file -> delete(Path.of(file.part())));
    }

    /**
     * Removes whatever parts a run has left in these folders, but for those that are still to
     * count.
     */
    static void clearParts(long run, Collection<Path> folders, Set<Path> kept) {
        for (Path folder : folders) {
            try (var parts = Files.newDirectoryStream(folder, "." + run + ".part.*")) {
                for (Path part : parts) {
                    if (!kept.contains(part)) {
                        delete(part);
                    }
                }
            } catch (IOException gone) {
                log.debug("run {}: nothing to clear in {}", run, folder);
            }
        }
    }

    /** How large the parts are that a run has in these folders. */
    static long partBytes(long run, Collection<Path> folders) {
        long bytes = 0;
        for (Path folder : folders) {
            try (var parts = Files.newDirectoryStream(folder, "." + run + ".part.*")) {
                for (Path part : parts) {
                    bytes += Files.size(part);
                }
            } catch (IOException | DirectoryIteratorException gone) {
                log.debug("run {}: the parts in {} cannot be seen", run, folder);
            }
        }
        return bytes;
    }

    private static void delete(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            log.warn("{} could not be removed: {}", part, e.getMessage());
        }
    }
}
