package org.lumenyard.launcher.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.lumenyard.core.JobPlan;
import org.lumenyard.launcher.Settings;
import org.lumenyard.launcher.config.Setting;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How long lists take in a farm with years of history, while it works. */
@Command(
        name = "lists",
        mixinStandardHelpOptions = true,
        description = {
            "Write a history of finished jobs into a farm's database, start its server, let virtual",
            "agents work, and read lists as pages do: the newest jobs, by text, by state and user,",
            "sorted, far down, a strip of frames, tasks. The limit beside it is /health/live over the",
            "same connection, which reads nothing."
        },
        footer = {
            "",
            "  lumenyard bench lists                                     100,000 jobs, a million tasks",
            "  lumenyard bench lists --jobs 100000 --tasks-per-job 100   ten million tasks; writing them takes minutes",
            "  lumenyard bench lists --nodes 0                           with nothing beside it"
        })
final class ListsBench implements Callable<Integer> {
    private static final long LARGE = 100_000;
    private static final int DEEP = 40;
    private static final String JOBS = "/api/v1/jobs?limit=50";
    private static final List<String> WORDS =
            List.of("walk", "storm", "lighthouse", "harbour", "credits", "cellar", "garden");

    @Mixin Settings settings = new Settings();

    @Option(names = "--jobs", description = "Finished jobs (100000).")
    int jobs = 100_000;

    @Option(names = "--tasks-per-job", description = "Done tasks of each (10).")
    int tasksPerJob = 10;

    @Option(names = "--nodes", description = "Agents of 8 cores that work beside it (20).")
    int nodes = 20;

    @Option(names = "--task-seconds", description = "How long their tasks take (0.5).")
    double taskSeconds = 0.5;

    @Option(names = "--looks", description = "Reads of each list in a round (20).")
    int looks = 20;

    @Option(names = "--rounds", description = "Measured rounds (5); the median is told.")
    int rounds = 5;

    @Option(names = "--json", description = "Print one line of JSON, the last.")
    boolean json;

    /** A list: its name in JSON, in words, and where it is read. */
    private record Look(String key, String words, String path) {}

