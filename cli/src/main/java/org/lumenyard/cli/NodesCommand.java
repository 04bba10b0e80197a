package org.lumenyard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Lists nodes. */
@Command(
        name = "nodes",
        sortOptions = false,
        description = "List the farm's nodes: what runs there, what is free, and why.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  lumenyard nodes",
            "  lumenyard explain --node NODE      why it is idle",
            "  lumenyard try-again NODE           after a quarantine",
            "  lumenyard nodes --json"
        })
final class NodesCommand extends ClientCommand {
    private static final String CORES = "amount.worker.vcpu";
    private static final String MEMORY = "amount.worker.memory";

    NodesCommand(Surroundings around) {
        super(around);
    }

    @Override
    int run(FarmClient farm) {
        JsonNode answer = farm.get("/nodes");
        if (options.json) {
            print(answer);
            return DONE;
        }
        var nodes = Json.read(answer, Contract.NodeList.class).items();
        if (nodes.isEmpty()) {
            out().println("No node has joined yet. Start an agent: lumenyard agent");
            return DONE;
        }
        print(table(nodes));
        return DONE;
    }

    private static Table table(List<Contract.Node> nodes) {
        var table =
                new Table(
                        Table.Column.of("NODE").shrinking(8),
                        Table.Column.of("STATE"),
                        Table.Column.of("RUNS").shrinking(10),
                        Table.Column.of("CORES USED").dispensable(2),
                        Table.Column.of("MEMORY USED").dispensable(4),
                        Table.Column.number("LOAD").dispensable(5),
                        Table.Column.of("WARM").shrinking(10).dispensable(3),
                        Table.Column.of("WHY").shrinking(14).dispensable(1));
        for (Contract.Node node : nodes) {
            table.row(
                    node.name(),
                    Table.state(state(node)),
                    runs(node),
                    used(node, CORES, 1, ""),
                    used(node, MEMORY, 1_024, " GiB"),
                    node.load() == null ? "" : "%.1f".formatted(node.load()),
                    warm(node),
                    why(node));
        }
        return table;
    }

    private static String state(Contract.Node node) {
        boolean quarantined = node.quarantine() != null && node.state().equals("online");
        return quarantined ? "quarantined" : node.state();
    }

    /** The tasks, when they are few; their number otherwise. */
    private static String runs(Contract.Node node) {
        List<Contract.Run> runs = node.runs() == null ? List.of() : node.runs();
        if (runs.size() > 3) return runs.size() + " tasks";
        return runs.stream()
                .map(run -> (run.jobName() == null ? run.job() : run.jobName()) + " " + run.label())
                .collect(Collectors.joining(", "));
    }

    private static String used(Contract.Node node, String amount, long unit, String name) {
        @Nullable Long all = node.amounts().get(amount);
        if (all == null) return "";
        long used = all - node.free().getOrDefault(amount, all);
        return unit == 1
                ? used + "/" + all
                : "%.1f/%.1f%s".formatted((double) used / unit, (double) all / unit, name);
    }

    private static String warm(Contract.Node node) {
        List<Contract.Instance> instances = node.instances() == null ? List.of() : node.instances();
        return instances.stream()
                .map(instance -> scene(instance.model()))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** The file's name of a model such as {@code blender:/shots/a.blend@812-1790}. */
    private static String scene(String model) {
        String path = model.replaceFirst("@[0-9-]+$", "");
        return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf(':')) + 1);
    }

    private static String why(Contract.Node node) {
        if (node.goneWhy() != null && !node.goneWhy().isBlank()) return node.goneWhy();
        if (node.quarantine() != null) return node.quarantine();
        Double silent = node.silentSeconds();
        if (silent != null && silent > 30)
            return "silent for " + Phrases.duration(Duration.ofSeconds(silent.longValue()));
        return node.idleReason() == null ? "" : node.idleReason();
    }
}
