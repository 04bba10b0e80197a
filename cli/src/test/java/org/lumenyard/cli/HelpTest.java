package org.lumenyard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HelpTest {
    private static final Shell SHELL = new Shell(Path.of("/nowhere"));

    static Stream<String> commands() {
        return SHELL.commandLine().getSubcommands().keySet().stream();
    }

    @Test
    void theRootNamesEveryCommandWithinEightyColumns() {
        Shell.Ran ran = SHELL.type("--help");
        assertThat(ran.exit()).isZero();
        assertThat(ran.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
        assertThat(commands())
                .containsExactlyInAnyOrder(
                        "submit",
                        "jobs",
                        "job",
                        "tasks",
                        "logs",
                        "nodes",
                        "try-again",
                        "limits",
                        "limit",
                        "watch",
                        "explain",
                        "open",
                        "cancel",
                        "delete",
                        "archive",
                        "unarchive",
                        "hold",
                        "release",
                        "retry",
                        "priority");
        assertThat(ran.out())
                .contains("submit     Submit a Blender scene, or an OpenJD job template.");
        var list =
                ran.out().lines().dropWhile(line -> !line.startsWith("Commands:")).skip(1).toList();
        assertThat(list)
                .as("one line for each")
                .allSatisfy(line -> assertThat(line).matches(" {2}[a-z-]+ +[A-Z].*\\."));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandTeachesWithExamplesAndExitCodes(String command) {
        Shell.Ran ran = SHELL.type(command, "--help");
        assertThat(ran.exit()).isZero();
        assertThat(ran.out())
                .contains(
                        "Usage: lumenyard " + command,
                        "--json",
                        "Examples:\n  lumenyard " + command,
                        "Exit codes:",
                        "no server reached");
        assertThat(ran.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void whatIsNotUnderstoodIsAnsweredInTwoLines(String command) {
        Shell.Ran ran = SHELL.type(command, "1f", "--no-such-option");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err())
                .contains("--no-such-option")
                .contains("See: lumenyard " + command + " --help");
        assertThat(ran.err().lines().count()).isLessThanOrEqualTo(3);
    }
}
