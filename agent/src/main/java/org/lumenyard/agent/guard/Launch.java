package org.lumenyard.agent.guard;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What is to be run, and until when it may.
 *
 * @param mark whose run it is; no two living runs share one
 * @param command the program and its arguments, looked up on the environment's {@code PATH}
 * @param environment added to the agent's own environment, from which everything that begins with
 *     {@code LUMENYARD_} has been taken: the agent's secrets are not the command's
 * @param folder the absolute working folder
 * @param input whether the command reads from {@link GuardedProcess#input}; it gets {@code
 *     /dev/null} otherwise
 * @param leaseEndsAtBootMillis when the guard kills it unless told a later moment, on {@link
 *     BootClock}
 */
public record Launch(
        Mark mark,
        List<String> command,
        Map<String, String> environment,
        Path folder,
        boolean input,
        long leaseEndsAtBootMillis) {

    /**
     * @throws IllegalArgumentException if the kernel could not be given this: an empty command, a
     *     NUL character, a variable's name with {@code =} in it, a folder that is not absolute
     */
    public Launch {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        if (command.isEmpty() || command.getFirst().isEmpty()) {
            throw new IllegalArgumentException("the command is empty");
        }
        command.forEach(argument -> requireNoNul(argument, "argument"));
        environment.forEach(Launch::requireVariable);
        if (!folder.isAbsolute()) {
            throw new IllegalArgumentException("the working folder " + folder + " is not absolute");
        }
    }

    private static void requireVariable(String name, String value) {
        if (name.isEmpty() || name.indexOf('=') >= 0) {
            throw new IllegalArgumentException("\"" + name + "\" cannot be the name of a variable");
        }
        requireNoNul(name, "variable's name");
        requireNoNul(value, "variable's value");
    }

    private static void requireNoNul(String text, String what) {
        if (text.indexOf('\0') >= 0)
            throw new IllegalArgumentException("a NUL character in the command's " + what);
    }
}
