package org.lumenyard.launcher.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.lumenyard.cli.FarmClient;
import org.lumenyard.cli.ServerState;
import org.lumenyard.launcher.LocalFarm;
import org.lumenyard.launcher.Settings;
import org.lumenyard.launcher.config.Setting;

/** A farm that shares nothing with the user's own, in a folder that goes with it. */
final class BenchFarm implements AutoCloseable {
    /** What the kernel counts time of processes in. */
    private static final long TICKS_A_SECOND = 100;

    private final Path folder;
    private final LocalFarm farm;
    private final FarmClient client;
    private final long pid;

    /** Whoever ends a benchmark early is left with no farm that goes on. */
    private final Thread ending = new Thread(this::end, "end-bench-farm");

    private BenchFarm(Path folder, LocalFarm farm) {
        Runtime.getRuntime().addShutdownHook(ending);
        this.folder = folder;
        this.farm = farm;
        this.client = farm.client();
        this.pid = farm.server().orElseThrow().pid();
    }

    /**
     * Starts one.
     *
     * @param more settings beside those that keep it apart
     */
    static BenchFarm start(Settings settings, Map<Setting, String> more)
            throws IOException, InterruptedException {
        return start(settings, more, data -> {});
    }

    /** Writes a farm's past into its data folder before its server begins. */
    @FunctionalInterface
    interface Past {
        void write(Path data) throws IOException;
    }

    /** Starts one that has a past. */
    static BenchFarm start(Settings settings, Map<Setting, String> more, Past past)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("lumenyard-bench");
        var own = new EnumMap<Setting, String>(Setting.class);
        own.put(Setting.PORT, "0");
        own.put(Setting.DATA, folder.resolve("data").toString());
        own.put(Setting.STATE, folder.resolve("state").toString());
        own.put(Setting.AGENT_STATE, folder.resolve("agent").toString());
        own.put(Setting.AGENT_NAME, "bench");
        own.put(Setting.ROOTS, folder.toString());
        own.putAll(more);
        var farm = new LocalFarm(settings.load(own));
        try {
            past.write(folder.resolve("data"));
            farm.start();
            return new BenchFarm(folder, farm);
        } catch (IOException | InterruptedException | RuntimeException e) {
            farm.stop();
            new Scratch(folder).close();
            throw e;
        }
    }

    FarmClient client() {
        return client;
    }

    Path folder() {
        return folder;
    }

    Path state() {
        return folder.resolve("state");
    }

    long serverPid() {
        return pid;
    }

    /** Processor time that the server has used so far, in microseconds. */
    long serverCpuMicros() throws IOException {
        return cpuMicros(pid);
    }

    /** Memory of the machine that the server occupies now, in bytes. */
    long serverResidentBytes() throws IOException {
        return residentBytes(pid);
    }

    static long residentBytes(long pid) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1_024)
                    .findFirst()
                    .orElse(0);
        }
    }

    /** Processor time that a process has used so far, in microseconds. */
    static long cpuMicros(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        return ticks * (1_000_000 / TICKS_A_SECOND);
    }

    /** What the server has stored in its database's files, in bytes. */
    long databaseBytes() throws IOException {
        long bytes = 0;
        for (String name : new String[] {"farm.db", "farm.db-wal"}) {
            Path file = folder.resolve("data").resolve(name);
            if (Files.exists(file)) bytes += Files.size(file);
        }
        return bytes;
    }

    /** One of the server's own figures, by its name for Prometheus; 0 when it has none. */
    double figure(String name) throws IOException, InterruptedException {
        ServerState server = ServerState.read(ServerState.file(state()));
        var request =
                HttpRequest.newBuilder(URI.create(server.url() + "/metrics"))
                        .header("Authorization", "Bearer " + server.token())
                        .build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.ofLines())
                    .body()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElse(0);
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(ending);
        client.close();
        end();
    }

    private void end() {
        farm.stop();
        try {
            new Scratch(folder).close();
        } catch (IOException e) {
            System.err.println("Left behind: " + folder);
        }
    }
}
