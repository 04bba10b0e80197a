package org.lumenyard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists jobs. */
@Command(
        name = "jobs",
        sortOptions = false,
        description = "List jobs, the newest first, each with why it waits or what failed.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  lumenyard jobs",
            "  lumenyard jobs --state running,failed",
            "  lumenyard jobs --search walk --json"
        })
final class JobsCommand extends ClientCommand {
    @Option(
            names = "--state",
            paramLabel = "STATES",
            description =
                    "Only these of waiting, running, held, cancelling, done, failed, cancelled.")
    @Nullable String state;

    @Option(
            names = "--search",
            paramLabel = "TEXT",
            description = "Only those with this in their name.")
    @Nullable String text;

    @Option(names = "--user", paramLabel = "USER", description = "Only this user's.")
    @Nullable String user;

    @Option(names = "--archived", description = "The archived ones, which are in no other list.")
    boolean archived;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many, up to 1000 (20).")
    int limit = 20;

    JobsCommand(Surroundings around) {
        super(around);
    }

    @Override
    int run(FarmClient farm) {
        var address =
                Address.of("jobs")
                        .with("state", state)
                        .with("q", text)
                        .with("user", user)
                        .with("archived", archived ? "true" : null)
                        .with("limit", limit);
        JsonNode answer = farm.get(address.text());
        if (options.json) {
            print(answer);
            return DONE;
        }
        var page = Json.read(answer, Contract.JobPage.class);
        boolean all = state == null && text == null && user == null && !archived;
        if (page.items().isEmpty()) {
            out().println(
                            all
                                    ? "No jobs yet. Submit one: lumenyard submit scene.blend"
                                    : "No job is like that.");
            return DONE;
        }
        print(table(page));
        if (page.next() != null)
            out().println("There are more: --limit " + Math.min(1_000, limit * 5));
        if (all) out().println(totals(page));
        return DONE;
    }

    private static Table table(Contract.JobPage page) {
        Instant now = Instant.now();
        var table =
                new Table(
                        Table.Column.of("JOB"),
                        Table.Column.of("NAME").shrinking(10),
                        Table.Column.of("STATE"),
                        Table.Column.of("DONE"),
                        Table.Column.number("FAILED").dispensable(1),
                        Table.Column.of("LEFT").dispensable(3),
                        Table.Column.of("PRIORITY").dispensable(4),
                        Table.Column.of("USER").shrinking(8).dispensable(6),
                        Table.Column.of("SUBMITTED").dispensable(5),
                        Table.Column.of("WHY").shrinking(24).dispensable(2));
        for (Contract.Job job : page.items()) {
            table.row(
                    Table.styled(Screen.Style.HEAD, job.id()),
                    job.name(),
                    Table.state(job.state()),
                    job.counts().done() + "/" + job.counts().total(),
                    Table.failures(job.counts()),
                    Phrases.left(job, now),
                    Phrases.rank(job),
                    job.user(),
                    Phrases.ago(job.submittedAt(), now),
                    job.reason());
        }
        return table;
    }

    private static String totals(Contract.JobPage page) {
        return page.states().entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
    }
}
