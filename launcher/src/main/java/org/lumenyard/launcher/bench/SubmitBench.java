package org.lumenyard.launcher.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Band;
import org.lumenyard.core.Farm;
import org.lumenyard.core.FarmImage;
import org.lumenyard.core.IndexRange;
import org.lumenyard.core.JobId;
import org.lumenyard.core.JobPlan;
import org.lumenyard.core.Setbacks;
import org.lumenyard.core.StepId;
import org.lumenyard.jobs.Planner;
import org.lumenyard.launcher.Settings;
import org.lumenyard.launcher.config.Setting;
import org.lumenyard.store.Leftovers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What submissions cost, large and many, and whether orders about a large job disturb the rest. */
@Command(
        name = "submit",
        mixinStandardHelpOptions = true,
        description = {
            "Submit a job of a million tasks to a server that has served 100 other templates; submit",
            "small jobs as fast as a few clients can; count the bytes that planning and keeping a",
            "million tasks takes; give orders about such jobs while a farm works, and delete one of which",
            "a million tasks are done, to see whether slots wait longer for their next task. The limits",
            "beside it are /health/live by the same clients, the same request with one task, and the",
            "disk's durable writes."
        },
        footer = {
            "",
            "  lumenyard bench submit                    all of it",
            "  lumenyard bench submit --part gaps        only the orders while a farm works",
            "  lumenyard bench submit --part small --clients 8"
        })
