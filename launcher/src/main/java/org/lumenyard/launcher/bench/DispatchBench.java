package org.lumenyard.launcher.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
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
        Path scratch = Files.createTempDirectory("lumenyard-bench");
        double syncs;
        double storeLimit;
        try {
            say("Measuring the disk and the database alone...");
            syncs = Limits.syncsPerSecond(scratch);
            storeLimit = Limits.tasksPerSecond(database.limit(scratch), 200_000);
        } finally {
            remove(scratch);
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
            Synced synced = countSyncs(farm, agents, onlooker);
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
        ObjectNode told = JsonNodeFactory.instance.objectNode();
        double rate = median(measured, Round::tasksPerSecond);
        told.put("tasksPerSecond", rounded(rate));
        told.put("tasksPerSecondLowest", rounded(least(measured, Round::tasksPerSecond)));
        told.put("tasksPerSecondHighest", rounded(most(measured, Round::tasksPerSecond)));
        told.put("limitTasksPerSecond", rounded(limit(storeLimit)));
        told.put("slotGapP50Ms", rounded(median(measured, Round::gapP50Ms)));
        told.put("slotGapP99Ms", rounded(median(measured, Round::gapP99Ms)));
        told.put("generatorLagP99Ms", rounded(median(measured, Round::lagP99Ms)));
        told.put("firstStartP99Ms", rounded(median(measured, Round::firstP99Ms)));
        told.put("serverCpuMicrosPerTask", rounded(median(measured, Round::cpuMicrosPerTask)));
        told.put("bytesPerTask", rounded(median(measured, Round::bytesPerTask)));
        told.put("batches", (long) (synced.counted() ? synced.batches() : 0));
        if (synced.counted()) told.put("syncs", synced.syncs());
        told.put("tasksPerBatch", rounded(tasks / Math.max(1, median(measured, Round::batches))));
        told.put("longestSilenceMs", rounded(most(measured, Round::silenceMs)));
        told.put("looks", (long) measured.stream().mapToDouble(Round::looks).sum());
        told.put("storeTasksPerSecond", rounded(storeLimit));
        told.put("syncsPerSecond", rounded(syncs));
        told.put("store", store);
        told.put("rounds", measured.size());
        told.put("queued", queued);
        told.put("warmUp", warmth());
        if (json) System.out.println(JSON.writeValueAsString(told));
        else print(told);
    }

    private void print(ObjectNode told) {
        System.out.printf(
                Locale.ROOT,
                """
                %,d tasks of %s s in %d jobs on %d nodes of %d cores; median of %d rounds after %s in the same processes
                  tasks a second     %,.0f (%,.0f to %,.0f)   limit %,.0f
                  a slot waits       %.1f ms in the middle, %.1f ms at worst but 1 %%   (the generator itself is late by up to %.1f ms)
                  first starts       within %.0f ms
                  server             %.0f µs of processor and %.0f bytes of database a task, %.1f tasks a batch
                  an onlooker waits  %.0f ms at the longest, of %,d looks
                  durable            %s
                  this machine       %,.0f durable writes a second; the store alone %,.0f tasks a second
                """,
                tasks,
                taskSeconds,
                jobs,
                nodes,
                slots,
                told.path("rounds").asInt(),
                warmth(),
                told.path("tasksPerSecond").asDouble(),
                told.path("tasksPerSecondLowest").asDouble(),
                told.path("tasksPerSecondHighest").asDouble(),
                told.path("limitTasksPerSecond").asDouble(),
                told.path("slotGapP50Ms").asDouble(),
                told.path("slotGapP99Ms").asDouble(),
                told.path("generatorLagP99Ms").asDouble(),
                told.path("firstStartP99Ms").asDouble(),
                told.path("serverCpuMicrosPerTask").asDouble(),
                told.path("bytesPerTask").asDouble(),
                told.path("tasksPerBatch").asDouble(),
                told.path("longestSilenceMs").asDouble(),
                told.path("looks").asLong(),
                told.has("syncs")
                        ? "%d syncs for %d batches, as the kernel counted"
                                .formatted(
                                        told.path("syncs").asLong(), told.path("batches").asLong())
                        : "not counted",
                told.path("syncsPerSecond").asDouble(),
                told.path("storeTasksPerSecond").asDouble());
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> of) {
        List<Double> sorted =
                rounds.stream().map(of::applyAsDouble).sorted().collect(Collectors.toList());
        return sorted.get(sorted.size() / 2);
    }

    private static double least(List<Round> rounds, ToDoubleFunction<Round> of) {
        return rounds.stream().mapToDouble(of).min().orElse(0);
    }

    private static double most(List<Round> rounds, ToDoubleFunction<Round> of) {
        return rounds.stream().mapToDouble(of).max().orElse(0);
    }

    private static double rounded(double value) {
        return value >= 1_000 ? Math.round(value) : Math.round(value * 100) / 100.0;
    }

    private static void say(String line) {
        System.err.println(line);
    }

    private static void remove(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList())
                Files.deleteIfExists(file);
        }
    }
}
