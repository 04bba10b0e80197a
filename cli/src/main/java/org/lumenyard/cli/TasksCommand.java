package org.lumenyard.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists a job's tasks. */
@Command(
        name = "tasks",
        sortOptions = false,
        description = "List a job's tasks, with where and how often each was tried.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  lumenyard tasks 1f",
            "  lumenyard tasks 1f --state failed",
            "  lumenyard tasks 1f --step render --limit 1000 --json"
        })
final class TasksCommand extends ClientCommand {
    @Parameters(paramLabel = "JOB", description = "The job's id, as submit and jobs show it.")
    String id = "";

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description =
                    "Only those that are waiting, blocked, held, running, done, failed or cancelled.")
    @Nullable String state;

    @Option(names = "--step", paramLabel = "STEP", description = "Only this step's, by its name.")
    @Nullable String step;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many (100).")
    int limit = 100;

    /** A task with the name of its step, which people know it by. */
    private record Found(Contract.Step step, Contract.Task task) {}

    TasksCommand(Surroundings around) {
        super(around);
    }

    @Override
    int run(FarmClient farm) {
        if (limit < 1) throw new MisuseException("--limit has to be at least 1.");
        var job = farm.read(Address.of("jobs", id).text()).as(Contract.Job.class);
        var found = new ArrayList<Found>();
        boolean more = collect(new TaskSearch(farm, job), found);
        if (options.json) {
            var items =
                    found.stream()
                            .map(f -> Map.of("stepName", f.step().name(), "task", f.task()))
                            .toList();
            print(Json.MAPPER.valueToTree(Map.of("items", items, "more", more)));
        } else if (found.isEmpty()) {
            out().println(
                            "No task of "
                                    + job.id()
                                    + " is "
                                    + (state == null ? "there" : state)
                                    + ".");
        } else {
            print(table(found, job.allSteps().size() > 1));
            if (more) out().println("There are more: --limit " + limit * 10L);
        }
        return DONE;
    }

    /** Says whether there are more than the limit. */
    private boolean collect(TaskSearch search, List<Found> found) {
        for (Contract.Step each : search.steps(step)) {
            String cursor = null;
            do {
                if (found.size() == limit) return true;
                var page = search.page(each, state, Math.min(1_000, limit - found.size()), cursor);
                page.items().forEach(task -> found.add(new Found(each, task)));
                cursor = page.next();
            } while (cursor != null);
        }
        return false;
    }

    private static Table table(List<Found> found, boolean severalSteps) {
        var table =
                new Table(
                        Table.Column.of("TASK").shrinking(8),
                        Table.Column.of("STEP").shrinking(8).dispensable(3),
                        Table.Column.of("STATE"),
                        Table.Column.of("NODE").shrinking(8),
                        Table.Column.of("RUN"),
                        Table.Column.of("TROUBLE").shrinking(10).dispensable(1));
        for (Found each : found) {
            Contract.Task task = each.task();
            table.row(
                    task.label(),
                    severalSteps ? each.step().name() : "",
                    Table.state(task.state()),
                    task.node() == null ? "" : task.node(),
                    task.run() == null ? "" : task.run(),
                    trouble(task));
        }
        return table;
    }

    private static String trouble(Contract.Task task) {
        var trouble = new ArrayList<String>();
        if (task.failures() > 0) trouble.add("failed " + times(task.failures()));
        if (task.losses() > 0) trouble.add("lost " + times(task.losses()));
        return String.join(", ", trouble);
    }

    private static String times(int count) {
        return count == 1 ? "once" : count == 2 ? "twice" : count + " times";
    }
}
