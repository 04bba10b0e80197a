package org.lumenyard.launcher;

import java.io.IOException;
import org.lumenyard.cli.ClientCommands;
import org.lumenyard.launcher.bench.BenchCommand;
import org.lumenyard.launcher.config.ConfigException;
import org.lumenyard.launcher.demo.DemoCommand;
import org.lumenyard.store.StoreFailure;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Where every process of Lumenyard begins. */
@Command(
        name = "lumenyard",
        mixinStandardHelpOptions = true,
        version = "lumenyard 0.1.0",
        description = "One scheduler for frames, tiles, encodes and live renderers.",
        footer = {
            "",
            "New here?           lumenyard demo",
            "Have a scene?       lumenyard submit scene.blend --watch",
            "Something waits?    lumenyard explain JOB"
        })
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** All commands, ready to execute. */
    static CommandLine commandLine() {
        var root = new CommandLine(new Main());
        root.addSubcommand(new DemoCommand());
        root.addSubcommand(new ServerCommand());
        root.addSubcommand(new AgentCommand());
        ClientCommands.all().forEach(root::addSubcommand);
        root.addSubcommand(new StopCommand());
        root.addSubcommand(new ConfigCommand());
        root.addSubcommand(new DbCommand());
        root.addSubcommand(new BenchCommand());
        root.addSubcommand(new SimulateCommand());
        root.addSubcommand(new RehearseCommand());
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setExecutionExceptionHandler(Main::complain);
        root.setParameterExceptionHandler(ClientCommands::misuse);
        return root;
    }

    /** What went wrong in a sentence; never a stack trace for what a person can mend. */
    private static int complain(Exception e, CommandLine command, CommandLine.ParseResult parsed)
            throws Exception {
        if (e instanceof ConfigException || e instanceof IOException || e instanceof StoreFailure) {
            command.getErr().println(String.valueOf(e.getMessage()));
            return 1;
        }
        return ClientCommands.complain(e, command, parsed);
    }
}
