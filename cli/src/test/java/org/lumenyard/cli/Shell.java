package org.lumenyard.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Types commands, as a person in a folder would. */
final class Shell {
    @Command(
            name = "lumenyard",
            mixinStandardHelpOptions = true,
            description = "One scheduler for frames, tiles, encodes and live renderers.")
    private static final class Root {}

    /** What came of a command. */
    record Ran(int exit, String out, String err) {}

    final Path folder;
    final Map<String, String> environment = new HashMap<>();
    Screen screen = new Screen(80, false, false, true);

    Shell(Path folder) {
        this.folder = folder;
    }

    /** A shell on the machine of this server. */
    static Shell beside(FakeFarm farm, Path folder) throws java.io.IOException {
        new ServerState(farm.url(), FakeFarm.TOKEN, "an-agents", 1)
                .write(ServerState.file(folder.resolve("state")));
        return new Shell(folder);
    }

    CommandLine commandLine() {
        var around =
                new Surroundings(environment, () -> folder.resolve("state"), () -> screen, folder);
        var root = new CommandLine(new Root());
        ClientCommands.all(around).forEach(root::addSubcommand);
        root.setExecutionExceptionHandler(ClientCommands::complain);
        root.setParameterExceptionHandler(ClientCommands::misuse);
        return root;
    }

    Ran type(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        CommandLine root =
                commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int exit = root.execute(arguments);
        return new Ran(exit, out.toString(), err.toString());
    }
}
