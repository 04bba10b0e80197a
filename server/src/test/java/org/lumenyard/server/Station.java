package org.lumenyard.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.lumenyard.server.auth.Role;

/** A real server on a real store, with a token of each role, asked over real HTTP. */
final class Station implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    final LumenyardServer server;
    final String admin;
    final String viewer;
    final String agent;
    final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** An answer, whatever it is. */
    record Answer(int status, String body, HttpResponse<byte[]> response) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new AssertionError("no JSON: " + body, e);
            }
        }

        String type() {
            return response.headers().firstValue("Content-Type").orElse("");
        }
    }

    private Station(ServerSettings settings) throws IOException {
        server = LumenyardServer.start(settings);
        admin = server.issueToken("ada", Role.ADMIN).text();
        viewer = server.issueToken("vera", Role.VIEWER).text();
        agent = server.issueToken("agents", Role.AGENT).text();
    }

    static Station open(Path folder) throws IOException {
        return open(folder, Duration.ofMinutes(5));
    }

    /** Keeps its data in the folder, and may show what lies in {@code shown} below it. */
    static Station open(Path folder, Duration lease) throws IOException {
        var settings =
                ServerSettings.local(folder, 0, List.of(folder, folder.resolve("shown")))
                        .withLease(lease, Duration.ofMillis(100));
        return new Station(settings);
    }

    static Station open(ServerSettings settings) throws IOException {
        return new Station(settings);
    }

    URI uri(String path) {
        return URI.create(server.url() + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + admin);
    }

    Answer send(HttpRequest request) {
        try {
            var response = client.send(request, BodyHandlers.ofByteArray());
            return new Answer(
                    response.statusCode(),
                    new String(response.body(), java.nio.charset.StandardCharsets.UTF_8),
                    response);
        } catch (IOException e) {
            throw new AssertionError(request + " was not answered", e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    Answer get(String path) {
        return send(request(path).build());
    }

    /**
     * Reads until all of these words are there: the view that reasons are worked out from is
     * renewed up to a quarter of a second later.
     */
    void awaitSaid(String path, String... words) throws InterruptedException {
        String said = "";
        for (int look = 0; look < 100; look++) {
            said = get(path).body();
            if (Arrays.stream(words).allMatch(said::contains)) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError(said + " does not say " + List.of(words));
    }

    Answer post(String path, String json) {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json))
                        .build());
    }

    Answer delete(String path) {
        return send(request(path).DELETE().build());
    }

    Answer patch(String path, String json) {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .method("PATCH", BodyPublishers.ofString(json))
                        .build());
    }

    Answer put(String path, String token, String type, byte[] body) {
        return send(
                HttpRequest.newBuilder(uri(path))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", type)
                        .PUT(BodyPublishers.ofByteArray(body))
                        .build());
    }

    /** A submission of so many tasks that run nothing real, with more fields. */
    static String body(int tasks, String more) {
        return "{\"jobType\": \"command\", \"parameters\": {\"Program\": \"/bin/true\", \"Items\": \"1-"
                + tasks
                + "\"}"
                + more
                + "}";
    }

    /** Submits a plain job and gives its id. */
    String submit(int frames) {
        Answer answer = post("/api/v1/jobs", body(frames, ""));
        if (answer.status() != 201) {
            throw new AssertionError(answer.status() + " " + answer.body());
        }
        return answer.json().path("id").asText();
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
