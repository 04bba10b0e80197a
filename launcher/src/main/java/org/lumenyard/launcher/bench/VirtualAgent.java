package org.lumenyard.launcher.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.lumenyard.agent.Action;
import org.lumenyard.agent.AgentCore;
import org.lumenyard.agent.Event;
import org.lumenyard.agent.FinalReport;
import org.lumenyard.agent.Identity;
import org.lumenyard.agent.Policy;
import org.lumenyard.agent.guard.BootClock;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.ServerMessage;
import org.lumenyard.protocol.Wire;

/**
 * The real agent core over a real WebSocket, with work that only takes time: no processes, and a
 * spool that is memory.
 */
final class VirtualAgent {
    private static final Policy POLICY = Policy.USUAL;

    private final String name;
    private final Swarm swarm;
    private final AgentCore core = new AgentCore(POLICY, Identity.NEW, List.of());
    private final ArrayDeque<Event> events = new ArrayDeque<>();

    /** Idle slots in the order in which their last tasks ended. */
    private final Map<Long, Idle> freed = new LinkedHashMap<>();

    /** The slots of the runs that take their time, by the runs. */
    private final Map<Long, Long> running = new HashMap<>();

    /** Runs whose end the server has not acknowledged yet. */
    private final Set<Long> done = new HashSet<>();

    /**
     * A slot without work.
     *
     * @param since when its last task was due to end, or was ended by an order
     */
    private record Idle(long since, boolean byOrder) {}

    private boolean busy;
    private long wakesAt = Long.MAX_VALUE;
    private @Nullable Line line;

    VirtualAgent(String name, Swarm swarm) {
        this.name = name;
        this.swarm = swarm;
    }

    /**
     * @param memory in MiB
     */
    void begin(long slots, long memory) {
        apply(
                new Event.FactsFound(
                        new AgentMessage.Facts(
                                name,
                                "machine-" + name,
                                "boot",
                                "pids",
                                Map.of("amount.worker.vcpu", slots, "amount.worker.memory", memory),
                                Map.of("attr.worker.os.family", Set.of("linux")),
                                "bench",
                                Map.of())));
        apply(new Event.Begun());
    }

    synchronized boolean isJoined() {
        return core.isJoined();
    }

    /** Forgets which slots are free, so that the next start on each is a first one. */
    synchronized void beginRound() {
        freed.clear();
    }

    /** What follows from an event at once is taken up in the same go. */
    private synchronized void apply(Event event) {
        events.add(event);
        if (busy) return;
        busy = true;
        try {
            for (Event next = events.poll(); next != null; next = events.poll()) {
                for (Action action : core.apply(next, BootClock.nowMillis())) perform(action);
            }
        } finally {
            busy = false;
        }
        planWake();
    }

    private void planWake() {
        long wanted = core.nextWake().orElse(Long.MAX_VALUE);
        if (wanted >= wakesAt) return;
        wakesAt = wanted;
        long nanos = Math.max(0, wanted - BootClock.nowMillis()) * 1_000_000;
        swarm.alarms.at(System.nanoTime() + nanos, this::wake);
    }

    private synchronized void wake() {
        wakesAt = Long.MAX_VALUE;
        apply(new Event.Woke());
    }

    private void perform(Action action) {
        switch (action) {
            case Action.Sweep ignored -> apply(new Event.Swept());
            case Action.Connect(long connection, int attempt) -> connect(connection);
            case Action.Disconnect(long connection) -> hangUp(connection);
            case Action.Send(long connection, AgentMessage message) -> send(connection, message);
            case Action.Remember(Identity identity) -> apply(new Event.Remembered(identity));
            case Action.StartRun start -> start(start.order());
            case Action.KillRun(long run) -> kill(run);
            case Action.EndInstance(long instance) -> apply(new Event.InstanceEnded(instance));
            case Action.Spool(FinalReport report) -> apply(new Event.Spooled(report.run()));
            case Action.TrySpool() -> apply(new Event.SpoolTried(true));
            case Action.Publish(FinalReport report, long notAfter) ->
                    apply(new Event.Published(report.run()));
            case Action.Forget(long run) -> {
                // What was given back without having begun is no task that has ended.
                if (done.remove(run)) swarm.acknowledged();
            }
            case Action.RenewLease ignored -> {}
            case Action.Discard ignored -> {}
            case Action.Tell(String sentence) -> swarm.tell(name + ": " + sentence);
            case Action.Exit(String why) -> swarm.tell(name + " goes: " + why);
        }
    }

