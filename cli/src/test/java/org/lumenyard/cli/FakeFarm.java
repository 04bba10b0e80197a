package org.lumenyard.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A server that speaks the contract's answers, as a test lays them down. */
final class FakeFarm implements AutoCloseable {
    static final String TOKEN = "a-token";

    /** A request as it arrived. */
    record Seen(
            String method,
            String path,
            String query,
            Map<String, List<String>> headers,
            String body) {
        String header(String name) {
            return headers.entrySet().stream()
                    .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                    .map(entry -> entry.getValue().getFirst())
                    .findFirst()
                    .orElse("");
        }
    }

    interface Reply {
        void send(HttpExchange exchange, Seen seen) throws IOException, InterruptedException;
    }

    final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private final HttpServer server;

    FakeFarm() throws IOException {
        this(0);
    }

    FakeFarm(int port) throws IOException {
        server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    FakeFarm on(String method, String path, Reply reply) {
        replies.put(method + " /api/v1" + path, reply);
        return this;
    }

    FakeFarm on(String method, String path, int status, String json) {
        return on(method, path, (exchange, request) -> answer(exchange, status, json));
    }

    /** The requests to a path of the API. */
    List<Seen> seenAt(String path) {
        return seen.stream().filter(request -> request.path().equals("/api/v1" + path)).toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String query = exchange.getRequestURI().getRawQuery();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var request =
                new Seen(
                        exchange.getRequestMethod(),
                        path,
                        query == null ? "" : query,
                        Map.copyOf(exchange.getRequestHeaders()),
                        body);
        seen.add(request);
        try (exchange) {
            Reply reply = replies.get(exchange.getRequestMethod() + " " + path);
            if (!request.header("Authorization").equals("Bearer " + TOKEN)) {
                answer(exchange, 401, problem(401, "not_logged_in", "Log in by a fresh link."));
            } else if (reply == null) {
                String what =
                        path.contains("/runs/") ? "run" : path.contains("/nodes/") ? "node" : "job";
                String id = path.replaceFirst(".*/(?:jobs|runs|nodes)/([^/:]*).*", "$1");
                answer(
                        exchange,
                        404,
                        problem(404, "unknown_" + what, "There is no " + what + " " + id + "."));
            } else {
                reply.send(exchange, request);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static String problem(int status, String word, String detail) {
        return """
        {"type": "/problems/%s", "title": "No", "status": %d, "detail": "%s"}\
        """
                .formatted(word, status, detail);
    }

    static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders()
                .set(
                        "Content-Type",
                        status < 300 ? "application/json" : "application/problem+json");
        exchange.getResponseHeaders().set("Lumenyard-Revision", "7");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Begins a stream of events. */
    static OutputStream stream(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        return exchange.getResponseBody();
    }

    static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    // Answers

    /** A job as its own address gives it. */
    static String job(String state, int done, int total, int failed) {
        return """
        {"id": "1f", "name": "lighthouse", "user": "local", "state": "%s", "band": "normal", "priority": 50, "held": false,
         "counts": {"waiting": %d, "running": 0, "done": %d, "failed": %d},
         "submittedAt": "2026-11-24T10:00:00Z", "startedAt": "2026-11-24T10:00:01Z",%s
         "tasksPerMinute": 30.0, "reason": "%s", "needsPerson": false,
         "sentence": "%d of %d tasks are done.", "notes": "", "jobType": "blender",
         "parameters": {"Scene": "/shots/lighthouse.blend", "Frames": "1-24", "Output": "/shots/lighthouse_frames", "Film": "/shots/l.mp4"},
         "warnings": [], "somethingNew": {"of": "a newer server"},
         "steps": [{"id": "20", "name": "render", "state": "%s", "size": %d, "dependsOn": [], "engine": "blender",
                    "counts": {"waiting": %d, "running": 0, "done": %d, "failed": %d}, "runSeconds": 1.25, "peakMebibytes": 210}]}
        """
                .formatted(
                        state,
                        total - done - failed,
                        done,
                        failed,
                        state.equals("done") || state.equals("failed")
                                ? "\"finishedAt\": \"2026-11-24T10:03:13Z\","
                                : "",
                        failed > 0 ? "Frame 7: The scene's camera is missing." : "",
                        done,
                        total,
                        state,
                        total,
                        total - done - failed,
                        done,
                        failed);
    }

    static String run(String id, String label, String state) {
        return """
        {"id": "%s", "job": "1f", "jobName": "lighthouse", "step": "20", "stepName": "render", "index": 6, "label": "%s",
         "node": "2", "nodeName": "render07", "state": "%s", "placedAt": "2026-11-24T10:00:01Z", "sentence": "The scene's camera is missing."}\
        """
                .formatted(id, label, state);
    }
}