final class SubmitBench implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int KEPT_FARMS = 20;
    private static final String SLICES = "lumenyard_slices_total";
    private static final Map<Setting, String> NO_AGENT = Map.of(Setting.LOCAL_AGENT, "false");

    /** What can be measured by itself. */
    private enum Part {
        MILLION,
        SMALL,
        MEMORY,
        GAPS,
        DELETE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Mixin Settings settings = new Settings();

    @Option(names = "--part", split = ",", description = "Only ${COMPLETION-CANDIDATES}.")
    List<Part> parts = List.of(Part.values());

    @Option(names = "--tasks", description = "Tasks of the large job (1000000).")
    long tasks = 1_000_000;

    @Option(names = "--templates", description = "Other templates before it (100).")
    int templates = 100;

    @Option(names = "--clients", description = "Clients that submit small jobs (4).")
    int clients = 4;

    @Option(names = "--seconds", description = "How long they do, in a round (3).")
    double seconds = 3;

    @Option(names = "--nodes", description = "Agents of 8 cores while orders are given (20).")
    int nodes = 20;

    @Option(names = "--task-seconds", description = "How long their tasks take (0.5).")
    double taskSeconds = 0.5;

    @Option(names = "--rounds", description = "Measured rounds (5); the median is told.")
    int rounds = 5;

    @Option(names = "--json", description = "Print one line of JSON, the last.")
    boolean json;

    private final Report report =
            new Report("Submissions; each figure after a warm-up in the same processes");

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (parts.contains(Part.MEMORY)) memory();
        if (parts.contains(Part.MILLION) || parts.contains(Part.SMALL)) {
            try (var farm = farm();
                    var door = new Door(farm.state())) {
                if (parts.contains(Part.MILLION)) million(door);
                if (parts.contains(Part.SMALL)) small(farm, door);
            }
        }
        if (parts.contains(Part.GAPS)) {
            try (var farm = farm();
                    var door = new Door(farm.state());
                    var agents =
                            BenchProcess.start("agents-process", farm.state(), agentOptions())) {
                agents.hear();
                gaps(door, agents);
            }
        }
        if (parts.contains(Part.DELETE)) {
            say("Writing a job of %,d done tasks...".formatted(tasks));
            try (var farm = BenchFarm.start(settings, NO_AGENT, this::writeDone);
                    var door = new Door(farm.state());
                    var agents =
                            BenchProcess.start("agents-process", farm.state(), agentOptions())) {
                agents.hear();
                deletion(farm, door, agents);
            }
        }
        report.tell(json);
        return 0;
    }

    private BenchFarm farm() throws IOException, InterruptedException {
        return BenchFarm.start(settings, NO_AGENT);
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

    // A million tasks

    private void million(Door door) throws IOException, InterruptedException {
        say("Serving %d other templates...".formatted(templates));
        for (int i = 0; i < templates; i++) {
            var body = Templates.body(10 + i, "other" + i).put("held", true);
            String job = door.post("/api/v1/jobs", body).json().path("id").asText();
            door.post("/api/v1/jobs/" + job + ":cancel", null);
        }
        say("Submitting %,d tasks...".formatted(tasks));
        var large = new ArrayList<Double>();
        var single = new ArrayList<Double>();
        for (int i = 0; i < rounds; i++) {
            single.add(held(door, 1, "single" + i));
            large.add(held(door, tasks, "large" + i));
        }
        report.figure(
                "millionMs",
                "a submission of %,d tasks, answered".formatted(tasks),
                "ms",
                Spread.of(large),
                "aim 100; with one task %s ms".formatted(Report.text(Spread.of(single).median())));
        report.figure("singleMs", "  the same with one task", "ms", Spread.of(single));
    }

    private static double held(Door door, long tasks, String name)
            throws IOException, InterruptedException {
        return door.post("/api/v1/jobs", Templates.body(tasks, name).put("held", true)).millis();
    }

    // Small jobs

    private interface Ask {
        void once(long number) throws IOException, InterruptedException;
    }

    private void small(BenchFarm farm, Door door) throws IOException, InterruptedException {
        Ask live = number -> door.get("/health/live");
        Ask submit = number -> held(door, 1, "small" + number);
        say("Submitting small jobs with %d clients...".formatted(clients));
        perSecond(submit);
        perSecond(live);
        var jobs = new ArrayList<Double>();
        var nulls = new ArrayList<Double>();
        var cpu = new ArrayList<Double>();
        for (int i = 0; i < rounds; i++) {
            nulls.add(perSecond(live));
            long before = farm.serverCpuMicros();
            double rate = perSecond(submit);
            jobs.add(rate);
            cpu.add((farm.serverCpuMicros() - before) / (rate * seconds));
        }
        double syncs;
        try (Scratch scratch = Scratch.folder()) {
            syncs = Limits.syncsPerSecond(scratch.path());
        }
        report.figure(
                        "smallJobsPerSecond",
                        "small jobs a second, %d clients".formatted(clients),
                        "jobs/s",
                        Spread.of(jobs),
                        "aim 1,000; limits: %s answers/s of /health/live, %s durable writes/s"
                                .formatted(
                                        Report.text(Spread.of(nulls).median()), Report.text(syncs)))
                .figure(
                        "smallJobCpuMicros",
                        "  the server's processor for one",
                        "µs",
                        Spread.of(cpu))
                .figure("livePerSecond", "  limit: /health/live", "answers/s", Spread.of(nulls));
    }

    private double perSecond(Ask ask) throws IOException, InterruptedException {
        var numbers = new AtomicLong(System.nanoTime());
        var asked = new AtomicLong();
        var failed = new AtomicReference<@Nullable Exception>();
        var over = new CountDownLatch(clients);
        long began = System.nanoTime();
        long until = began + (long) (seconds * 1e9);
        for (int i = 0; i < clients; i++) {
            Thread.ofPlatform()
                    .start(() -> {
                        try {
                            while (System.nanoTime() < until) {
                                ask.once(numbers.incrementAndGet());
                                asked.incrementAndGet();
                            }
                        } catch (IOException | InterruptedException e) {
                            failed.set(e);
                        } finally {
                            over.countDown();
                        }
                    });
        }
        over.await();
        if (failed.get() instanceof Exception e) throw new IOException("A client failed: " + e, e);
        return asked.get() * 1e9 / (System.nanoTime() - began);
    }

    // Bytes

    private void memory() {
        say("Counting bytes...");
        var planner = new Planner(List.of());
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        var submission = Templates.submission(tasks, "counted");
        for (int i = 0; i < 50; i++) planner.plan(submission);
        long before = threads.getCurrentThreadAllocatedBytes();
        planner.plan(submission);
        long planned = threads.getCurrentThreadAllocatedBytes() - before;
        report.figure(
                "planningBytes", "planning %,d tasks allocates".formatted(tasks), "bytes", planned);
        retained(tasks, 0);
        report.figure(
                        "retainedBytes",
                        "the farm keeps for them",
                        "bytes",
                        retained(tasks, 0),
                        "aim at most 10,000,000")
                .figure(
                        "retainedScatteredBytes",
                        "  with 10,000 of them done, every second one",
                        "bytes",
                        retained(tasks, Math.min(10_000, tasks / 2)));
    }

    /** Bytes that such a job occupies in a farm, with its plan, as the mean of several farms. */
    private static double retained(long tasks, long scattered) {
        long before = heapAfterCollection();
        var farms = new ArrayList<Farm>();
        for (int i = 0; i < KEPT_FARMS; i++) farms.add(Farm.load(image(tasks, scattered)));
        long after = heapAfterCollection();
        Reference.reachabilityFence(farms);
        return Math.max(0, after - before) / (double) KEPT_FARMS;
    }

    private static FarmImage image(long tasks, long scattered) {
        var done = new ArrayList<IndexRange>();
        for (long i = 0; i < scattered; i++) done.add(new IndexRange(2 * i, 2 * i));
        var step =
                new FarmImage.StepImage(
                        new StepId(2), 1, null, 0, 0, 0, 0, Setbacks.NONE, done, List.of());
        JobPlan plan = Templates.plan(tasks, "kept");
        var job = new FarmImage.JobImage(new JobId(1), plan, false, "", false, 1, List.of(step));
        return new FarmImage(3, List.of(job), List.of(), List.of(), List.of(), List.of());
    }

    private static long heapAfterCollection() {
        for (int i = 0; i < 3; i++) System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    // Orders while a farm works

    private void gaps(Door door, BenchProcess agents) throws IOException, InterruptedException {
        String work =
                door.post("/api/v1/jobs", Templates.body(tasks, "work")).json().path("id").asText();
        long inRound = tasksInRound();
        say(
                "Warming up, then %d rounds of %,d tasks, without orders and with..."
                        .formatted(rounds, inRound));
        round(agents, inRound, () -> {});
        orders(door);
        var quiet = new ArrayList<Double>();
        var disturbed = new ArrayList<Double>();
        var afterOrders = new ArrayList<Double>();
        var ratios = new ArrayList<Double>();
        var cancels = new ArrayList<Double>();
        var retries = new ArrayList<Double>();
        for (int i = 1; i <= rounds; i++) {
            double without = round(agents, inRound, () -> {}).gap();
            Waits with =
                    round(
                            agents,
                            inRound,
                            () -> {
                                Orders took = orders(door);
                                cancels.add(took.cancelMillis());
                                retries.add(took.retryMillis());
                            });
            quiet.add(without);
            disturbed.add(with.gap());
            afterOrders.add(with.afterOrder());
            ratios.add(with.gap() / without);
            say(
                    "Round %d of %d: %.1f ms without, %.1f ms with"
                            .formatted(i, rounds, without, with.gap()));
        }
        door.post("/api/v1/jobs/" + work + ":cancel", null);
        report.figure(
                        "gapP99Ms",
                        "a slot waits, all but 1 %, without orders",
                        "ms",
                        Spread.of(quiet))
                .figure(
                        "gapP99WithOrdersMs",
                        "  while large jobs are retried and cancelled",
                        "ms",
                        Spread.of(disturbed))
                .figure("gapRatio", "  ratio", "times", Spread.of(ratios), "aim 2")
                .figure(
                        "afterOrderP99Ms",
                        "a slot waits whose task an order ended, of all %d at once"
                                .formatted(8 * nodes),
                        "ms",
                        Spread.of(afterOrders))
                .figure("cancelMs", "cancelling the large job, answered", "ms", Spread.of(cancels))
                .figure("retryAllMs", "retrying all of it, answered", "ms", Spread.of(retries));
    }

    /** About four seconds of work. */
    private long tasksInRound() {
        return Math.max(500, (long) (nodes * 8 / Math.max(0.05, taskSeconds) * 4));
    }

    private interface Meanwhile {
        void run() throws IOException, InterruptedException;
    }

    /**
     * What all but one of a hundred waits are below, in milliseconds.
     *
     * @param gap from when a task was due to end to the next start in its slot
     * @param afterOrder the same from when an order ended a task; 0 when none did
     */
    private record Waits(double gap, double afterOrder) {}

    private static Waits round(BenchProcess agents, long tasks, Meanwhile meanwhile)
            throws IOException, InterruptedException {
        agents.say(System.nanoTime() + " " + tasks);
        meanwhile.run();
        JsonNode told = JSON.readTree(agents.hear());
        return new Waits(
                told.path("gapP99Nanos").asLong() / 1e6,
                told.path("afterOrderP99Nanos").asLong() / 1e6);
    }

    private record Orders(double cancelMillis, double retryMillis) {}

    /** A large job goes before all others, is begun anew in the middle, and is cancelled. */
    private Orders orders(Door door) throws IOException, InterruptedException {
        var body =
                Templates.body(tasks, "disturbing")
                        .put("band", Band.RUSH.name().toLowerCase(Locale.ROOT));
        String job = "/api/v1/jobs/" + door.post("/api/v1/jobs", body).json().path("id").asText();
        Thread.sleep((long) (1_500 * Math.max(0.2, taskSeconds)));
        double retry = door.post(job + ":retry", Map.of("what", "all")).millis();
        Thread.sleep((long) (1_500 * Math.max(0.2, taskSeconds)));
        double cancel = door.post(job + ":cancel", null).millis();
        return new Orders(cancel, retry);
    }

    // A deletion while a farm works

    private void writeDone(Path data) throws IOException {
        try (History history = History.in(data)) {
            history.job(Templates.plan(tasks, "done"), "gone", tasks, false);
        }
    }

    private void deletion(BenchFarm farm, Door door, BenchProcess agents)
            throws IOException, InterruptedException {
        String done = door.get("/api/v1/jobs?q=gone").json().at("/items/0/id").asText();
        door.post("/api/v1/jobs", Templates.body(tasks, "work"));
        long inRound = tasksInRound();
        say("Warming up, then %d rounds, and as many while it is deleted...".formatted(rounds));
        round(agents, inRound, () -> {});
        var quiet = new ArrayList<Double>();
        for (int i = 0; i < rounds; i++) quiet.add(round(agents, inRound, () -> {}).gap());
        double before = farm.figure(SLICES);
        double answered = door.delete("/api/v1/jobs/" + done).millis();
        long began = System.nanoTime();
        var disturbed = new ArrayList<Double>();
        for (int i = 0; i < rounds; i++) disturbed.add(round(agents, inRound, () -> {}).gap());
        double seconds = (System.nanoTime() - began) / 1e9;
        double removed = (farm.figure(SLICES) - before) * Leftovers.SLICE;
        double ratio = Spread.of(disturbed).median() / Spread.of(quiet).median();
        report.figure(
                        "deleteMs",
                        "deleting %,d done tasks, answered".formatted(tasks),
                        "ms",
                        answered)
                .figure(
                        "gapP99QuietMs",
                        "a slot waits, all but 1 %, before it",
                        "ms",
                        Spread.of(quiet))
                .figure(
                        "gapP99DeletingMs",
                        "  while the job's rows are removed",
                        "ms",
                        Spread.of(disturbed))
                .figure("deleteGapRatio", "  ratio", "times", ratio, "aim 2")
                .figure(
                        "removedRowsPerSecond",
                        "  rows removed a second",
                        "rows/s",
                        removed / seconds);
    }

    private static void say(String line) {
        System.err.println(line);
    }
}
