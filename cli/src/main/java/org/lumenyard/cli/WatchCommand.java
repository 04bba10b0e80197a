package org.lumenyard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.Writer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Watches a job until it ends. */
@Command(
        name = "watch",
        sortOptions = false,
        description = {
            "Show how a job goes until it ends.",
            "What is done, its pace, the time left, and why it waits if it does.",
            "Ctrl-C ends the watching, not the job."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  lumenyard watch 1f",
            "  lumenyard watch 1f && mpv film.mp4      only when every frame is there",
            "  lumenyard watch 1f --json               wait, then print the job as JSON"
        })
final class WatchCommand extends ClientCommand {
    @Parameters(paramLabel = "JOB", description = "The job's id, as submit and jobs show it.")
    String job = "";

    WatchCommand(Surroundings around) {
        super(around);
    }

    @Override
    int run(FarmClient farm) throws InterruptedException {
        return watch(this, farm, job);
    }

    /** Watches for any command; with JSON silently, and the job at its end is the answer. */
    static int watch(ClientCommand command, FarmClient farm, String job)
            throws InterruptedException {
        boolean json = command.options.json;
        PrintWriter shown = json ? new PrintWriter(Writer.nullWriter()) : command.out();
        JsonNode end = new JobWatch(farm, command.screen(), shown).untilEnd(job);
        Contract.Job ended = Json.read(end, Contract.Job.class);
        if (json) {
            command.print(end);
        } else {
            Ending.lines(ended).forEach(command.out()::println);
        }
        return Ending.exitCode(ended);
    }
}
