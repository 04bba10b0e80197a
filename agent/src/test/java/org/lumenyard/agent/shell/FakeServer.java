package org.lumenyard.agent.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.Javalin;
import io.javalin.websocket.WsContext;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.AgentMessage.Ended;
import org.lumenyard.protocol.AgentMessage.Report;
import org.lumenyard.protocol.ServerMessage;
import org.lumenyard.protocol.Wire;

/**
 * A server that speaks the protocol over real sockets, and does and remembers just what a test
 * needs.
 */
final class FakeServer implements AutoCloseable {
    static final String TOKEN = "secret";
    private static final long PATIENCE_MILLIS = 30_000;

    volatile long leaseMillis = 60_000;
    volatile boolean answersHeartbeats = true;
    volatile boolean acknowledges = true;
    final Set<Long> known = java.util.concurrent.ConcurrentHashMap.newKeySet();

    private final Javalin app;
    private final List<AgentMessage> heard = new ArrayList<>();
    private final Map<String, byte[]> uploads = new TreeMap<>();
    private final Set<String> finished = new TreeSet<>();
    private final List<String> order = new ArrayList<>();
    private @Nullable WsContext agent;
    private long incarnation;
    private long term = 1;

    FakeServer() {
        this(0);
    }

    FakeServer(int port) {
        app =
                Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.routes.before(context -> {
                        if (!("Bearer " + TOKEN).equals(context.header("Authorization"))) {
                            throw new io.javalin.http.UnauthorizedResponse();
                        }
                    });
                    config.routes.ws(
                            "/api/v1/agent",
                            ws -> {
                                ws.onConnect(context -> context.enableAutomaticPings());
                                ws.onMessage(context ->
                                        Wire.readAgentMessages(context.message())
                                                .forEach(message -> hear(context, message)));
                            });
                    config.routes.put("/api/v1/runs/{run}/log", this::takeLog);
                    config.routes.put(
                            "/api/v1/runs/{run}/thumbnails/{label}",
                            context -> {
                                upload(context.path(), context.bodyAsBytes());
                                context.status(204);
                            });
                });
        app.start("127.0.0.1", port);
    }

    /** The next server over the same farm. */
    FakeServer next() {
        int port = app.port();
        close();
        var next = new FakeServer(port);
        next.term = term + 1;
        next.incarnation = incarnation;
        next.known.addAll(known);
        return next;
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + app.port());
    }

    private void takeLog(io.javalin.http.Context context) {
        long offset = Long.parseLong(String.valueOf(context.queryParam("offset")));
        synchronized (this) {
            byte[] now = uploads.getOrDefault(context.path(), new byte[0]);
            if (offset > now.length) {
                context.status(409);
                return;
            }
            var grown = new ByteArrayOutputStream();
            grown.write(now, 0, (int) offset);
            grown.writeBytes(context.bodyAsBytes());
            upload(context.path(), grown.toByteArray());
            if ("true".equals(context.queryParam("final"))) {
                finished.add(context.path());
                order.add("final " + context.path());
                notifyAll();
            }
        }
        context.status(204);
    }

    private synchronized void upload(String path, byte[] bytes) {
        uploads.put(path, bytes);
        order.add(path);
        notifyAll();
    }

    private synchronized void hear(WsContext context, AgentMessage message) {
        heard.add(message);
        agent = context;
        switch (message) {
            case AgentMessage.Hello hello -> {
                incarnation = hello.incarnation() == 0 ? incarnation + 1 : hello.incarnation();
                say(
                        new ServerMessage.Welcome(
                                "farm-1",
                                5,
                                incarnation,
                                term,
                                List.copyOf(known),
                                leaseMillis,
                                500));
            }
            case AgentMessage.Heartbeat beat -> {
                if (answersHeartbeats) {
                    say(new ServerMessage.Beat(beat.sentAt(), term));
                }
            }
            case Report report -> {
                if (report.fact() instanceof Ended ended) {
                    order.add("ended " + ended.run());
                }
                if (acknowledges) {
                    say(new ServerMessage.Acknowledged(report.sequence()));
                }
            }
            case AgentMessage.Pong() -> {}
        }
        notifyAll();
    }

    synchronized void say(ServerMessage message) {
        if (agent != null) {
            agent.send(Wire.write(message));
        }
    }

    /** Gives a run of the test engine to the agent. */
    void start(long run, Map<String, Object> settings, Map<String, Object> outputs) {
        start(run, "testpattern", settings, outputs, 0);
    }

    void start(
            long run,
            String engine,
            Map<String, Object> settings,
            Map<String, Object> outputs,
            long stallAfterMillis) {
        known.add(run);
        say(
                new ServerMessage.Start(
                        run,
                        1,
                        2,
                        0,
                        "7",
                        engine,
                        "",
                        0,
                        0,
                        settings,
                        outputs,
                        Map.of("Out", "/nowhere"),
                        List.of("Out"),
                        Map.of("Frame", "7"),
                        Map.of("amount.worker.vcpu", 1L),
                        Map.of(),
                        "",
                        stallAfterMillis));
    }

    /** Gives a frame to an instance of Blender. */
    void startBlender(long run, long instance, Path scene, int frame, Path out) {
        known.add(run);
        say(
                new ServerMessage.Start(
                        run,
                        1,
                        2,
                        frame,
                        "" + frame,
                        "blender",
                        scene.toString(),
                        instance,
                        0,
                        Map.of("scene", scene.toString(), "frames", "" + frame),
                        Map.of("folder", out.toString(), "pattern", "cube_####.png"),
                        Map.of(),
                        List.of(),
                        Map.of(),
                        Map.of("amount.worker.vcpu", 2L),
                        Map.of(),
                        "",
                        0));
    }

    /** Waits until the agent has said that, beginning with what it said first. */
    <M extends AgentMessage> M awaits(Class<M> kind, Predicate<M> wanted)
            throws InterruptedException {
        return await(
                () ->
                        heard.stream()
                                .filter(kind::isInstance)
                                .map(kind::cast)
                                .filter(wanted)
                                .findFirst()
                                .orElse(null),
                kind.getSimpleName());
    }

    AgentMessage.Hello awaitHello(Predicate<AgentMessage.Hello> wanted)
            throws InterruptedException {
        return awaits(AgentMessage.Hello.class, wanted);
    }

    Ended awaitEnd(long run) throws InterruptedException {
        Report report =
                awaits(
                        Report.class,
                        each -> each.fact() instanceof Ended ended && ended.run() == run);
        return (Ended) report.fact();
    }

    void awaitStarted(long run) throws InterruptedException {
        awaits(Report.class, each -> each.fact().equals(new AgentMessage.Started(run)));
    }

    String awaitLog(long run) throws InterruptedException {
        String path = "/api/v1/runs/" + Long.toString(run, 36) + "/log";
        byte[] bytes = await(() -> finished.contains(path) ? uploads.get(path) : null, path);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    byte[] awaitUpload(String path) throws InterruptedException {
        return await(() -> uploads.get(path), path);
    }

    private synchronized <T> T await(java.util.function.Supplier<@Nullable T> look, String what)
            throws InterruptedException {
        long until = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        for (T found = look.get(); ; found = look.get()) {
            if (found != null) {
                return found;
            }
            long left = (until - System.nanoTime()) / 1_000_000;
            assertThat(left).as("time left to wait for " + what + " after " + heard).isPositive();
            wait(left);
        }
    }

    synchronized void forgetUploads() {
        uploads.clear();
    }

    synchronized void forget() {
        heard.clear();
    }

    /** Uploads and ends in the order in which they came. */
    synchronized List<String> order() {
        return List.copyOf(order);
    }

    @Override
    public void close() {
        app.stop();
    }
}
