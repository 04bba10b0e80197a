package org.lumenyard.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a command finds around it.
 *
 * @param environment variables
 * @param stateFolder where the server of this user on this machine leaves word of itself
 * @param screen what is written to
 * @param folder what relative paths are relative to
 */
record Surroundings(
        Map<String, String> environment,
        Supplier<Path> stateFolder,
        Supplier<Screen> screen,
        Path folder) {
    static Surroundings ofThisProcess() {
        Map<String, String> environment = System.getenv();
        return new Surroundings(
                environment,
                () -> stateFolder(environment),
                () -> Screen.of(environment, System.out),
                Path.of("").toAbsolutePath());
    }

    /** A variable; empty when it is not set. */
    String variable(String name) {
        return environment.getOrDefault(name, "");
    }

    /** What somebody typed as a path, from the root. */
    String absolute(Path path) {
        return folder.resolve(path).normalize().toString();
    }

    /** Where the server leaves word: {@code LUMENYARD_STATE}, or below the user's state folder. */
    static Path stateFolder(Map<String, String> environment) {
        String named = environment.getOrDefault("LUMENYARD_STATE", "");
        if (!named.isEmpty()) return Path.of(named);
        String base = environment.getOrDefault("XDG_STATE_HOME", "");
        String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
        return (base.isEmpty() ? Path.of(home, ".local", "state") : Path.of(base))
                .resolve("lumenyard");
    }
}
