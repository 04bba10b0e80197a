package org.lumenyard.agent.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The engines that an agent has. */
public final class Engines {
    private final List<Engine> engines;

    private Engines(List<Engine> engines) {
        this.engines = engines;
    }

    /**
     * All built-in engines; none knows yet what is installed.
     *
     * @param home a folder of the agent's own for their files, made where missing
     * @throws IOException when their files cannot be written there
     */
    public static Engines builtIn(Path home) throws IOException {
        Files.createDirectories(home);
        return new Engines(
                List.of(
                        new BlenderEngine(home),
                        new EncodeEngine(),
                        new CommandEngine(),
                        new TestPatternEngine(home)));
    }

    /** The engine of that name. */
    public Optional<Engine> named(String name) {
        return engines.stream().filter(engine -> engine.name().equals(name)).findFirst();
    }

    /** Looks for the programs of all engines; takes some seconds where many are found. */
    public List<Installation> discover(Host host) {
        return engines.stream().flatMap(engine -> found(engine, host)).toList();
    }

    private static Stream<Installation> found(Engine engine, Host host) {
        return engine.discover(host).stream();
    }
}
