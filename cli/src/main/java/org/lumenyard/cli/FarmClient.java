package org.lumenyard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Flow;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Speaks with a server by the public API. Paths are those of the contract, such as {@code /jobs}.
 *
 * <p>All methods throw {@link ProblemException} when the server says no and {@link
 * UnreachableException} when there is none: both are {@link Failed}.
 */
public final class FarmClient implements AutoCloseable {
    /** What was asked for was not done; the message says why, for people. */
    public abstract static sealed class Failed extends RuntimeException
            permits ProblemException, UnreachableException {
        private static final long serialVersionUID = 1;

        Failed(String sentence) {
            // No stack trace: it tells of the request and not of us.
            super(sentence, null, false, false);
        }
    }

    private static final String BASE = "/api/v1";
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(60);

    /**
     * How long to wait before a request is sent again; a server that is restarted is back by then.
     */
    private static final List<Duration> PAUSES =
            List.of(
                    Duration.ofMillis(300),
                    Duration.ofMillis(700),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(5));

    private final Supplier<Door> door;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    /**
     * @param door asked before each request, because a restarted server may have moved
     */
    public FarmClient(Supplier<Door> door) {
        this.door = door;
    }

    /**
     * A client of the server at this address.
     *
     * @param url such as {@code http://127.0.0.1:7227}
     */
    public FarmClient(String url, String token) {
        var at = new Door(URI.create(url), token);
        this(() -> at);
    }

    /** A client of the server that this state file tells of, read before each request. */
    public static FarmClient of(Path stateFile) {
        return new FarmClient(() -> door(stateFile));
    }

    /**
     * Where the server of a state file is.
     *
     * @throws UnreachableException when no file tells of one
     */
    static Door door(Path stateFile) {
        try {
            ServerState state = ServerState.read(stateFile);
            return new Door(URI.create(state.url()), state.token());
        } catch (IOException | RuntimeException e) {
            throw new UnreachableException("No server of yours runs on this machine.", false);
        }
    }

    /** Where the server is now, such as {@code http://127.0.0.1:7227}. */
    public String url() {
        return door.get().toString();
    }

    /** What people typed, as a part of a path. */
    public static String part(String text) {
        return Address.of(text).text().substring(1);
    }

    /** Reads. */
    public JsonNode get(String path) {
        return read(path).body();
    }

    /** Reads, and tells the revision of what was read, to follow {@link #events} from there. */
    public Answer read(String path) {
        return again(() -> once(request(path).GET()));
    }

    /**
     * Asks for something to be done.
     *
     * @param body what is written as JSON; null for none
     * @param key an idempotency key: when the answer is lost, the request is sent again under it,
     *     and what it asks for is done once. With null it is sent once, and whether it was done is
     *     not known when the answer is lost
     */
    public JsonNode post(String path, @Nullable Object body, @Nullable String key) {
        Supplier<Answer> ask = () -> once(keyed(json(path, "POST", body), key));
        return (key == null ? ask.get() : again(ask)).body();
    }

    private static HttpRequest.Builder keyed(HttpRequest.Builder request, @Nullable String key) {
        return key == null ? request : request.header("Idempotency-Key", key);
    }

    /** Sets something as a whole. The same twice is once, so a lost answer is asked for again. */
    public JsonNode put(String path, Object body) {
        return again(() -> once(json(path, "PUT", body))).body();
    }

    /** Deletes. Sent once: when the answer is lost, whether it was done is not known. */
    public void delete(String path) {
        once(request(path).DELETE());
    }

    /** Changes fields. The same change twice is one change, so a lost answer is asked for again. */
    public JsonNode patch(String path, Object body) {
        return again(() -> once(json(path, "PATCH", body))).body();
    }

    private HttpRequest.Builder json(String path, String method, @Nullable Object body) {
        return request(path)
                .method(method, publisher(body))
                .header("Content-Type", "application/json");
    }

    /**
     * Follows what changes.
     *
     * @param since the revision of what was read; negative for only what comes from now on
     */
    public EventStream events(long since) {
        return new EventStream(this, since);
    }

