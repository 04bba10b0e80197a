package org.lumenyard.launcher.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.lumenyard.launcher.Program;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long a server needs from its process's start to its first answer, and what it then takes. */
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description = {
            "Start a server without an agent on an empty data folder, until /health/ready answers, and",
            "look at its memory five seconds later; the same with the launcher's cache of the JVM, or",
            "one with the classes of an earlier start (JDK 25: -XX:AOTCache). The limit beside it is a JVM that",
            "only prints its version. The cache wants a class path of jars alone, as ./lumenyard has."
        },
        footer = {"", "  lumenyard bench start", "  lumenyard bench start --times 10 --json"})
final class StartBench implements Callable<Integer> {
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final byte[] READY =
            "GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    @Option(names = "--times", description = "Measured starts of each kind (5).")
    int times = 5;

    @Option(names = "--json", description = "Print one line of JSON, the last.")
    boolean json;

    /** One start: until the first answer, in milliseconds, and memory later, in MiB. */
    private record Start(double millis, double cpuMillis, double mebibytes) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (Scratch scratch = Scratch.folder()) {
            System.err.println("Once before, and once for the cache where there is none...");
            start(scratch.path(), List.of(), 0);
            Path cache = cache(scratch.path());
            boolean cached = Files.exists(cache);
            if (!cached)
                System.err.println("This JVM made no cache: only plain starts are measured.");
            var plain = new ArrayList<Start>();
            var quick = new ArrayList<Start>();
            var bare = new ArrayList<Double>();
            for (int i = 1; i <= times; i++) {
                System.err.printf("Start %d of %d%n", i, times);
                bare.add(bareMillis());
                plain.add(start(scratch.path(), List.of(), 5_000));
                if (cached)
                    quick.add(
                            start(
                                    scratch.path(),
                                    List.of("-XX:AOTCache=" + cache, "-XX:+VerifySharedSpaces"),
                                    5_000));
            }
            tell(plain, quick, bare, cached ? Files.size(cache) : 0);
        }
        return 0;
    }

    /** The launcher's cache, or else one of an earlier start; not there if the JVM makes none. */
    private static Path cache(Path scratch) throws IOException, InterruptedException {
        Path ofLauncher = Path.of(System.getProperty("lumenyard.cache", ""));
        if (Files.isRegularFile(ofLauncher)) return ofLauncher;
        Path own = scratch.resolve("lumenyard.aot");
        start(scratch, List.of("-XX:AOTCacheOutput=" + own), 0);
        return own;
    }

    /** The command of {@code ./lumenyard server}, with more options for the JVM. */
    private static List<String> command(Path folder, int port, List<String> more) {
        var command = new ArrayList<String>();
        for (String word : Program.command(List.of("server", "--no-agent", "--port", "" + port))) {
            // Starts without a cache are measured too.
            if (isOfACache(word)) continue;
            command.add(word);
            if (command.size() == 1) {
                command.add("-XX:TieredStopAtLevel=1");
                command.addAll(more);
            }
        }
        for (String setting : List.of("server.data", "state", "agent.state", "server.roots"))
            command.addAll(List.of("--set", setting + "=" + folder.resolve(setting)));
        return command;
    }

    private static boolean isOfACache(String word) {
        return Stream.of("-XX:AOTCache=", "-XX:+VerifySharedSpaces", "-Dlumenyard.cache=")
                .anyMatch(word::startsWith);
    }

    private static Start start(Path scratch, List<String> more, long lookAfterMillis)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(scratch, "start");
        int port = freePort();
        long began = System.nanoTime();
        Process process =
                new ProcessBuilder(command(folder, port, more))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile())
                        .start();
        try {
            while (!isReady(port)) {
                if (!process.isAlive() || System.nanoTime() - began > PATIENCE_NANOS)
                    throw new IOException(
                            "The server did not start: " + Files.readString(folder.resolve("log")));
                Thread.sleep(2);
            }
            double millis = (System.nanoTime() - began) / 1e6;
            double cpu = BenchFarm.cpuMicros(process.pid()) / 1e3;
            Thread.sleep(lookAfterMillis);
            return new Start(millis, cpu, BenchFarm.residentBytes(process.pid()) / 1_048_576.0);
        } finally {
            process.destroy();
            // The one that makes the cache writes it when it ends.
            if (!process.waitFor(60, TimeUnit.SECONDS)) process.destroyForcibly();
        }
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private static boolean isReady(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.getOutputStream().write(READY);
            byte[] status = socket.getInputStream().readNBytes(12);
            return new String(status, StandardCharsets.US_ASCII).endsWith(" 200");
        } catch (IOException notYet) {
            return false;
        }
    }

    private static double bareMillis() throws IOException, InterruptedException {
        long began = System.nanoTime();
        new ProcessBuilder(Program.command(List.of()).getFirst(), "-version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        return (System.nanoTime() - began) / 1e6;
    }

    private void tell(List<Start> plain, List<Start> quick, List<Double> bare, long cacheBytes)
            throws IOException {
        var report =
                new Report(
                        "A server's start on an empty folder; median of %d starts of each kind, in turn, after one that is not counted"
                                .formatted(times));
        String limit = "limit: a bare JVM " + Report.text(Spread.of(bare).median()) + " ms";
        report.figure(
                        "readyMs",
                        "until the first answer",
                        "ms",
                        Spread.of(plain, Start::millis),
                        limit)
                .figure(
                        "readyCpuMs",
                        "  processor time of it",
                        "ms",
                        Spread.of(plain, Start::cpuMillis))
                .figure("idleMiB", "  memory after 5 s", "MiB", Spread.of(plain, Start::mebibytes));
        if (!quick.isEmpty())
            report.figure(
                            "cachedReadyMs",
                            "with the cache",
                            "ms",
                            Spread.of(quick, Start::millis),
                            limit)
                    .figure(
                            "cachedReadyCpuMs",
                            "  processor time of it",
                            "ms",
                            Spread.of(quick, Start::cpuMillis))
                    .figure(
                            "cachedIdleMiB",
                            "  memory after 5 s",
                            "MiB",
                            Spread.of(quick, Start::mebibytes))
                    .figure("cacheMiB", "  the cache on disk", "MiB", cacheBytes / 1_048_576.0);
        report.figure("bareJvmMs", "limit: a bare JVM, from start to end", "ms", Spread.of(bare))
                .tell(json);
    }
}