    private void start(ServerMessage.Start order) {
        long began = System.nanoTime();
        @Nullable Idle idle = takeSlot(order.slot());
        if (idle == null) swarm.startedFirst(began);
        else if (idle.byOrder()) swarm.startedAfterOrder(began - idle.since());
        else swarm.startedNext(began - idle.since());
        running.put(order.run(), order.slot());
        apply(new Event.RunBegan(order.run()));
        long takes = swarm.taskNanos();
        if (takes == 0) {
            end(order.run(), began);
        } else {
            long dueEnd = began + takes;
            swarm.alarms.at(dueEnd, () -> end(order.run(), dueEnd));
        }
    }

    /** The slot itself; what opens one takes that which has been idle the longest, if any is. */
    private @Nullable Idle takeSlot(long slot) {
        @Nullable Idle idle = freed.remove(slot);
        if (idle != null || freed.isEmpty()) return idle;
        return freed.remove(freed.keySet().iterator().next());
    }

    private void kill(long run) {
        @Nullable Long slot = running.remove(run);
        if (slot != null) freed.put(slot, new Idle(System.nanoTime(), true));
        apply(new Event.RunEnded(report(run, "interrupted")));
    }

    private synchronized void end(long run, long due) {
        @Nullable Long slot = running.remove(run);
        if (slot == null) return;
        swarm.endedLate(System.nanoTime() - due);
        freed.put(slot, new Idle(due, false));
        done.add(run);
        apply(new Event.RunEnded(report(run, "done")));
    }

    private FinalReport report(long run, String kind) {
        long millis = swarm.taskNanos() / 1_000_000;
        var ended = new AgentMessage.Ended(run, kind, kind, "", 0, millis, 10, "{}");
        return new FinalReport(core.identity().farm(), ended, List.of());
    }

    // The connection

    private void connect(long number) {
        var opened = new Line(number);
        line = opened;
        swarm.http
                .newWebSocketBuilder()
                .header("Authorization", "Bearer " + swarm.token)
                .buildAsync(swarm.address, opened)
                .whenComplete((socket, failed) -> {
                    if (failed != null) {
                        swarm.tell(name + " cannot connect: " + failed.getMessage());
                        swarm.alarms.at(
                                System.nanoTime() + 500_000_000,
                                () -> apply(new Event.Disconnected(number)));
                    } else {
                        opened.opened(socket);
                        apply(new Event.Connected(number));
                    }
                });
    }

    private void hangUp(long number) {
        Line open = line;
        if (open != null && open.number == number) open.close();
    }

    private void send(long number, AgentMessage message) {
        Line open = line;
        if (open != null && open.number == number) open.send(Wire.write(message));
    }

    /** One connection: sends one message after the other, and hears. */
    private final class Line implements WebSocket.Listener {
        private final long number;
        private final StringBuilder partial = new StringBuilder();
        private final ArrayDeque<String> unsent = new ArrayDeque<>();
        private @Nullable WebSocket socket;
        private boolean sending;

        Line(long number) {
            this.number = number;
        }

        synchronized void opened(WebSocket open) {
            socket = open;
        }

        synchronized void send(String text) {
            unsent.add(text);
            if (!sending) sendNext();
        }

        private synchronized void sendNext() {
            WebSocket open = socket;
            sending = !unsent.isEmpty() && open != null;
            if (!sending || open == null) return;
            var frame = new Wire.Frame();
            while (!unsent.isEmpty() && frame.add(unsent.element())) unsent.remove();
            open.sendText(frame.text(), true)
                    .whenComplete((sent, failed) -> {
                        if (failed == null) sendNext();
                        else apply(new Event.Disconnected(number));
                    });
        }

        synchronized void close() {
            if (socket != null) socket.abort();
        }

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                hear(Wire.readServerMessages(partial.toString()));
                partial.setLength(0);
            }
            from.request(1);
            return null;
        }

        /** All of a frame in one go, so that what they lead to goes in one frame too. */
        private void hear(List<ServerMessage> messages) {
            synchronized (VirtualAgent.this) {
                for (ServerMessage message : messages) apply(new Event.Received(number, message));
            }
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            apply(new Event.Disconnected(number));
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            apply(new Event.Disconnected(number));
        }
    }

    /** What all agents of a process share, and what they tell it. */
    abstract static class Swarm {
        final HttpClient http;
        final URI address;
        final String token;
        final Alarms alarms = new Alarms();

        Swarm(HttpClient http, URI address, String token) {
            this.http = http;
            this.address = address;
            this.token = token;
        }

        /** How long a task takes that starts now. */
        abstract long taskNanos();

        /** A slot got its first task of the round, at this moment. */
        abstract void startedFirst(long nanoTime);

        /** A slot got its next task so long after the one before was due to end. */
        abstract void startedNext(long gapNanos);

        /** A slot got its next task so long after an order ended the one before. */
        abstract void startedAfterOrder(long gapNanos);

        /** This process itself ended a task so late. */
        abstract void endedLate(long nanos);

        /** The server has stored a task's end. */
        abstract void acknowledged();

        abstract void tell(String sentence);
    }
}
