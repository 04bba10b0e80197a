package org.lumenyard.launcher.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lumenyard.launcher.Settings;
import org.lumenyard.launcher.config.Setting;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How fast tasks go through a whole farm, durably, and how long a slot waits for its next one. */
@Command(
        name = "dispatch",
        mixinStandardHelpOptions = true,
        description = {
            "Put tasks through a farm whose agents are real but whose work only takes time: a server,",
            "the agents in a process of their own over real WebSockets, and an onlooker who reads the",
            "list of jobs all the while. Each round is compared with what the disk and the slots allow."
        },
        footer = {
            "",
            "  lumenyard bench dispatch                                  tasks that take no time",
            "  lumenyard bench dispatch --nodes 200 --tasks 6000 --jobs 60 --task-seconds 2",
            "  lumenyard bench dispatch --nodes 200 --tasks 6000 --jobs 60 --task-seconds 2 --sizes 8 --priorities 60",
            "  lumenyard bench dispatch --queued 1000000                 a long queue behind them",
            "  lumenyard bench dispatch --nodes 1000 --shapes 20 --jobs 10000 --tasks 1000000 --requirements 50 --rounds 1"
        })
final class DispatchBench implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin Settings settings = new Settings();

    @Option(names = "--nodes", description = "Agents (50).")
    int nodes = 50;

    @Option(names = "--slots", description = "Cores of each node (8).")
    int slots = 8;

    @Option(names = "--tasks", description = "Tasks of a round, over all jobs (100000).")
    int tasks = 100_000;

    @Option(names = "--jobs", description = "Jobs of a round (20).")
    int jobs = 20;

    @Option(names = "--task-seconds", description = "How long a task takes (0).")
    double taskSeconds;

    @Option(names = "--sizes", description = "Tasks need 1, 2, ... so many cores (1).")
    int sizes = 1;

    @Option(names = "--priorities", description = "Jobs have so many different priorities (1).")
    int priorities = 1;

    @Option(
            names = "--shapes",
            description =
                    "Nodes of so many shapes: up to five more slots by four, then more memory (1).")
    int shapes = 1;

    @Option(
            names = "--requirements",
            description = "Jobs of so many requirement sets: 1 to 10 cores, then more memory (1).")
    int requirements = 1;

    @Option(
            names = "--queued",
            description =
                    "So many more tasks wait all the while, and rounds are taken of the flow (0).")
    int queued;

    @Option(
            names = "--store",
            paramLabel = "URL",
            description = {
                "postgresql://USER@HOST/DATABASE: on that server, in databases that the benchmark makes and",
                "removes; without it SQLite."
            })
    @Nullable String url;

    @Option(names = "--rounds", description = "Measured rounds (5); the median is told.")
    int rounds = 5;

    @Option(
            names = "--warm-up",
            description =
                    "Tasks before them in the same processes (60,000 of no length, and a round).")
    int warmUp = 60_000;

    @Option(names = "--json", description = "Print one line of JSON, the last.")
    boolean json;

    /** What one round came to. */
    private record Round(
            double seconds,
            double tasksPerSecond,
            double gapP50Ms,
            double gapP99Ms,
            double lagP99Ms,
            double firstP99Ms,
            double cpuMicrosPerTask,
            double bytesPerTask,
            double batches,
            double silenceMs,
            double looks) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (var database = BenchDatabase.of(url)) {
            return call(database);
        }
    }

    private int call(BenchDatabase database) throws IOException, InterruptedException {
        double syncs;
        double storeLimit;
        try (Scratch scratch = Scratch.folder()) {
            say("Measuring the disk and the database alone...");
            syncs = Limits.syncsPerSecond(scratch.path());
            storeLimit = Limits.tasksPerSecond(database.limit(scratch.path()), 200_000);
        }
        var more = new EnumMap<Setting, String>(Setting.class);
        more.putAll(database.settings());
        more.put(Setting.LOCAL_AGENT, "false");
        try (var farm = BenchFarm.start(settings, more);
                var agents = BenchProcess.start("agents-process", farm.state(), agentOptions());
                var onlooker = BenchProcess.start("onlooker", farm.state(), List.of())) {
            agents.hear();
            warmUp(farm, agents, onlooker);
            if (queued > 0) {
                say("Queueing %,d tasks and those of the rounds...".formatted(queued));
                submit(farm, queued + (rounds + 1) * tasks);
            }
            var measured = new ArrayList<Round>();
            for (int i = 1; i <= rounds; i++) {
                Round round = round(farm, agents, onlooker, tasks, taskSeconds, queued == 0);
                measured.add(round);
                say("Round %d of %d: %,.0f tasks/s".formatted(i, rounds, round.tasksPerSecond()));
            }
            // With PostgreSQL it is another process that makes files durable.
            Synced synced =
                    url == null ? countSyncs(farm, agents, onlooker) : new Synced(false, 0, 0);
            tell(measured, syncs, storeLimit, synced, database.name());
        }
        return 0;
    }

    private List<String> agentOptions() {
        var options = new ArrayList<String>(List.of("--nodes", "" + nodes));
        for (int shape = 0; shape < shapes; shape++) {
            options.addAll(List.of("--slots", "" + coresOf(shape)));
            options.addAll(List.of("--memory", "" + 16_384 * (1 + shape / 5 % 4)));
        }
        options.addAll(List.of("--task-seconds", "" + taskSeconds));
        if (queued > 0) options.add("--endless");
        return options;
    }

    private int coresFor(int job) {
        return 1 + (requirements > 1 ? job % requirements % 10 : job % sizes);
    }

    private int coresOf(int shape) {
        return slots + 4 * (shape % 5);
    }

    /**
     * The compiler must have seen the code before it is measured: tasks of no length do that the
     * soonest, and a round as it will be measured comes after them.
     */
    private void warmUp(BenchFarm farm, BenchProcess agents, BenchProcess onlooker)
            throws IOException, InterruptedException {
        if (warmUp == 0) return;
        say("Warming up with %s...".formatted(warmth()));
        round(farm, agents, onlooker, warmUp, 0, true);
        if (taskSeconds > 0) round(farm, agents, onlooker, tasks, taskSeconds, true);
    }

    private String warmth() {
        if (warmUp == 0) return "nothing";
        String round = taskSeconds > 0 ? " and a round" : "";
        return String.format(Locale.ROOT, "%,d tasks of no length%s", warmUp, round);
    }

    /**
     * @param submitting whether its tasks are submitted for it, or are there already
     */
    private Round round(
            BenchFarm farm,
            BenchProcess agents,
            BenchProcess onlooker,
            int howMany,
            double taskSeconds,
            boolean submitting)
            throws IOException, InterruptedException {
        var bodies = submitting ? bodies(howMany) : List.<ObjectNode>of();
        onlooker.say("");
        onlooker.hear();
        long cpu = farm.serverCpuMicros();
        long bytes = farm.databaseBytes();
        double batches = farm.figure("lumenyard_batch_commit_seconds_count");
        long began = System.nanoTime();
        agents.say(began + " " + howMany + " " + taskSeconds);
        for (ObjectNode body : bodies) farm.client().post("/jobs", body, null);
        JsonNode told = JSON.readTree(agents.hear());
        double usedCpu = farm.serverCpuMicros() - cpu;
        onlooker.say("");
        String[] seen = onlooker.hear().split(" ");
        double seconds = told.path("seconds").asDouble();
        return new Round(
                seconds,
                howMany / seconds,
                told.path("gapP50Nanos").asLong() / 1e6,
                told.path("gapP99Nanos").asLong() / 1e6,
                told.path("lagP99Nanos").asLong() / 1e6,
                Math.max(0, told.path("firstP99Nanos").asLong() - began) / 1e6,
                usedCpu / howMany,
                (double) (farm.databaseBytes() - bytes) / howMany,
                farm.figure("lumenyard_batch_commit_seconds_count") - batches,
                Long.parseLong(seen[0]) / 1e6,
                Double.parseDouble(seen[1]));
    }

    private void submit(BenchFarm farm, int howMany) throws IOException, InterruptedException {
        for (ObjectNode body : bodies(howMany)) farm.client().post("/jobs", body, null);
    }

    private List<ObjectNode> bodies(int howMany) {
        var bodies = new ArrayList<ObjectNode>();
        for (int job = 0; job < jobs; job++) {
            int share = howMany / jobs + (job < howMany % jobs ? 1 : 0);
            if (share > 0) bodies.add(body(job, share));
        }
        return bodies;
    }

    private ObjectNode body(int job, int share) {
        int cores = coresFor(job);
        String memory =
                requirements == 1
                        ? ""
                        : ", {name: amount.worker.memory, min: %d}"
                                .formatted(1_024 << job % requirements / 10 % 5);
        String template =
                """
                specificationVersion: jobtemplate-2023-09
                extensions: [LUMENYARD_ENGINE]
                name: bench
                steps:
                  - name: work
                    parameterSpace: {taskParameterDefinitions: [{name: Item, type: INT, range: "1-%d"}]}
                    hostRequirements: {amounts: [{name: amount.worker.vcpu, min: %d, max: %d}%s]}
                    script: {engine: {name: command, settings: {command: ["/bin/true"]}, outputs: {}}}
                """
                        .formatted(share, cores, cores, memory);
        return JsonNodeFactory.instance
                .objectNode()
                .put("template", template)
                .put("name", "bench " + job)
                .put("priority", 20 + job % priorities);
    }

    /** How often the server made a file durable in a short repeat, as the kernel was asked. */
    private record Synced(boolean counted, long syncs, double batches) {}

    private Synced countSyncs(BenchFarm farm, BenchProcess agents, BenchProcess onlooker)
            throws IOException, InterruptedException {
        Path trace = farm.folder().resolve("syncs.txt");
        Process strace;
        try {
            strace =
                    new ProcessBuilder(
                                    "strace",
                                    "-f",
                                    "-qq",
                                    "-e",
                                    "trace=fsync,fdatasync",
                                    "-o",
                                    trace.toString(),
                                    "-p",
                                    "" + farm.serverPid())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
        } catch (IOException notHere) {
            say("The server's syncs are not counted: strace is missing (apt-get install strace).");
            return new Synced(false, 0, 0);
        }
        Thread.sleep(1_000);
        double batches = farm.figure("lumenyard_batch_commit_seconds_count");
        round(farm, agents, onlooker, Math.min(tasks, 2_000), taskSeconds, queued == 0);
        batches = farm.figure("lumenyard_batch_commit_seconds_count") - batches;
        strace.destroy();
        strace.waitFor(10, TimeUnit.SECONDS);
        try (Stream<String> lines = Files.lines(trace)) {
            long syncs = lines.filter(line -> line.contains("sync(")).count();
            return new Synced(true, syncs, batches);
        }
    }

    private double limit(double storeLimit) {
        if (taskSeconds == 0) return storeLimit;
        double coresWanted = 0;
        for (int job = 0; job < jobs; job++) coresWanted += (double) tasks / jobs * coresFor(job);
        double all = 0;
        for (int node = 0; node < nodes; node++) all += coresOf(node % shapes);
        double seconds =
                sizes == 1 && requirements == 1
                        ? Math.ceil(tasks / all) * taskSeconds
                        : coresWanted / all * taskSeconds;
        return Math.min(storeLimit, tasks / seconds);
    }

    private void tell(
            List<Round> measured, double syncs, double storeLimit, Synced synced, String store)
            throws IOException {
        var report =
                new Report(
                        String.format(
                                Locale.ROOT,
                                "%,d tasks of %s s in %,d jobs on %,d nodes of %d cores; median of %d rounds after %s in the same processes",
                                tasks,
                                taskSeconds,
                                jobs,
                                nodes,
                                slots,
                                rounds,
                                warmth()));
        report.figure(
                        "tasksPerSecond",
                        "tasks dispatched and done",
                        "tasks/s",
                        Spread.of(measured, Round::tasksPerSecond),
                        "limit %s".formatted(Report.text(limit(storeLimit))))
                .fact("limitTasksPerSecond", Math.round(limit(storeLimit)))
                .figure(
                        "slotGapP50Ms",
                        "a slot waits, in the middle",
                        "ms",
                        Spread.of(measured, Round::gapP50Ms))
                .figure(
                        "slotGapP99Ms",
                        "  all but 1 %",
                        "ms",
                        Spread.of(measured, Round::gapP99Ms),
                        "aim 10; 30 with 32 slots")
                .figure(
                        "generatorLagP99Ms",
                        "  the generator itself is late by",
                        "ms",
                        Spread.of(measured, Round::lagP99Ms))
                .figure(
                        "firstStartP99Ms",
                        "first starts within",
                        "ms",
                        Spread.of(measured, Round::firstP99Ms))
                .figure(
                        "serverCpuMicrosPerTask",
                        "the server's processor for a task",
                        "µs",
                        Spread.of(measured, Round::cpuMicrosPerTask),
                        "aim %d".formatted(taskSeconds == 0 ? 80 : 200))
                .figure(
                        "tasksPerBatch",
                        "tasks in a batch",
                        "tasks",
                        Spread.of(measured, round -> tasks / Math.max(1, round.batches())));
        if (url == null)
            report.figure(
                    "bytesPerTask",
                    "bytes of database for a task",
                    "bytes",
                    Spread.of(measured, Round::bytesPerTask));
        report.figure(
                        "longestSilenceMs",
                        "an onlooker waits at the longest",
                        "ms",
                        measured.stream().mapToDouble(Round::silenceMs).max().orElse(0),
                        "aim 100; of %s looks"
                                .formatted(
                                        Report.text(
                                                measured.stream().mapToDouble(Round::looks).sum())))
                .figure("storeTasksPerSecond", "the store alone", "tasks/s", storeLimit)
                .figure("syncsPerSecond", "the disk's durable writes", "writes/s", syncs)
                .fact("store", store)
                .fact("queued", queued)
                .fact("warmUp", warmth());
        if (synced.counted())
            report.figure(
                            "syncs",
                            "syncs, as the kernel counted",
                            "syncs",
                            synced.syncs(),
                            "for %s batches".formatted(Report.text(synced.batches())))
                    .fact("batches", Math.round(synced.batches()));
        report.tell(json);
    }

    private static void say(String line) {
        System.err.println(line);
    }
}
