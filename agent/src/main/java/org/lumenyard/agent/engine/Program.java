package org.lumenyard.agent.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A process to start.
 *
 * @param command the program and its arguments, never shell text
 * @param environment variables set in addition to the agent's own
 * @param folder the working folder
 * @param input whether lines will be sent to it; otherwise its standard input is empty
 */
public record Program(
        List<String> command, Map<String, String> environment, Path folder, boolean input) {
    public Program {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        if (command.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
    }

    /** A process without input or variables of its own. */
    public static Program of(Path folder, List<String> command) {
        return new Program(command, Map.of(), folder, false);
    }
}
