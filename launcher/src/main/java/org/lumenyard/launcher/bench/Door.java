package org.lumenyard.launcher.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.lumenyard.cli.ServerState;

/**
 * A server as its clients reach it, for what is timed: each request is sent once and must be
 * answered well.
 */
final class Door implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** An answer and how long it took, in nanoseconds. */
    record Timed(long nanos, byte[] body) {
        JsonNode json() throws IOException {
            return JSON.readTree(body);
        }

        double millis() {
            return nanos / 1e6;
        }
    }

    private final ServerState server;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /**
     * @param state the farm's state folder, which tells of its server
     */
    Door(Path state) throws IOException {
        this.server = ServerState.read(ServerState.file(state));
    }

    /** Reads from a path such as {@code /api/v1/jobs} or {@code /health/live}. */
    Timed get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    /** Asks for something; a body is sent as JSON. */
    Timed post(String path, @Nullable Object body) throws IOException, InterruptedException {
        var sent =
                body == null
                        ? BodyPublishers.noBody()
                        : BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
        return send(request(path).header("Content-Type", "application/json").POST(sent));
    }

    /** Changes fields. */
    Timed patch(String path, Object body) throws IOException, InterruptedException {
        var sent = BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
        return send(request(path).header("Content-Type", "application/json").method("PATCH", sent));
    }

    /** Deletes what is there. */
    Timed delete(String path) throws IOException, InterruptedException {
        return send(request(path).DELETE());
    }

    /** Sends bytes as an agent does. */
    Timed put(String path, byte[] bytes) throws IOException, InterruptedException {
        return send(
                request(path)
                        .setHeader("Authorization", "Bearer " + server.agentToken())
                        .PUT(BodyPublishers.ofByteArray(bytes)));
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path))
                .header("Authorization", "Bearer " + server.token());
    }

    private Timed send(HttpRequest.Builder builder) throws IOException, InterruptedException {
        HttpRequest request = builder.build();
        long began = System.nanoTime();
        HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
        long nanos = System.nanoTime() - began;
        if (answer.statusCode() >= 300)
            throw new IOException(
                    "%s %s was answered %d: %s"
                            .formatted(
                                    request.method(),
                                    request.uri().getPath(),
                                    answer.statusCode(),
                                    new String(answer.body(), StandardCharsets.UTF_8)));
        return new Timed(nanos, answer.body());
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
