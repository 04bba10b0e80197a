package org.lumenyard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints a log. */
@Command(
        name = "logs",
        sortOptions = false,
        description = {
            "Print the log of a run, of a task, or of a job's run worth reading.",
            "That is the latest that failed, else one that runs, else the latest."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  lumenyard logs 1f                 why did job 1f fail?",
            "  lumenyard logs 1f --task 87       frame 87",
            "  lumenyard logs 9k --follow        run 9k, until it ends",
            "  lumenyard logs 1f --tail 50"
        })
final class LogsCommand extends ClientCommand {
    private static final int RUNS = 200;

    @Parameters(paramLabel = "RUN|JOB", description = "A run's or a job's id.")
    String id = "";

    @Option(
            names = "--task",
            paramLabel = "LABEL",
            description = "The task's label, or a frame in it.")
    @Nullable String task;

    @Option(
            names = "--step",
            paramLabel = "STEP",
            description = "The task's step, where several have such a task.")
    @Nullable String step;

    @Option(
            names = "--tail",
            paramLabel = "N",
            description = "Only the last so many lines, up to 10000.")
    @Nullable Integer tail;

    @Option(
            names = {"-f", "--follow"},
            description = "Stay until the run has ended.")
    boolean follow;

    LogsCommand(Surroundings around) {
        super(around);
    }

    @Override
    int run(FarmClient farm) {
        if (tail != null && (tail < 1 || tail > 10_000))
            throw new MisuseException("--tail has to be from 1 to 10000.");
        Optional<JsonNode> found = find(farm);
        if (found.isEmpty()) {
            err().println("Nothing of it has run yet. Why: lumenyard explain " + id);
            return JOB_FAILED;
        }
        JsonNode run = found.get();
        var shown = Json.read(run, Contract.Run.class);
        var last = tail == null ? OptionalInt.empty() : OptionalInt.of(tail);
        try (Reader log =
                new InputStreamReader(farm.log(shown.id(), last, follow), StandardCharsets.UTF_8)) {
            if (options.json) {
                print(Json.MAPPER.valueToTree(Map.of("run", run, "log", log.readAllAsString())));
            } else {
                err().println(screen().paint(Screen.Style.QUIET, title(shown)));
                copy(log);
            }
        } catch (IOException e) {
            throw new UnreachableException("The log broke off: the server has gone away.", true);
        }
        return DONE;
    }

    private static String title(Contract.Run run) {
        String sentence = run.sentence() == null ? "" : ": " + run.sentence();
        return Screen.clean(
                "Run "
                        + run.id()
                        + ", "
                        + run.stepName()
                        + " "
                        + run.label()
                        + " on "
                        + run.nodeName()
                        + ", "
                        + run.state()
                        + sentence);
    }

    private void copy(Reader log) throws IOException {
        char[] buffer = new char[8_192];
        boolean open = false;
        boolean empty = true;
        for (int count = log.read(buffer); count >= 0; count = log.read(buffer)) {
            if (count == 0) continue;
            empty = false;
            String text = new String(buffer, 0, count);
            out().print(screen().live() ? harmless(text) : text);
            out().flush();
            open = buffer[count - 1] != '\n';
        }
        if (open) out().println();
        if (empty) err().println("(it has written nothing)");
        out().flush();
    }

    /**
     * On a terminal a log may not steer it: of control characters only line ends and tabs are left.
     */
    private static String harmless(String text) {
        return text.replace('\r', '\n').replaceAll("[\\p{Cc}&&[^\n\t]]", "");
    }

    // Which run

    private Optional<JsonNode> find(FarmClient farm) {
        if (task == null) {
            try {
                return Optional.of(farm.get(Address.of("runs", id).text()));
            } catch (ProblemException e) {
                // Then it is a job's id, or nothing's.
                if (e.status() != 404) throw e;
            }
        }
        var job = farm.read(Address.of("jobs", id).text()).as(Contract.Job.class);
        return task == null ? ofJob(farm, job) : ofTask(farm, job, task);
    }

    private Optional<JsonNode> ofTask(FarmClient farm, Contract.Job job, String label) {
        String run = new TaskSearch(farm, job).task(label, step).run();
        return run == null
                ? Optional.empty()
                : Optional.of(farm.get(Address.of("runs", run).text()));
    }

    private static Optional<JsonNode> ofJob(FarmClient farm, Contract.Job job) {
        JsonNode page = farm.get(Address.of("jobs", job.id(), "runs").with("limit", RUNS).text());
        List<JsonNode> runs = page.path("items").valueStream().toList();
        Predicate<JsonNode> failed =
                run -> job.counts().failed() > 0 && run.path("state").asText().equals("failed");
        Predicate<JsonNode> running = run -> run.path("state").asText().equals("running");
        return first(runs, failed)
                .or(() -> first(runs, running))
                .or(() -> first(runs, run -> true));
    }

    private static Optional<JsonNode> first(List<JsonNode> runs, Predicate<JsonNode> wanted) {
        return runs.stream().filter(wanted).findFirst();
    }
}
