package org.lumenyard.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The commands that speak with a server, and how they say that something went wrong. */
public final class ClientCommands {
    private ClientCommands() {}

    /** All of them, to be added to the root command. */
    public static List<Object> all() {
        return all(Surroundings.ofThisProcess());
    }

    static List<Object> all(Surroundings around) {
        return List.of(
                new SubmitCommand(around),
                new JobsCommand(around),
                new JobCommand(around),
                new TasksCommand(around),
                new LogsCommand(around),
                new NodesCommand(around),
                new TryAgainCommand(around),
                new LimitsCommand(around),
                LimitCommand.with(around),
                new WatchCommand(around),
                new ExplainCommand(around),
                new OpenCommand(around),
                new JobAction.Cancel(around),
                new JobAction.Delete(around),
                new JobAction.Archive(around),
                new JobAction.Unarchive(around),
                new JobAction.Hold(around),
                new JobAction.Release(around),
                new JobAction.Retry(around),
                new JobAction.Priority(around));
    }

    /**
     * Says what went wrong and what to type next; gives the exit code. For {@link
     * CommandLine#setExecutionExceptionHandler}.
     *
     * @throws Exception the same one, when it is not one of these commands' own
     */
    public static int complain(
            Exception e, CommandLine command, CommandLine.@Nullable ParseResult parsed)
            throws Exception {
        return switch (e) {
            case MisuseException misuse -> misused(misuse.getMessage(), command);
            case FarmClient.Failed failed -> new Complaint(command).about(failed);
            default -> throw e;
        };
    }

    /**
     * Says what was not understood, in a line or two instead of the whole help. For {@link
     * CommandLine#setParameterExceptionHandler}.
     */
    public static int misuse(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        command.getErr().println(e.getMessage());
        UnmatchedArgumentException.printSuggestions(e, command.getErr());
        return teach(command);
    }

    private static int misused(@Nullable String sentence, CommandLine command) {
        command.getErr().println(sentence);
        return teach(command);
    }

    private static int teach(CommandLine command) {
        command.getErr().println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        return ClientCommand.MISUSED;
    }
}
