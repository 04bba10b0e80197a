package org.lumenyard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The farm's events as they come. A stream that is lost is taken up again from the last revision it
 * told, for as long as this is open; a server that says no ends it.
 */
public final class EventStream implements AutoCloseable {
    /** The server says something at least every 15 s; this long without a word, it is gone. */
    private static final Duration SILENCE_OF_THE_DEAD = Duration.ofSeconds(45);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final FarmClient client;
    private final BlockingQueue<Supplier<FarmEvent>> told = new LinkedBlockingQueue<>(1_000);
    private final Thread reader;
    private long revision;

    EventStream(FarmClient client, long since) {
        this.client = client;
        this.revision = since;
        this.reader = Thread.ofVirtual().name("events").start(this::read);
    }

    /**
     * Waits for the next event.
     *
     * @param patience after this, {@link FarmEvent.Silence}
     * @throws ProblemException when the server refuses the stream
     */
    public FarmEvent next(Duration patience) throws InterruptedException {
        Supplier<FarmEvent> next = told.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        return next == null ? new FarmEvent.Silence() : next.get();
    }

    /** Ends it. */
    @Override
    public void close() {
        reader.interrupt();
    }

    private void read() {
        Duration pause = FIRST_PAUSE;
        try {
            while (true) {
                boolean wasThere = false;
                String why = "the server closed the stream";
                try (var lines = client.lines(address())) {
                    tell(new FarmEvent.Connected());
                    wasThere = true;
                    readEvents(lines);
                } catch (IOException | UnreachableException e) {
                    why = String.valueOf(e.getMessage());
                } catch (ProblemException e) {
                    // A server that has trouble of its own is as good as away; a no is a no.
                    if (e.status() < 500) throw e;
                    why = e.detail();
                }
                tell(new FarmEvent.Away(why));
                pause = wasThere ? FIRST_PAUSE : longer(pause);
                Thread.sleep(pause);
            }
        } catch (InterruptedException e) {
            // Closed.
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /** What the caller learns at its next look, whatever else was waiting. */
    private void fail(RuntimeException e) {
        told.clear();
        told.add(() -> rethrow(e));
    }

    private static FarmEvent rethrow(RuntimeException e) {
        throw e;
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    private String address() {
        return revision < 0 ? "/events" : "/events?since=" + revision;
    }

    /**
     * One event is lines up to an empty one; a line that begins with a colon only says: still here.
     */
    private void readEvents(LineFeed lines) throws IOException, InterruptedException {
        String type = "message";
        var data = new StringBuilder();
        while (true) {
            Optional<String> next = lines.next(SILENCE_OF_THE_DEAD);
            if (next.isEmpty()) return;
            String line = next.get();
            if (line.isEmpty()) {
                if (!data.isEmpty()) take(type, data.toString());
                type = "message";
                data.setLength(0);
            } else if (line.startsWith("event:")) {
                type = line.substring(6).strip();
            } else if (line.startsWith("data:")) {
                data.append(data.isEmpty() ? "" : "\n").append(line.substring(5).strip());
            } else if (line.startsWith("id:")) {
                revision = number(line.substring(3).strip());
            }
        }
    }

    private long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return revision;
        }
    }

    private void take(String type, String data) throws InterruptedException {
        JsonNode node = Json.lenient(data.getBytes(StandardCharsets.UTF_8));
        @Nullable FarmEvent event =
                switch (type) {
                    case "changed" ->
                            new FarmEvent.Changed(
                                    revision, texts(node.path("jobs")), texts(node.path("nodes")));
                    case "reset" -> new FarmEvent.Reset(revision);
                    case "telemetry" -> new FarmEvent.Telemetry(progress(node.path("runs")));
                    default -> null;
                };
        if (event != null) tell(event);
    }

    private static Set<String> texts(JsonNode array) {
        var texts = new HashSet<String>();
        array.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    private static List<FarmEvent.RunProgress> progress(JsonNode array) {
        var runs = new ArrayList<FarmEvent.RunProgress>();
        for (JsonNode run : array) {
            runs.add(
                    new FarmEvent.RunProgress(
                            run.path("run").asText(),
                            run.path("job").asText(),
                            run.path("step").asText(),
                            run.path("index").asLong(),
                            run.path("progress").asDouble(),
                            run.path("text").asText("")));
        }
        return runs;
    }

    private void tell(FarmEvent event) throws InterruptedException {
        told.put(() -> event);
    }
}
