package org.lumenyard.agent.shell;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A run's folder: its log, its scratch files, and where its outputs go. */
record WorkFolder(Path path) {
    private static final Logger log = LoggerFactory.getLogger(WorkFolder.class);

    void create() throws IOException {
        Files.createDirectories(scratch());
    }

    Path scratch() {
        return path.resolve("scratch");
    }

    Path logFile() {
        return path.resolve("log.txt");
    }

    private Path thumbnailFolder() {
        return path.resolve("thumbnails");
    }

    /** Takes the picture over; returns where it is now. */
    Path keepThumbnail(String label, Path picture) throws IOException {
        Files.createDirectories(thumbnailFolder());
        Path kept = thumbnailFolder().resolve(URLEncoder.encode(label, StandardCharsets.UTF_8));
        return Files.move(picture, kept, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The pictures that were kept and not yet removed, by label. */
    Map<String, Path> thumbnails() {
        var found = new TreeMap<String, Path>();
        try (var pictures = Files.newDirectoryStream(thumbnailFolder())) {
            for (Path picture : pictures) {
                found.put(
                        URLDecoder.decode(picture.getFileName().toString(), StandardCharsets.UTF_8),
                        picture);
            }
        } catch (IOException none) {
            return Map.of();
        }
        return found;
    }

    private Path notedFolders() {
        return path.resolve("output-folders.txt");
    }

    /** So that the next life can clear away what this run leaves unfinished. */
    void noteOutputFolders(Collection<Path> folders) throws IOException {
        Files.write(
                notedFolders(),
                folders.stream()
                        .map(Path::toString)
                        .filter(text -> text.indexOf('\n') < 0)
                        .toList());
    }

    List<Path> outputFolders() {
        try {
            return Files.exists(notedFolders())
                    ? Files.readAllLines(notedFolders()).stream().map(Path::of).toList()
                    : List.of();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    /** Removes the folder with all that is in it; links are removed, not followed. */
    void remove() {
        try {
            if (Files.exists(path)) {
                Files.walkFileTree(path, new Removal());
            }
        } catch (IOException left) {
            log.warn("{} could not be removed: {}", path, left.getMessage());
        }
    }

    private static final class Removal extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failed)
                throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
