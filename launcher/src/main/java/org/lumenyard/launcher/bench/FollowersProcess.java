package org.lumenyard.launcher.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The process in which the pages live that follow a farm's events. For {@code follow N} on its
 * input so many follow, and it answers when they do. For {@code watch JOB NANOS} it waits until
 * each has been told of that job, at most five seconds, and answers how many were, and after how
 * long since that moment the middle one and all but 1 % were, in nanoseconds.
 */
@Command(name = "followers", hidden = true)
final class FollowersProcess implements Callable<Integer> {
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    @Option(names = "--state", required = true)
    Path state = Path.of(".");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Page> pages = new ArrayList<>();
    private final AtomicLong events = new AtomicLong();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Door door = new Door(state)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ");
                switch (words[0]) {
                    case "follow" -> System.out.println(follow(door, Integer.parseInt(words[1])));
                    case "watch" -> System.out.println(watch(words[1], Long.parseLong(words[2])));
                    default -> throw new IOException("not understood: " + line);
                }
            }
        }
        return 0;
    }

    /** How many events had come before. */
    private long follow(Door door, int count) throws IOException, InterruptedException {
        for (Page page : pages) page.close();
        pages.clear();
        long before = events.getAndSet(0);
        for (int i = 0; i < count; i++) pages.add(new Page(door));
        for (Page page : pages) page.awaitHello();
        return before;
    }

    private String watch(String job, long since) throws InterruptedException {
        var lags = new Samples();
        for (Page page : pages) {
            @Nullable Long seen = page.awaitSeen(job, since);
            if (seen != null) lags.add(seen - since);
        }
        pages.forEach(page -> page.forget(job));
        return lags.size() + " " + lags.quantile(0.5) + " " + lags.quantile(0.99);
    }

    /** One page: a connection that stays. */
    private final class Page {
        private final ConcurrentHashMap<String, Long> seen = new ConcurrentHashMap<>();
        private final InputStream stream;
        private volatile boolean greeted;

        Page(Door door) throws IOException, InterruptedException {
            HttpRequest request = door.request("/api/v1/events").GET().build();
            var answer = http.send(request, BodyHandlers.ofInputStream());
            if (answer.statusCode() != 200)
                throw new IOException("/events was answered " + answer.statusCode());
            stream = answer.body();
            Thread.startVirtualThread(this::read);
        }

        private void read() {
            try (var lines =
                    new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith(": hello")) greeted = true;
                    if (line.startsWith("data:")) hear(line);
                }
            } catch (IOException closed) {
                greeted = true;
            }
        }

        private void hear(String data) {
            long now = System.nanoTime();
            events.incrementAndGet();
            int at = data.indexOf("\"jobs\":[");
            if (at < 0) return;
            String jobs = data.substring(at + 8, data.indexOf(']', at));
            for (String job : jobs.split(",")) seen.putIfAbsent(job.replace("\"", ""), now);
        }

        void awaitHello() throws InterruptedException {
            while (!greeted) Thread.sleep(1);
        }

        /**
         * The moment at which it was told of the job, as long as that was after; null for never.
         */
        @Nullable Long awaitSeen(String job, long since) throws InterruptedException {
            while (System.nanoTime() - since < PATIENCE_NANOS) {
                Long at = seen.get(job);
                if (at != null) return at;
                Thread.sleep(1);
            }
            return null;
        }

        void forget(String job) {
            seen.remove(job);
        }

        void close() throws IOException {
            stream.close();
        }
    }
}
