package org.lumenyard.launcher.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.lumenyard.core.JobPlan;
import org.lumenyard.core.NodeId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long a farm is without its server when that is killed and begun anew. */
@Command(
        name = "recover",
        mixinStandardHelpOptions = true,
        description = {
            "Write the data folder of a farm in the middle of its work: jobs that are all unfinished,",
            "so that nothing of them may be left out, with done tasks, and runs on their nodes. Then",
            "load it, in a new process each time, until the first new run is stored durably.",
            "The limit beside it is a bare cursor of SQLite over the same rows of tasks."
        },
        footer = {
            "",
            "  lumenyard bench recover                                   half a million done tasks",
            "  lumenyard bench recover --done 0 --jobs 100 --runs 8      a small farm"
        })
final class RecoverBench implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CORES = 8;
    private static final int WAITING_IN_A_JOB = 10;

    @Option(names = "--jobs", description = "Unfinished jobs (10000).")
    int jobs = 10_000;

    @Option(names = "--done", description = "Done tasks of theirs (500000).")
    int done = 500_000;

    @Option(names = "--runs", description = "Runs in motion (400).")
    int runs = 400;

    @Option(names = "--times", description = "Measured starts (5); the median is told.")
    int times = 5;

    @Option(names = "--json", description = "Print one line of JSON, the last.")
    boolean json;

    @Override
    public Integer call() throws IOException {
        try (Scratch scratch = Scratch.folder()) {
            Path data = scratch.path().resolve("data");
            System.err.printf("Writing %,d jobs with %,d done tasks...%n", jobs, done);
            write(data);
            var loads = new ArrayList<JsonNode>();
            for (int i = 0; i <= times; i++) {
                JsonNode load = load(data);
                if (i > 0) loads.add(load);
                System.err.printf(
                        "%s: %,.0f ms%n",
                        i == 0 ? "Once before" : "Start " + i, millis(load, "total"));
            }
            tell(loads);
        }
        return 0;
    }

    private void write(Path data) throws IOException {
        JobPlan plan = Templates.plan(done / jobs + WAITING_IN_A_JOB, "work");
        try (History history = History.in(data)) {
            var nodes = new ArrayList<NodeId>();
            for (int i = 0; i < Math.ceilDiv(runs, CORES); i++)
                nodes.add(history.node("node%03d".formatted(i), CORES));
            for (int i = 0; i < jobs; i++) {
                String name = "job " + i;
                if (i < runs) history.running(plan, name, done / jobs, nodes.get(i / CORES));
                else history.job(plan, name, done / jobs, false);
            }
            history.node("spare", 1);
        }
    }

    private static JsonNode load(Path data) throws IOException {
        try (var process =
                BenchProcess.start(
                        "recovery",
                        List.of("--data", data.toString(), "--began", "" + System.nanoTime()))) {
            return JSON.readTree(process.hear());
        }
    }

    private void tell(List<JsonNode> loads) throws IOException {
        var report =
                new Report(
                        "%,d unfinished jobs, %,d done tasks, %,d runs in motion; median of %d starts, each in a new process, after one that is not counted"
                                .formatted(jobs, done, runs, times));
        Spread rows = spread(loads, "rows");
        report.figure(
                "recoverMs",
                "from opening the store to the first new run stored",
                "ms",
                spread(loads, "total"),
                "aim 2,000; the task rows alone through a bare cursor: "
                        + Report.text(rows.median())
                        + " ms");
        Stream.of("open", "takeOver", "load", "farm", "view", "commit")
                .forEach(phase ->
                        report.figure(
                                phase + "Ms", "  " + words(phase), "ms", spread(loads, phase)));
        report.figure("rowsMs", "limit: the same rows through a bare cursor", "ms", rows)
                .figure("cpuMs", "processor time of it all", "ms", spread(loads, "cpu"))
                .figure("jvmMs", "before it, the JVM's own start", "ms", spread(loads, "jvm"))
                .tell(json);
    }

    private static String words(String phase) {
        return switch (phase) {
            case "open" -> "opening the database and its tables";
            case "takeOver" -> "raising the term, durably";
            case "load" -> "reading what is unfinished";
            case "farm" -> "making the farm of it";
            case "view" -> "the first view for reasons";
            case "commit" -> "placing, and the durable commit";
            default -> phase;
        };
    }

    private static Spread spread(List<JsonNode> loads, String phase) {
        return Spread.of(loads.stream().map(load -> millis(load, phase)).toList());
    }

    private static double millis(JsonNode load, String phase) {
        return load.path(phase).asLong() / 1e6;
    }
}
