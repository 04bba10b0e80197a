package org.lumenyard.launcher.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.lumenyard.launcher.Settings;
import org.lumenyard.launcher.config.Setting;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What pages that look on cost a working farm, and how late they are. */
@Command(
        name = "events",
        mixinStandardHelpOptions = true,
        description = {
            "Let virtual agents work, with pages that follow /events and without, in turn; count the",
            "server's processor time for a task, and how long after an order's answer each page is",
            "told of it. A page is told at most four times a second, so up to 250 ms are by design.",
            "The limit beside it is the same farm with nobody who follows."
        },
        footer = {"", "  lumenyard bench events", "  lumenyard bench events --pages 20 --rounds 3"})
final class EventsBench implements Callable<Integer> {
    private static final int ORDERS_IN_A_ROUND = 5;
    private static final int WARM_UPS = 3;

    @Mixin Settings settings = new Settings();

    @Option(names = "--pages", description = "Pages that follow (200).")
    int pages = 200;

    @Option(names = "--nodes", description = "Agents of 8 cores (20).")
    int nodes = 20;

    @Option(names = "--task-seconds", description = "How long a task takes (0.5).")
    double taskSeconds = 0.5;

    @Option(names = "--tasks", description = "Tasks of a round (2000).")
    long tasks = 2_000;

    @Option(names = "--rounds", description = "Measured rounds of each kind (5).")
    int rounds = 5;

    @Option(names = "--json", description = "Print one line of JSON, the last.")
    boolean json;

    private final List<Double> answered = new ArrayList<>();
    private final List<Double> middle = new ArrayList<>();
    private final List<Double> worst = new ArrayList<>();
    private long told;
    private long missed;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var noAgent = Map.of(Setting.LOCAL_AGENT, "false");
        try (var farm = BenchFarm.start(settings, noAgent);
                var door = new Door(farm.state());
                var followers = BenchProcess.start("followers", farm.state(), List.of());
                var agents = BenchProcess.start("agents-process", farm.state(), agentOptions())) {
            agents.hear();
            door.post("/api/v1/jobs", Templates.body(1_000_000, "work"));
            var quiet = Templates.body(1, "watched").put("held", true);
            String watched = door.post("/api/v1/jobs", quiet).json().path("id").asText();
            System.err.println("Warming up, with pages and without...");
            for (int i = 0; i < WARM_UPS; i++) {
                follow(followers, pages);
                micros(farm, agents);
                order(door, followers, watched);
                follow(followers, 0);
                micros(farm, agents);
            }
            clear();
            measure(farm, door, followers, agents, watched);
        }
        return 0;
    }

    private List<String> agentOptions() {
        return List.of(
                "--nodes",
                "" + nodes,
                "--slots",
                "8",
                "--task-seconds",
                "" + taskSeconds,
                "--endless");
    }

    private void clear() {
        answered.clear();
        middle.clear();
        worst.clear();
        told = 0;
        missed = 0;
    }

    private void measure(
            BenchFarm farm, Door door, BenchProcess followers, BenchProcess agents, String watched)
            throws IOException, InterruptedException {
        var alone = new ArrayList<Double>();
        var followed = new ArrayList<Double>();
        for (int i = 1; i <= rounds; i++) {
            System.err.printf("Round %d of %d%n", i, rounds);
            boolean followedFirst = i % 2 == 0;
            if (!followedFirst) {
                told += follow(followers, 0);
                alone.add(micros(farm, agents));
            }
            told += follow(followers, pages);
            followed.add(micros(farm, agents));
            for (int n = 0; n < ORDERS_IN_A_ROUND; n++) order(door, followers, watched);
            if (followedFirst) {
                told += follow(followers, 0);
                alone.add(micros(farm, agents));
            }
        }
        told += follow(followers, 0);
        new Report(
                        "%d pages follow a farm that does %,d tasks a round; median of %d rounds of each kind, in turn, after three of each in the same processes"
                                .formatted(pages, tasks, rounds))
                .figure(
                        "cpuMicrosPerTask",
                        "the server's processor for a task, followed",
                        "µs",
                        Spread.of(followed),
                        "limit: nobody follows " + Report.text(Spread.of(alone).median()) + " µs")
                .figure("aloneCpuMicrosPerTask", "limit: nobody follows", "µs", Spread.of(alone))
                .figure(
                        "eventP50Ms",
                        "a page is told, in the middle",
                        "ms",
                        Spread.of(middle),
                        "by design up to 250 ms")
                .figure(
                        "eventP99Ms",
                        "  all but 1 %",
                        "ms",
                        Spread.of(worst),
                        "counted from when the order was sent")
                .figure("orderMs", "  of which the order's answer", "ms", Spread.of(answered))
                .figure("missed", "pages that were not told within 5 s", "pages", missed)
                .figure("events", "events at all pages, in all rounds", "events", told)
                .tell(json);
    }

    private static long follow(BenchProcess followers, int count) throws IOException {
        followers.say("follow " + count);
        return Long.parseLong(followers.hear());
    }

    private double micros(BenchFarm farm, BenchProcess agents) throws IOException {
        long cpu = farm.serverCpuMicros();
        agents.say(System.nanoTime() + " " + tasks);
        new ObjectMapper().readTree(agents.hear());
        return (farm.serverCpuMicros() - cpu) / (double) tasks;
    }

    /** Changes a job that otherwise rests, and waits for all pages to be told of it. */
    private void order(Door door, BenchProcess followers, String job)
            throws IOException, InterruptedException {
        long sent = System.nanoTime();
        answered.add(door.patch("/api/v1/jobs/" + job, Map.of("notes", "at " + sent)).millis());
        followers.say("watch " + job + " " + sent);
        String[] words = followers.hear().split(" ");
        missed += pages - Long.parseLong(words[0]);
        middle.add(Long.parseLong(words[1]) / 1e6);
        worst.add(Long.parseLong(words[2]) / 1e6);
        // So that the next order meets pages at different points of their quarter of a second.
        Thread.sleep(137);
    }
}
