package org.lumenyard.agent.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a program one short question, such as its version. */
final class Probe {
    private static final int SECONDS = 20;

    private Probe() {}

    /**
     * Runs the command and looks at each line of its output.
     *
     * @return group 1 of the first line that the pattern matches whole; nothing when there is none,
     *     the program does not start, or it takes longer than 20 s
     */
    static Optional<String> firstMatch(List<String> command, String pattern) {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
        } catch (IOException notStarted) {
            return Optional.empty();
        }
        try (var output = process.inputReader(StandardCharsets.UTF_8)) {
            var timer = process.onExit().orTimeout(SECONDS, TimeUnit.SECONDS);
            // Not at its exit: destroying closes the pipe too, with what was not read yet.
            var unused = timer.exceptionally(late -> process.destroyForcibly());
            Pattern wanted = Pattern.compile(pattern);
            return output.lines()
                    .map(wanted::matcher)
                    .filter(Matcher::matches)
                    .map(match -> match.group(1))
                    .findFirst();
        } catch (IOException | UncheckedIOException broken) {
            return Optional.empty();
        } finally {
            process.destroyForcibly();
        }
    }
}