    /**
     * Follows what changes until the listener says that it is over. A stream that is lost is taken
     * up again.
     *
     * @param isOver is told which jobs and nodes have changed ({@code {"jobs": [], "nodes": []}}),
     *     and null when everything is to be read again: at the beginning and after each loss
     */
    public void follow(Predicate<@Nullable JsonNode> isOver) {
        try (EventStream events = events(-1)) {
            boolean owed = false;
            while (true) {
                FarmEvent event = events.next(owed ? Duration.ofSeconds(1) : Duration.ofDays(1));
                try {
                    if (isOver(event, owed, isOver)) return;
                    owed =
                            owed
                                    && (event instanceof FarmEvent.Away
                                            || event instanceof FarmEvent.Telemetry);
                } catch (UnreachableException e) {
                    // The listener asked a server that went away: it is told again once it is back.
                    owed = true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnreachableException("Interrupted.", true);
        }
    }

    private static boolean isOver(
            FarmEvent event, boolean owed, Predicate<@Nullable JsonNode> isOver) {
        return switch (event) {
            case FarmEvent.Connected() -> isOver.test(null);
            case FarmEvent.Reset reset -> isOver.test(null);
            case FarmEvent.Silence() -> owed && isOver.test(null);
            case FarmEvent.Changed changed ->
                    isOver.test(
                            owed
                                    ? null
                                    : Json.MAPPER.valueToTree(
                                            Map.of(
                                                    "jobs",
                                                    changed.jobs(),
                                                    "nodes",
                                                    changed.nodes())));
            case FarmEvent.Telemetry progress -> false;
            case FarmEvent.Away away -> false;
        };
    }

    /**
     * A run's log as bytes of UTF-8 text; a connection that is lost is taken up again where it
     * broke.
     *
     * @param tail only the last so many lines, and what follows
     * @param follow whether to stay until the run has ended
     */
    public InputStream log(String run, OptionalInt tail, boolean follow) {
        return new RunLog(this, run, tail, follow);
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }

    // Requests

    private static HttpRequest.BodyPublisher publisher(@Nullable Object body) {
        return body == null
                ? BodyPublishers.noBody()
                : BodyPublishers.ofByteArray(Json.bytes(body));
    }

    private HttpRequest.Builder request(String path) {
        Door current = door.get();
        return HttpRequest.newBuilder(current.at(BASE + path))
                .timeout(ANSWER)
                .header("Authorization", "Bearer " + current.token())
                .header("User-Agent", "lumenyard-cli");
    }

    /**
     * Repeats what may be repeated, while the server is away in the middle or asks for patience.
     */
    private static Answer again(Supplier<Answer> ask) {
        for (int repeats = 0; ; repeats++) {
            Duration pause;
            try {
                return ask.get();
            } catch (UnreachableException e) {
                boolean neverThere = repeats == 0 && !e.mayHaveArrived();
                if (neverThere || repeats == PAUSES.size()) throw e;
                pause = PAUSES.get(repeats);
            } catch (ProblemException e) {
                if (e.status() != 503 || repeats == PAUSES.size()) throw e;
                pause = PAUSES.get(repeats);
            }
            sleep(pause);
        }
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnreachableException("Interrupted.", true);
        }
    }

    private Answer once(HttpRequest.Builder request) {
        HttpResponse<byte[]> response = send(request, BodyHandlers.ofByteArray());
        JsonNode body = Json.lenient(response.body());
        if (response.statusCode() >= 300) throw problem(response, body);
        return new Answer(body, header(response, "Lumenyard-Revision").orElse(-1));
    }

    private static ProblemException problem(HttpResponse<?> response, JsonNode body) {
        return ProblemException.of(response.statusCode(), body, header(response, "Retry-After"));
    }

    private static OptionalLong header(HttpResponse<?> response, String name) {
        return response
                .headers()
                .firstValue(name)
                .filter(text -> text.matches("[0-9]{1,18}"))
                .stream()
                .mapToLong(Long::parseLong)
                .findFirst();
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder builder, BodyHandler<T> handler) {
        HttpRequest request = builder.build();
        String server = request.uri().getScheme() + "://" + request.uri().getAuthority();
        try {
            return http.send(request, handler);
        } catch (ConnectException | HttpConnectTimeoutException e) {
            throw new UnreachableException("No server answers at " + server + ".", false);
        } catch (IOException e) {
            throw new UnreachableException(
                    "The connection to " + server + " was lost before the answer came.", true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnreachableException("Interrupted.", true);
        }
    }

    // Streams

    /** An answer line by line, as it comes. */
    LineFeed lines(String path) {
        HttpResponse<Flow.Publisher<List<ByteBuffer>>> response =
                send(
                        request(path).GET().header("Accept", "text/event-stream"),
                        BodyHandlers.ofPublisher());
        if (response.statusCode() != 200) {
            var body = BodySubscribers.ofByteArray();
            response.body().subscribe(body);
            throw problem(response, Json.lenient(body.getBody().toCompletableFuture().join()));
        }
        return new LineFeed(response.body());
    }

    /** A part of a log. */
    LogPart logPart(String path) {
        HttpResponse<InputStream> response =
                send(request(path).GET(), BodyHandlers.ofInputStream());
        if (response.statusCode() != 200)
            throw problem(response, Json.lenient(all(response.body())));
        return new LogPart(
                response.body(),
                header(response, "Lumenyard-Log-Offset").orElse(0),
                header(response, "Lumenyard-Log-Size").orElse(0),
                response.headers()
                        .firstValue("Lumenyard-Log-Complete")
                        .filter("true"::equals)
                        .isPresent());
    }

    private static byte[] all(InputStream body) {
        try (body) {
            return body.readAllBytes();
        } catch (IOException e) {
            return new byte[0];
        }
    }

    /**
     * A part of a log.
     *
     * @param offset where it begins, in bytes
     * @param size of the whole log, as far as it was written when this was answered
     * @param complete whether no more will come
     */
    record LogPart(InputStream body, long offset, long size, boolean complete) {}
}
