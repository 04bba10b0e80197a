package org.lumenyard.server.bulk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import org.lumenyard.core.RunId;

/**
 * Small pictures of runs' outputs, a file each, named so that no label can lead out of the folder.
 */
public final class Thumbnails {
    /** The largest picture, in bytes. */
    public static final int MOST_BYTES = 1 << 20;

    private static final HexFormat HEX = HexFormat.of();

    /** A picture that a page may show. */
    public record Picture(byte[] bytes, String mediaType) {}

    private final Path folder;

    public Thumbnails(Path folder) {
        this.folder = folder;
    }

    /**
     * Keeps a picture in place of the one before.
     *
     * @return whether it is a picture at all: PNG, JPEG or WebP, by its first bytes
     */
    public boolean keep(RunId run, String label, byte[] bytes) throws IOException {
        if (MediaTypes.ofPicture(bytes).isEmpty()) {
            return false;
        }
        Path file = file(run, label);
        Files.createDirectories(file.getParent());
        Path half = Files.createTempFile(file.getParent(), "half", ".part");
        Files.write(half, bytes);
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
        return true;
    }

    public Optional<Picture> find(RunId run, String label) throws IOException {
        Path file = file(run, label);
        return Files.isRegularFile(file) ? read(file) : Optional.empty();
    }

    private static Optional<Picture> read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return MediaTypes.ofPicture(bytes).map(type -> new Picture(bytes, type));
    }

    /** Removes all of a run that is over; says how many bytes that were. */
    public long remove(RunId run) throws IOException {
        if (!has(run)) {
            return 0;
        }
        long bytes = 0;
        try (Stream<Path> files = Files.list(folder(run))) {
            for (Path file : files.toList()) {
                bytes += Durable.remove(file);
            }
        }
        Files.deleteIfExists(folder(run));
        return bytes;
    }

    /** Whether the run has any. */
    public boolean has(RunId run) {
        return Files.isDirectory(folder(run));
    }

    /** The one that came last. */
    public Optional<Picture> latest(RunId run) throws IOException {
        if (!has(run)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(folder(run))) {
            Optional<Path> last =
                    files.filter(file -> !file.toString().endsWith(".part"))
                            .max(
                                    Comparator.comparing(
                                                    (Path file) -> file.toFile().lastModified())
                                            .thenComparing(file -> file));
            return last.isPresent() ? read(last.get()) : Optional.empty();
        }
    }

    private Path file(RunId run, String label) {
        String name = HEX.formatHex(label.getBytes(StandardCharsets.UTF_8));
        if (name.length() > 240) {
            name = name.substring(0, 200) + "-" + Integer.toHexString(label.hashCode());
        }
        return folder(run).resolve(name);
    }

    private Path folder(RunId run) {
        return folder.resolve(Long.toString(run.value() / 1000)).resolve(run.toString());
    }
}
