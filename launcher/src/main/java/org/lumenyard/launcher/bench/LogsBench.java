package org.lumenyard.launcher.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.lumenyard.launcher.Settings;
import org.lumenyard.launcher.config.Setting;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How fast logs of runs can be taken in. */
@Command(
        name = "logs",
        mixinStandardHelpOptions = true,
        description = {
            "Send logs of several runs at once to a server, in parts as agents do, each up to what is",
            "kept as its head. The limit beside it is the same bytes in the same parts, written",
            "to plain files on the same disk by as many threads."
        },
        footer = {"", "  lumenyard bench logs", "  lumenyard bench logs --runs 8 --part 64"})
final class LogsBench implements Callable<Integer> {
    private static final long HEAD = 32L << 20;

    @Mixin Settings settings = new Settings();

    @Option(names = "--runs", description = "Runs that log at once (4).")
    int runs = 4;

    @Option(names = "--part", description = "Size of a part, in KiB (256).")
    int part = 256;

    @Option(names = "--megabytes", description = "MiB of each log in a round, at most 32 (24).")
    long megabytes = 24;

    @Option(names = "--rounds", description = "Measured rounds (5); the median is told.")
    int rounds = 5;

    @Option(names = "--json", description = "Print one line of JSON, the last.")
    boolean json;

    @FunctionalInterface
    private interface Write {
        void part(int stream, long offset, byte[] bytes) throws IOException, InterruptedException;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var noAgent = Map.of(Setting.LOCAL_AGENT, "false");
        try (var farm = BenchFarm.start(settings, noAgent);
                var door = new Door(farm.state());
                var agents = BenchProcess.start("agents-process", farm.state(), agentOptions())) {
            agents.hear();
            String job =
                    door.post("/api/v1/jobs", Templates.body(all(), "logs"))
                            .json()
                            .path("id")
                            .asText();
            List<String> started = started(door, job);
            System.err.println("Warming up...");
            server(door, started.subList(0, runs));
            files(farm.folder());
            measure(farm, door, started.subList(runs, started.size()));
        }
        return 0;
    }

    /** Each round has runs of its own, because what is beyond a log's head is not kept. */
    private int all() {
        return runs * (rounds + 1);
    }

    private List<String> agentOptions() {
        return List.of("--nodes", "1", "--slots", "" + all(), "--task-seconds", "3600");
    }

    private List<String> started(Door door, String job) throws IOException, InterruptedException {
        while (true) {
            var ids = new ArrayList<String>();
            for (var run :
                    door.get("/api/v1/jobs/" + job + "/runs?limit=1000").json().path("items"))
                ids.add(run.path("id").asText());
            if (ids.size() == all()) return ids;
            Thread.sleep(50);
        }
    }

    private void measure(BenchFarm farm, Door door, List<String> started)
            throws IOException, InterruptedException {
        var sent = new ArrayList<Double>();
        var written = new ArrayList<Double>();
        var cpu = new ArrayList<Double>();
        for (int i = 0; i < rounds; i++) {
            System.err.printf("Round %d of %d%n", i + 1, rounds);
            written.add(files(farm.folder()));
            long before = farm.serverCpuMicros();
            sent.add(server(door, started.subList(i * runs, (i + 1) * runs)));
            cpu.add((farm.serverCpuMicros() - before) / 1e3 / (runs * size() / 1e6));
        }
        new Report(
                        "Logs of %d runs at once, %d MiB each in parts of %d KiB; median of %d rounds after one in the same processes"
                                .formatted(runs, size() >> 20, part, rounds))
                .figure(
                        "megabytesPerSecond",
                        "taken in",
                        "MB/s",
                        Spread.of(sent),
                        "limit: plain files " + Report.text(Spread.of(written).median()) + " MB/s")
                .figure(
                        "cpuMillisPerMegabyte",
                        "  the server's processor for a MB",
                        "ms",
                        Spread.of(cpu))
                .figure("filesMegabytesPerSecond", "limit: plain files", "MB/s", Spread.of(written))
                .tell(json);
    }

    private long size() {
        return Math.min(HEAD, megabytes << 20);
    }

    private double server(Door door, List<String> ids) throws IOException, InterruptedException {
        return megabytesPerSecond((stream, offset, bytes) ->
                door.put("/api/v1/runs/" + ids.get(stream) + "/log?offset=" + offset, bytes));
    }

    private double files(Path folder) throws IOException, InterruptedException {
        var streams = new ArrayList<OutputStream>();
        try {
            for (int i = 0; i < runs; i++)
                streams.add(Files.newOutputStream(folder.resolve("plain" + i)));
            return megabytesPerSecond((stream, offset, bytes) -> streams.get(stream).write(bytes));
        } finally {
            for (OutputStream stream : streams) stream.close();
        }
    }

    private double megabytesPerSecond(Write write) throws IOException, InterruptedException {
        byte[] bytes = text(part * 1_024);
        long began = System.nanoTime();
        try (var threads = Executors.newFixedThreadPool(runs)) {
            var over = new ArrayList<Future<?>>();
            for (int i = 0; i < runs; i++) {
                int stream = i;
                over.add(
                        threads.submit(() -> {
                            for (long at = 0; at < size(); at += bytes.length)
                                write.part(stream, at, bytes);
                            return null;
                        }));
            }
            for (Future<?> one : over) one.get();
        } catch (ExecutionException e) {
            throw new IOException("A log could not be written: " + e.getCause(), e);
        }
        return runs * size() / 1e6 / ((System.nanoTime() - began) / 1e9);
    }

    private static byte[] text(int length) {
        String line =
                "Fra:17 Mem:212.81M (Peak 256.92M) | Time:00:03.71 | Rendering 212 / 510 samples\n";
        return line.repeat(length / line.length() + 1)
                .substring(0, length)
                .getBytes(StandardCharsets.US_ASCII);
    }
}
