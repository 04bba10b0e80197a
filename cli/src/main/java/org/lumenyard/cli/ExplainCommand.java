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
            "Say why a job runs, waits or stands still, or why a node has room.",
            "Or who holds the seats of a limit."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  lumenyard explain 1f",
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
        if (job != null) return Address.of("jobs", job, "explain");
        if (limit != null) return Address.of("limits", limit.toLowerCase(Locale.ROOT), "explain");
        return Address.of("nodes", nodeId(farm, String.valueOf(node)), "explain");
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
