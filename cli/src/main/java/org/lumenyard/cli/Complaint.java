package org.lumenyard.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/**
 * A failure in words: what happened, and what to type next. Scripts get the problem as JSON too.
 */
final class Complaint {
    private static final Map<String, String> OPTIONS =
            Map.ofEntries(
                    Map.entry("parameters.Scene", "FILE"),
                    Map.entry("parameters.Frames", "--frames"),
                    Map.entry("parameters.Chunk", "--chunk"),
                    Map.entry("parameters.Output", "--out"),
                    Map.entry("parameters.Film", "--film"),
                    Map.entry("jobType", "--type"),
                    Map.entry("priority", "--priority"),
                    Map.entry("band", "--band"),
                    Map.entry("name", "--name"),
                    Map.entry("notes", "--notes"),
                    Map.entry("state", "--state"),
                    Map.entry("limit", "--limit"),
                    Map.entry("q", "--search"),
                    Map.entry("user", "--user"));

    private final CommandLine command;
    private final PrintWriter err;

    Complaint(CommandLine command) {
        this.command = command;
        this.err = command.getErr();
    }

    /** Says it; gives the exit code. */
    int about(FarmClient.Failed failed) {
        return switch (failed) {
            case ProblemException problem -> refused(problem);
            case UnreachableException unreachable -> unreachable(unreachable);
        };
    }

    private int refused(ProblemException problem) {
        if (wantsJson()) command.getOut().println(Json.pretty(problem.document()));
        List<ProblemException.Fault> faults = problem.errors();
        if (faults.isEmpty()) {
            err.println(Screen.clean(problem.detail()));
        } else {
            err.println(faults.size() == 1 ? "This was not accepted:" : "These were not accepted:");
            faults.forEach(fault -> err.println("  " + Screen.clean(sentence(fault))));
        }
        String next = next(problem.word());
        if (!next.isEmpty()) err.println(next);
        return ClientCommand.REFUSED;
    }

    private static String sentence(ProblemException.Fault fault) {
        String path = fault.path();
        String where =
                OPTIONS.getOrDefault(
                        path,
                        path.startsWith("parameters.")
                                ? "-p " + path.substring("parameters.".length())
                                : path);
        return where.isEmpty() ? fault.message() : where + ": " + fault.message();
    }

    private static String next(String word) {
        return switch (word) {
            case "unknown_job" -> "Which there are: lumenyard jobs";
            case "unknown_node" -> "Which there are: lumenyard nodes";
            case "not_logged_in" ->
                    "The token is not this server's: give --token-file FILE, or set LUMENYARD_TOKEN.";
            case "storage_unavailable" -> "Nothing was changed. Try again in a moment.";
            default -> "";
        };
    }

    private int unreachable(UnreachableException e) {
        if (wantsJson()) {
            var document =
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("type", "/problems/unreachable")
                            .put("title", "No server reached")
                            .put("status", 0)
                            .put("detail", e.getMessage());
            command.getOut().println(Json.pretty(document));
        }
        err.println(e.getMessage());
        err.println(
                e.mayHaveArrived()
                        ? "Whether it was done is not known; look with: lumenyard jobs"
                        : "Start one: lumenyard server   or name another: --server URL --token-file FILE");
        return ClientCommand.UNREACHABLE;
    }

    private boolean wantsJson() {
        return command.getCommand() instanceof ClientCommand client && client.options.json;
    }
}
