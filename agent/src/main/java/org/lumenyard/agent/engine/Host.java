package org.lumenyard.agent.engine;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where engines look for programs.
 *
 * @param environment environment variables; {@code PATH} and an engine's own variables are read
 * @param toolFolders further folders, looked at first: each may hold programs itself or in {@code
 *     bin} (a Python environment, for instance)
 */
public record Host(Map<String, String> environment, List<Path> toolFolders) {
    public Host {
        environment = Map.copyOf(environment);
        toolFolders = List.copyOf(toolFolders);
    }

    /** This machine as this process sees it, with the given folders looked at first. */
    public static Host here(Path... toolFolders) {
        return new Host(System.getenv(), List.of(toolFolders));
    }

    /** The first executable file of that name. */
    public Optional<Path> find(String name) {
        return all(name).findFirst();
    }

    /** Every executable file of that name, in the order of search, each real file once. */
    public Stream<Path> all(String name) {
        return folders().map(folder -> folder.resolve(name)).filter(Host::isProgram).distinct();
    }

    private Stream<Path> folders() {
        var tools =
                toolFolders.stream().flatMap(folder -> Stream.of(folder, folder.resolve("bin")));
        var path =
                Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                        .filter(entry -> !entry.isEmpty() && entry.indexOf('\0') < 0)
                        .map(Path::of)
                        .filter(Path::isAbsolute);
        return Stream.concat(tools, path);
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }
}
