package org.lumenyard.launcher.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lumenyard.launcher.Settings;
import org.lumenyard.launcher.config.Setting;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a server pays for agents that are only there. */
@Command(
        name = "agents",
        mixinStandardHelpOptions = true,
        description = {
            "Connect virtual agents that have nothing to do, and count the server's memory and",
            "processor time with and without them: a heartbeat of each every few seconds. Memory is",
            "what the collector leaves of the heap, and what the process occupies of the machine.",
            "The limit beside it is the same server with nobody connected."
        },
        footer = {
            "",
            "  lumenyard bench agents",
            "  lumenyard bench agents --nodes 200 --seconds 5"
        })
final class AgentsBench implements Callable<Integer> {
    /** As the serial collector tells of its two generations. */
    private static final Pattern GENERATION =
            Pattern.compile("^ ?(?:DefNew|Tenured) .* used ([0-9]+)K");

    @Mixin Settings settings = new Settings();

    @Option(names = "--nodes", description = "Agents (1000).")
    int nodes = 1_000;

    @Option(names = "--seconds", description = "How long each look at the processor is (10).")
    double seconds = 10;

    @Option(names = "--rounds", description = "Measured rounds (5); the median is told.")
    int rounds = 5;

    @Option(names = "--json", description = "Print one line of JSON, the last.")
    boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var noAgent = Map.of(Setting.LOCAL_AGENT, "false");
        try (var farm = BenchFarm.start(settings, noAgent)) {
            System.err.printf("%d agents join once before, and go...%n", nodes / 10 + 1);
            try (BenchProcess before = connect(farm, nodes / 10 + 1)) {
                before.say("0 0");
            }
            Thread.sleep(2_000);
            var alone = processor(farm);
            double heapAlone = heapBytes(farm);
            double residentAlone = farm.serverResidentBytes();
            System.err.printf("%,d agents join...%n", nodes);
            long began = System.nanoTime();
            try (BenchProcess agents = connect(farm, nodes)) {
                agents.say(System.nanoTime() + " 0");
                double joinSeconds = (System.nanoTime() - began) / 1e9;
                Thread.sleep(2_000);
                var beside = processor(farm);
                double connected = farm.figure("lumenyard_agents_connected");
                double heap = heapBytes(farm) - heapAlone;
                double resident = farm.serverResidentBytes() - residentAlone;
                new Report(
                                "%,d agents without work; median of %d looks of %s s, after other agents had come and gone in the same server"
                                        .formatted(nodes, rounds, Report.text(seconds)))
                        .figure("connected", "connected, as the server counts", "agents", connected)
                        .figure(
                                "cpuPercent",
                                "of one processor",
                                "%",
                                Spread.of(beside),
                                "limit: nobody connected "
                                        + Report.text(Spread.of(alone).median())
                                        + " %")
                        .figure(
                                "cpuPercentPerThousand",
                                "  for 1,000 agents",
                                "%",
                                (Spread.of(beside).median() - Spread.of(alone).median())
                                        * 1_000
                                        / nodes)
                        .figure(
                                "heapMiBPerThousand",
                                "heap for 1,000 agents",
                                "MiB",
                                mebibytes(heap))
                        .figure(
                                "residentMiBPerThousand",
                                "  of the machine's memory",
                                "MiB",
                                mebibytes(resident))
                        .figure("aloneCpuPercent", "limit: nobody connected", "%", Spread.of(alone))
                        .figure("joinSeconds", "until all had joined", "s", joinSeconds)
                        .tell(json);
            }
        }
        return 0;
    }

    private double mebibytes(double bytes) {
        return bytes / 1_048_576 * 1_000 / nodes;
    }

    private static BenchProcess connect(BenchFarm farm, int count) throws IOException {
        var agents =
                BenchProcess.start(
                        "agents-process",
                        farm.state(),
                        List.of("--nodes", "" + count, "--slots", "8", "--task-seconds", "1"));
        agents.hear();
        return agents;
    }

    /** How much of one processor the server takes, in percent, look by look. */
    private List<Double> processor(BenchFarm farm) throws IOException, InterruptedException {
        var looks = new ArrayList<Double>();
        for (int i = 0; i < rounds; i++) {
            long cpu = farm.serverCpuMicros();
            long began = System.nanoTime();
            Thread.sleep((long) (seconds * 1_000));
            double micros = (System.nanoTime() - began) / 1e3;
            looks.add((farm.serverCpuMicros() - cpu) / micros * 100);
        }
        return looks;
    }

    /** What the collector leaves of the server's heap. */
    private static double heapBytes(BenchFarm farm) throws IOException, InterruptedException {
        jcmd(farm, "GC.run");
        long used = 0;
        for (String line : jcmd(farm, "GC.heap_info").lines().toList()) {
            Matcher found = GENERATION.matcher(line);
            if (found.find()) used += Long.parseLong(found.group(1)) * 1_024;
        }
        return used;
    }

    private static String jcmd(BenchFarm farm, String what)
            throws IOException, InterruptedException {
        String jcmd = System.getProperty("java.home") + "/bin/jcmd";
        Process process =
                new ProcessBuilder(jcmd, "" + farm.serverPid(), what)
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) throw new IOException("jcmd " + what + " failed: " + said);
        return said;
    }
}