    /** What the looks at one list in one round came to, in milliseconds. */
    private record Round(double p50, double p95) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.err.printf("Writing %,d jobs of %,d tasks...%n", jobs, tasksPerJob);
        var farmSettings = Map.of(Setting.LOCAL_AGENT, "false");
        try (var farm = BenchFarm.start(settings, farmSettings, this::write);
                var door = new Door(farm.state())) {
            if (nodes == 0) {
                measure(farm, door);
                return 0;
            }
            try (var agents = BenchProcess.start("agents-process", farm.state(), agentOptions())) {
                agents.hear();
                door.post("/api/v1/jobs", Templates.body(1_000_000, "beside"));
                measure(farm, door);
            }
        }
        return 0;
    }

    private List<String> agentOptions() {
        return List.of("--nodes", "" + nodes, "--slots", "8", "--task-seconds", "" + taskSeconds);
    }

    private void write(Path data) throws IOException {
        JobPlan plan = Templates.plan(tasksPerJob, "work");
        try (History history = History.in(data)) {
            for (int i = 0; i < jobs; i++) {
                String name = "%s %05d".formatted(WORDS.get(i % WORDS.size()), i);
                history.job(plan, name, tasksPerJob, false);
            }
            history.job(Templates.plan(LARGE, "work"), "large", LARGE / 2, true);
        }
    }

    private void measure(BenchFarm farm, Door door) throws IOException, InterruptedException {
        List<Look> all = looks(door);
        System.err.println("Warming up...");
        round(door, all);
        var measured = new LinkedHashMap<Look, List<Round>>();
        long cpu = farm.serverCpuMicros();
        double tasks = tasksDone(door);
        for (int i = 1; i <= rounds; i++) {
            System.err.printf("Round %d of %d%n", i, rounds);
            round(door, all)
                    .forEach((look, round) ->
                            measured.computeIfAbsent(look, l -> new ArrayList<>()).add(round));
        }
        double did = tasksDone(door) - tasks;
        double cpuMillis = (farm.serverCpuMicros() - cpu) / 1e3;
        tell(measured, did, cpuMillis);
    }

    private static double tasksDone(Door door) throws IOException, InterruptedException {
        return door.get(JOBS + "&q=beside").json().at("/items/0/counts/done").asDouble();
    }

    private List<Look> looks(Door door) throws IOException, InterruptedException {
        String job = "/api/v1/jobs/" + idOf(door, "large");
        var all = new ArrayList<Look>();
        all.add(new Look("live", "limit: /health/live", "/health/live"));
        all.add(new Look("newest", "the newest jobs", JOBS));
        all.add(new Look("text", "by a text that many names have", JOBS + "&q=storm"));
        all.add(new Look("rareText", "by a text that one name has", JOBS + "&q=walk+00007"));
        all.add(new Look("stateAndUser", "by state and user", JOBS + "&state=done&user=user7"));
        all.add(new Look("byName", "sorted by name", JOBS + "&sort=name"));
        all.add(new Look("byPriority", "sorted by priority", JOBS + "&sort=-priority"));
        all.add(new Look("deep", "far down the newest", deep(door, JOBS)));
        all.add(new Look("deepByName", "far down by name", deep(door, JOBS + "&sort=name")));
        all.add(new Look("farm", "the farm in numbers", "/api/v1/farm"));
        all.add(new Look("strip", "a strip of 100,000 tasks", job + "/strip?bins=1000"));
        all.add(new Look("tasks", "its tasks", job + "/tasks?limit=100"));
        all.add(new Look("waiting", "its waiting tasks", job + "/tasks?limit=100&state=held"));
        return all;
    }

    private static String idOf(Door door, String name) throws IOException, InterruptedException {
        for (JsonNode job : door.get(JOBS + "&q=" + name).json().path("items"))
            if (job.path("name").asText().equals(name)) return job.path("id").asText();
        throw new IOException("The job \"" + name + "\" is not listed.");
    }

    /** Where a person is who has turned many pages. */
    private static String deep(Door door, String path) throws IOException, InterruptedException {
        String at = path;
        for (int page = 0; page < DEEP; page++) {
            String next = door.get(at).json().path("next").asText("");
            if (next.isEmpty()) break;
            at = path + "&cursor=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
        }
        return at;
    }

    private Map<Look, Round> round(Door door, List<Look> all)
            throws IOException, InterruptedException {
        var samples = new LinkedHashMap<Look, Samples>();
        for (int i = 0; i < looks; i++) {
            for (Look look : all)
                samples.computeIfAbsent(look, l -> new Samples())
                        .add(door.get(look.path()).nanos());
        }
        var measured = new LinkedHashMap<Look, Round>();
        samples.forEach((look, times) ->
                measured.put(
                        look, new Round(times.quantile(0.5) / 1e6, times.quantile(0.95) / 1e6)));
        return measured;
    }

    private void tell(Map<Look, List<Round>> measured, double did, double cpuMillis)
            throws IOException {
        var report =
                new Report(
                        "%,d finished jobs of %,d tasks; %,.0f tasks dispatched meanwhile; median of %d rounds of %d looks each, after one round in the same processes"
                                .formatted(jobs, tasksPerJob, did, rounds, looks));
        measured.forEach((look, times) -> {
            Spread middle = Spread.of(times.stream().map(Round::p50).toList());
            Spread worst = Spread.of(times.stream().map(Round::p95).toList());
            report.figure(look.key() + "P50Ms", look.words(), "ms", middle);
            report.figure(
                    look.key() + "P95Ms",
                    "  all but 5 %",
                    "ms",
                    worst,
                    look.key().equals("live") ? "" : "aim 100");
        });
        report.figure("tasksMeanwhile", "tasks dispatched meanwhile", "tasks", did)
                .figure("serverCpuMs", "the server's processor time for all of it", "ms", cpuMillis)
                .tell(json);
    }
}
