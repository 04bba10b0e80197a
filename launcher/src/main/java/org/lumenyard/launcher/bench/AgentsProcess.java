package org.lumenyard.launcher.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.lumenyard.cli.ServerState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The process in which a benchmark's agents live. Says {@code ready} when all have joined. For each
 * line {@code NANOS TASKS} or {@code NANOS TASKS SECONDS} on its input it begins a round, which
 * began at that moment and whose tasks take the usual time or another, and answers with a line of
 * JSON once the ends of that many tasks are stored.
 */
@Command(name = "agents-process", hidden = true)
final class AgentsProcess implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int JOINING_AT_ONCE = 50;

    @Option(names = "--state", required = true)
    Path state = Path.of(".");

    @Option(names = "--nodes", required = true)
    int nodes;

    @Option(names = "--slots", required = true, description = "Of one node after the other.")
    long[] slots = {1};

    @Option(names = "--memory", description = "MiB, of one node after the other.")
    long[] memory = {65_536};

    @Option(names = "--task-seconds", required = true)
    double taskSeconds;

    @Option(names = "--endless", description = "Work goes on between rounds, and is not counted.")
    boolean endless;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ServerState server = ServerState.read(ServerState.file(state));
        URI address = URI.create(server.url().replaceFirst("^http", "ws") + "/api/v1/agent");
        var http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .executor(Executors.newFixedThreadPool(2))
                        .build();
        var round = new Round(http, address, server.agentToken());
        round.lasts(taskSeconds);
        var agents = new ArrayList<VirtualAgent>();
        for (int i = 1; i <= nodes; i++) {
            var agent = new VirtualAgent("bench%04d".formatted(i), round);
            agents.add(agent);
            agent.begin(slots[(i - 1) % slots.length], memory[(i - 1) % memory.length]);
            if (i % JOINING_AT_ONCE == 0) awaitJoined(agents);
        }
        awaitJoined(agents);
        System.out.println("ready");
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ");
            agents.forEach(VirtualAgent::beginRound);
            if (endless) round.skip();
            round.lasts(words.length > 2 ? Double.parseDouble(words[2]) : taskSeconds);
            round.begin(Long.parseLong(words[0]), Long.parseLong(words[1]));
        }
        return 0;
    }

    private static void awaitJoined(List<VirtualAgent> agents) throws InterruptedException {
        while (!agents.stream().allMatch(VirtualAgent::isJoined)) Thread.sleep(10);
    }

    /** Counts what the agents tell. */
    private static final class Round extends VirtualAgent.Swarm {
        private Samples firsts = new Samples();
        private Samples gaps = new Samples();
        private Samples afterOrders = new Samples();
        private Samples lags = new Samples();
        private long began;
        private long expected;
        private long stored;
        private long storedBefore;
        private volatile long taskNanos;

        Round(HttpClient http, URI address, String token) {
            super(http, address, token);
        }

        void lasts(double seconds) {
            taskNanos = (long) (seconds * 1e9);
        }

        @Override
        long taskNanos() {
            return taskNanos;
        }

        synchronized void begin(long nanoTime, long tasks) throws IOException {
            began = nanoTime;
            storedBefore += expected;
            expected = tasks;
            tellIfDone();
        }

        /** What has ended up to now is no round's. */
        synchronized void skip() {
            storedBefore = stored;
            firsts = new Samples();
            gaps = new Samples();
            afterOrders = new Samples();
            lags = new Samples();
        }

        private void tellIfDone() throws IOException {
            if (expected == 0 || stored - storedBefore < expected) return;
            ObjectNode told = JsonNodeFactory.instance.objectNode();
            told.put("seconds", (System.nanoTime() - began) / 1e9);
            told.put("firstP99Nanos", firsts.quantile(0.99));
            told.put("gapP50Nanos", gaps.quantile(0.5));
            told.put("gapP99Nanos", gaps.quantile(0.99));
            told.put("afterOrderP99Nanos", afterOrders.quantile(0.99));
            told.put("lagP50Nanos", lags.quantile(0.5));
            told.put("lagP99Nanos", lags.quantile(0.99));
            told.put("gaps", gaps.size());
            firsts = new Samples();
            gaps = new Samples();
            afterOrders = new Samples();
            lags = new Samples();
            storedBefore += expected;
            expected = 0;
            System.out.println(JSON.writeValueAsString(told));
        }

        @Override
        synchronized void startedFirst(long nanoTime) {
            firsts.add(nanoTime);
        }

        @Override
        synchronized void startedNext(long gapNanos) {
            gaps.add(gapNanos);
        }

        @Override
        synchronized void startedAfterOrder(long gapNanos) {
            afterOrders.add(gapNanos);
        }

        @Override
        synchronized void endedLate(long nanos) {
            lags.add(nanos);
        }

        @Override
        synchronized void acknowledged() {
            stored++;
            try {
                tellIfDone();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        void tell(String sentence) {
            System.err.println(sentence);
        }
    }
}
