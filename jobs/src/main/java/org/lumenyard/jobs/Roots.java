package org.lumenyard.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folders that scenes are read from and outputs written to, links resolved. */
final class Roots {
    private final List<Path> said;
    private final List<Path> real;

    Roots(List<Path> roots) {
        said = roots.stream().map(root -> root.toAbsolutePath().normalize()).toList();
        real = said.stream().map(root -> realOf(root) instanceof Path path ? path : root).toList();
    }

    /**
     * The path in its plain form, when it lies under a root.
     *
     * @param field what to name when it does not
     */
    Path check(String field, String text) throws Refusal {
        Path path;
        try {
            path = Path.of(text).normalize();
        } catch (InvalidPathException e) {
            throw new Refusal(field, "This is no path: %s.".formatted(e.getReason()));
        }
        if (!path.isAbsolute())
            throw new Refusal(field, "Give an absolute path, not \"%s\".".formatted(text));
        Path there = realOf(path);
        if (there == null)
            throw new Refusal(field, path + " leads nowhere: a link on the way is broken.");
        if (real.stream().noneMatch(there::startsWith))
            throw new Refusal(field, outside(path, there));
        return path;
    }

    private String outside(Path path, Path there) {
        String leads = there.equals(path) ? "" : " (it leads to " + there + ")";
        return "%s%s is outside of the folders that this server may use: %s. To allow it, set in lumenyard.yaml: server: {roots: [%s]}"
                .formatted(
                        path,
                        leads,
                        list(said.stream()),
                        list(Stream.concat(said.stream(), Stream.of(folderOf(there)))));
    }

    private static Path folderOf(Path path) {
        if (Files.isDirectory(path)) return path;
        Path folder = path.getParent();
        return folder == null ? path : folder;
    }

    private static String list(Stream<Path> paths) {
        return paths.map(Roots::inYaml).collect(Collectors.joining(", "));
    }

    private static String inYaml(Path path) {
        String text = path.toString();
        return text.matches("[A-Za-z0-9_./~+-][A-Za-z0-9_./~+ -]*")
                ? text
                : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** With links resolved as far as it exists; null where a link cannot be. */
    private static @Nullable Path realOf(Path path) {
        Path there = path;
        Path rest = Path.of("");
        while (there.getParent() != null && !Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
            rest = there.getFileName().resolve(rest);
            there = there.getParent();
        }
        try {
            return there.toRealPath().resolve(rest).normalize();
        } catch (IOException e) {
            return null;
        }
    }
}
