package org.lumenyard.agent.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A note in a folder of tools that says what is just being installed, and by which process, so that
 * work which waits for it can say so. A note whose writer is gone says nothing.
 */
public final class InstallNote {
    private static final String FILE = "installing";

    private InstallNote() {}

    /**
     * Says that this process installs.
     *
     * @param software as jobs ask for it, such as {@code blender}
     * @throws IOException when the folder cannot be made or written
     */
    public static void write(Path toolFolder, Collection<String> software) throws IOException {
        Files.createDirectories(toolFolder);
        String note = ProcessHandle.current().pid() + "\n" + String.join("\n", software) + "\n";
        Path draft = toolFolder.resolve("." + FILE);
        Files.writeString(draft, note);
        Files.move(
                draft,
                toolFolder.resolve(FILE),
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Says that nothing is installed any more.
     *
     * @throws IOException when the note cannot be removed
     */
    public static void remove(Path toolFolder) throws IOException {
        Files.deleteIfExists(toolFolder.resolve(FILE));
    }

    /** What is being installed there; empty when nothing is, or nobody knows. */
    public static Set<String> read(Path toolFolder) {
        try {
            List<String> lines = Files.readAllLines(toolFolder.resolve(FILE));
            boolean alive =
                    ProcessHandle.of(Long.parseLong(lines.getFirst()))
                            .filter(ProcessHandle::isAlive)
                            .isPresent();
            return alive ? new TreeSet<>(lines.subList(1, lines.size())) : Set.of();
        } catch (IOException | RuntimeException none) {
            return Set.of();
        }
    }
}
