package org.lumenyard.server;

import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.ServerMessage;
import org.lumenyard.protocol.Wire;

/** An agent without processes: it says what the test wants, over a real WebSocket. */
final class FakeAgent implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final WebSocket socket;
    private final LinkedBlockingQueue<ServerMessage> heard = new LinkedBlockingQueue<>();
    private final List<ServerMessage> unasked = new ArrayList<>();
    private final LinkedBlockingQueue<Integer> closed = new LinkedBlockingQueue<>();
    private final boolean answersPings;
    private long sequence;

    private FakeAgent(Station station, String token, boolean answersPings) {
        this.answersPings = answersPings;
        var uri =
                java.net.URI.create(station.server.url().replace("http:", "ws:") + "/api/v1/agent");
        socket =
                station.client
                        .newWebSocketBuilder()
                        .header("Authorization", "Bearer " + token)
                        .connectTimeout(Duration.ofSeconds(10))
                        .buildAsync(uri, new Ear())
                        .join();
    }

    static FakeAgent connect(Station station) {
        return connect(station, station.agent);
    }

    static FakeAgent connect(Station station, String token) {
        return new FakeAgent(station, token, true);
    }

    /** One whose machine hangs: it hears nothing. */
    static FakeAgent connectDeaf(Station station) {
        return new FakeAgent(station, station.agent, false);
    }

    private final class Ear implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                for (ServerMessage message : Wire.readServerMessages(text.toString())) {
                    if (message instanceof ServerMessage.Ping && answersPings) {
                        from.sendText(Wire.write(new AgentMessage.Pong()), true);
                    }
                    heard.add(message);
                }
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.add(code);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            closed.add(-1);
        }
    }

    static AgentMessage.Facts facts(String name, long processors) {
        return new AgentMessage.Facts(
                name,
                "machine-" + name,
                "boot-1",
                "pid-1",
                Map.of("amount.worker.vcpu", processors, "amount.worker.memory", 8_192L),
                Map.of("attr.worker.os.family", Set.of("linux")),
                "test",
                Map.of("os", "Linux"));
    }

    void say(AgentMessage message) {
        sayText(Wire.write(message));
    }

    void sayText(String text) {
        socket.sendText(text, true).join();
    }

    ServerMessage.Welcome join(String name, long processors) {
        return join(facts(name, processors), List.of());
    }

    ServerMessage.Welcome join(AgentMessage.Facts facts, List<Long> spooled) {
        say(
                new AgentMessage.Hello(
                        Wire.VERSION,
                        System.nanoTime() / 1_000_000,
                        "",
                        0,
                        0,
                        0,
                        facts,
                        0,
                        spooled,
                        List.of()));
        return await(ServerMessage.Welcome.class);
    }

    /** Greets as a new agent program whose folder belongs to that node, all swept. */
    void joinSwept(String farm, long node, long lived, String name) {
        say(
                new AgentMessage.Hello(
                        Wire.VERSION,
                        System.nanoTime() / 1_000_000,
                        farm,
                        node,
                        0,
                        0,
                        facts(name, 1),
                        lived,
                        List.of(),
                        List.of()));
    }

    void comeBack(ServerMessage.Welcome life, String name, List<Long> runs) {
        say(
                new AgentMessage.Hello(
                        Wire.VERSION,
                        System.nanoTime() / 1_000_000,
                        life.farm(),
                        life.node(),
                        life.incarnation(),
                        life.term(),
                        facts(name, 2),
                        0,
                        runs,
                        List.of()));
    }

    void beat(AgentMessage.Progress... progress) {
        say(
                new AgentMessage.Heartbeat(
                        System.currentTimeMillis(), 10, List.of(progress), 0.5, 4_000, List.of()));
    }

    long report(AgentMessage.Fact fact) {
        say(new AgentMessage.Report(++sequence, fact));
        return sequence;
    }

    long ended(long run, String kind, String details) {
        return report(
                new AgentMessage.Ended(
                        run,
                        kind,
                        kind,
                        kind.equals("done") ? "" : "It broke.",
                        5,
                        10,
                        64,
                        details));
    }

    <M extends ServerMessage> M await(Class<M> type) {
        return await(type, message -> true);
    }

    /** The next message of this kind; others that come are kept for later. */
    <M extends ServerMessage> M await(Class<M> type, Predicate<M> that) {
        for (ServerMessage kept : List.copyOf(unasked)) {
            if (type.isInstance(kept) && that.test(type.cast(kept))) {
                unasked.remove(kept);
                return type.cast(kept);
            }
        }
        try {
            while (true) {
                ServerMessage message = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (message == null) {
                    throw new AssertionError(
                            "no " + type.getSimpleName() + " came; but " + unasked);
                }
                if (type.isInstance(message) && that.test(type.cast(message))) {
                    return type.cast(message);
                }
                unasked.add(message);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    void awaitAcknowledged(long upTo) {
        await(ServerMessage.Acknowledged.class, ack -> ack.sequence() >= upTo);
    }

    int awaitClosed() {
        try {
            Integer code = closed.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (code == null) {
                throw new AssertionError("not closed");
            }
            return code;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Gone without a word, as by a pulled cable. */
    @Override
    public void close() {
        socket.abort();
    }
}
