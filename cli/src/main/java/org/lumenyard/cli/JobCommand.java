package org.lumenyard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows a job. */
@Command(
        name = "job",
        sortOptions = false,
        description = "Show a job: how it stands, its steps, what it was asked to do.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  lumenyard job 1f",
            "  lumenyard job 1f --history      who did what with it",
            "  lumenyard job 1f --json"
        })
final class JobCommand extends ClientCommand {
    private static final int HISTORY = 30;

    @Parameters(paramLabel = "JOB", description = "The job's id, as submit and jobs show it.")
    String id = "";

    @Option(names = "--history", description = "Also who did what with it, and when.")
    boolean history;

    JobCommand(Surroundings around) {
        super(around);
    }

    @Override
    int run(FarmClient farm) {
        JsonNode answer = farm.get(Address.of("jobs", id).text());
        if (options.json) {
            print(answer);
            return DONE;
        }
        var job = Json.read(answer, Contract.Job.class);
        head(job);
        print(steps(job));
        if (job.parameters() != null) job.parameters().forEach(this::field);
        if (job.warnings() != null) job.warnings().forEach(warning -> field("note", warning));
        field("notes", job.notes() == null ? "" : job.notes());
        field("page", farm.url() + "/jobs/" + job.id());
        if (history) history(farm, job);
        return DONE;
    }

    private void head(Contract.Job job) {
        String state = screen().paint(Screen.Style.of(job.state()), job.state());
        out().println(
                        screen().paint(
                                                Screen.Style.HEAD,
                                                job.id() + "  " + Screen.clean(job.name()))
                                + "  "
                                + state);
        out().println(Screen.clean(job.sentence() == null ? "" : job.sentence()));
        if (!job.reason().isBlank()) out().println(Screen.clean(job.reason()));
        forecast(job);
        out().println(
                        "By "
                                + Screen.clean(job.user())
                                + ", "
                                + Phrases.ago(job.submittedAt(), Instant.now())
                                + ", priority "
                                + Phrases.rank(job)
                                + took(job)
                                + ".");
        out().println();
    }

    private void forecast(Contract.Job job) {
        String done = Phrases.done(job, Instant.now(), ZoneId.systemDefault());
        Double pace = job.tasksPerMinute();
        if (!done.isEmpty())
            out().println(done + (pace == null ? "" : " " + Phrases.rate(pace) + " until now."));
        else if (job.noEta() != null) out().println("When done: " + Screen.clean(job.noEta()));
    }

    private static String took(Contract.Job job) {
        if (job.startedAt() == null || job.finishedAt() == null) return "";
        return "; it took " + Phrases.duration(Duration.between(job.startedAt(), job.finishedAt()));
    }

    private static Table steps(Contract.Job job) {
        var table =
                new Table(
                        Table.Column.of("STEP").shrinking(8),
                        Table.Column.of("STATE"),
                        Table.Column.of("DONE"),
                        Table.Column.number("FAILED").dispensable(1),
                        Table.Column.number("RUNNING"),
                        Table.Column.number("WAITING"),
                        Table.Column.of("A TASK").dispensable(3),
                        Table.Column.of("MEMORY").dispensable(4),
                        Table.Column.of("AFTER").shrinking(8).dispensable(2));
        for (Contract.Step step : job.allSteps()) {
            String after =
                    job.allSteps().stream()
                            .filter(s -> step.dependsOn().contains(s.id()))
                            .map(Contract.Step::name)
                            .collect(Collectors.joining(", "));
            table.row(
                    step.name(),
                    Table.state(step.state()),
                    step.counts().done() + "/" + step.size(),
                    Table.failures(step.counts()),
                    step.counts().running(),
                    step.counts().waiting(),
                    step.runSeconds() == null ? "" : "%.1f s".formatted(step.runSeconds()),
                    step.peakMebibytes() == null ? "" : step.peakMebibytes() + " MiB",
                    after);
        }
        return table;
    }

    private void history(FarmClient farm, Contract.Job job) {
        JsonNode answer =
                farm.get(Address.of("jobs", job.id(), "history").with("limit", HISTORY).text());
        var table =
                new Table(
                        Table.Column.of("WHEN"),
                        Table.Column.of("WHO").shrinking(8),
                        Table.Column.of("WHAT").shrinking(20));
        Instant now = Instant.now();
        Json.read(answer, Contract.HistoryPage.class)
                .items()
                .forEach(item -> table.row(Phrases.ago(item.at(), now), item.who(), item.what()));
        out().println();
        print(table);
    }
}
