package org.lumenyard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says why. */
@Command(
        name = "explain",
        sortOptions = false,
        description = {
            "Say why a job or a task of it runs, waits or stands still.",
            "Or why a node has room, or who holds the seats of a limit."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  lumenyard explain 1f",
            "  lumenyard explain 1f --task 87     frame 87",
            "  lumenyard explain --node render07",
            "  lumenyard explain --limit arnold"
        })
final class ExplainCommand extends ClientCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "JOB",
            description = "The job's id, as submit and jobs show it.")
    @Nullable String job;

    @Option(
            names = "--task",
            paramLabel = "LABEL",
            description = "One task of the job, by its label or a frame in it.")
    @Nullable String task;

    @Option(
            names = "--step",
            paramLabel = "STEP",
            description = "The task's step, where several have such a task.")
    @Nullable String step;

    @Option(
            names = "--node",
            paramLabel = "NODE",
            description = "A node, by its name, instead of a job.")
    @Nullable String node;

    @Option(
            names = "--limit",
            paramLabel = "LIMIT",
            description = "A limit, by its name, instead of a job.")
    @Nullable String limit;

    ExplainCommand(Surroundings around) {
        super(around);
    }

    @Override
    int run(FarmClient farm) {
        if (Stream.of(job, node, limit).filter(Objects::nonNull).count() != 1)
            throw new MisuseException(
                    "What is to be explained? A JOB, --node NODE, or --limit LIMIT.");
        if (task != null && job == null)
            throw new MisuseException("Of which job? --task needs a JOB before it.");
        if (step != null && task == null)
            throw new MisuseException("Which task of the step? --step needs --task.");
        JsonNode answer = farm.get(subject(farm).text());
        if (options.json) {
            print(answer);
            return DONE;
        }
        var explanation = Json.read(answer, Contract.Explanation.class);
        screen().wrapped(explanation.summary(), "", "").forEach(out()::println);
        explanation.reasons().forEach(this::tell);
        return DONE;
    }

    private Address subject(FarmClient farm) {
        if (job != null && task != null) return ofTask(farm, job, task);
        if (job != null) return Address.of("jobs", job, "explain");
        if (limit != null) return Address.of("limits", limit.toLowerCase(Locale.ROOT), "explain");
        return Address.of("nodes", nodeId(farm, String.valueOf(node)), "explain");
    }

    private Address ofTask(FarmClient farm, String id, String label) {
        var found = farm.read(Address.of("jobs", id).text()).as(Contract.Job.class);
        Contract.Task one = new TaskSearch(farm, found).task(label, step);
        String index = Long.toString(one.index());
        return Address.of("jobs", id, "steps", one.step(), "tasks", index, "explain");
    }

    private void tell(Contract.Reason reason) {
        String count =
                reason.count() == null || reason.count().isBlank()
                        ? ""
                        : " (" + reason.count() + ")";
        screen().wrapped(reason.text() + count, "- ", "  ").forEach(out()::println);
        if (reason.more() != null)
            screen().wrapped(reason.more(), "  ", "  ").forEach(out()::println);
    }

    /** Nodes are known by name to people, by id to the API. */
    static String nodeId(FarmClient farm, String named) {
        var nodes = Json.read(farm.get("/nodes"), Contract.NodeList.class).items();
        return nodes.stream()
                .filter(node -> node.name().equals(named))
                .map(Contract.Node::id)
                .findFirst()
                .orElse(named);
    }
}
