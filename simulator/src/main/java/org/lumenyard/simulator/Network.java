package org.lumenyard.simulator;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.ServerMessage;
import org.lumenyard.protocol.Wire;
import org.lumenyard.server.link.Speaker;

/**
 * Connections between agents and the server. Within one connection order holds, but for messages
 * that arrive a second time, later; nothing is lost without all that follows and the connection
 * itself. A connection may break at any moment, and what was under way then may arrive, or not.
 */
final class Network {
    /** A way that messages go. */
    enum Way {
        TO_SERVER,
        TO_AGENT
    }

    /** The two ends of a connection. */
    final class Connection {
        final SimAgent agent;
        final long number;
        boolean open = true;

        /** The server process that it was opened to: no later one hears it. */
        final long serverProcess = server.processNumber();

        /** Who the server hears here; null when it was not there. */
        final @Nullable Speaker speaker;

        private long lastToServer;
        private long lastToAgent;

        /** Where something was lost, and nothing comes through any more. */
        private final Set<Way> torn = EnumSet.noneOf(Way.class);

        /** What is sent again and again while there is no way, in its order. */
        private final Map<Way, List<Runnable>> held = new EnumMap<>(Way.class);

        /** Where nothing more arrives of what was under way when the connection broke. */
        private final Set<Way> over = EnumSet.noneOf(Way.class);

        /** When the last arrives of what was under way when the connection broke. */
        private final Map<Way, Long> afterwards = new EnumMap<>(Way.class);

        Connection(SimAgent agent, long number) {
            this.agent = agent;
            this.number = number;
            speaker = server.opened(this);
        }

        void toServer(AgentMessage message) {
            String text = Wire.write(message);
            lastToServer = arrival(lastToServer);
            send(
                    Way.TO_SERVER,
                    lastToServer,
                    () -> server.heard(this, Wire.readAgentMessages(text).getFirst()));
        }

        void toAgent(ServerMessage message) {
            String text = Wire.write(message);
            lastToAgent = arrival(lastToAgent);
            send(
                    Way.TO_AGENT,
                    lastToAgent,
                    () -> agent.heard(this, Wire.readServerMessages(text).getFirst()));
        }

        private long arrival(long last) {
            return Math.max(last, clock.now() + clock.between(1, clock.happens(0.02) ? 400 : 20));
        }

        private void send(Way way, long arrival, Runnable message) {
            if (loss > 0 && clock.happens(loss) && torn.add(way)) {
                clock.after(clock.between(1, 4_000), this::breaks);
            }
            if (torn.contains(way)) {
                tale.struck("message lost");
                return;
            }
            clock.after(arrival - clock.now(), () -> deliver(way, message));
        }

        /**
         * What was under way when the connection broke may still arrive, up to some message; at
         * times one comes a second time.
         */
        private void deliver(Way way, Runnable message) {
            if (over.contains(way)) return;
            if (isCut(agent, way) || held.containsKey(way)) {
                if (open) held.computeIfAbsent(way, w -> new ArrayList<>()).add(message);
                else over.add(way);
                return;
            }
            if (open) {
                message.run();
                if (clock.happens(0.1)) clock.after(clock.between(1, 3_000), message);
            } else if (clock.happens(0.5)) {
                long arrival =
                        Math.max(
                                afterwards.getOrDefault(way, 0L),
                                clock.now() + clock.between(1, 3_000));
                afterwards.put(way, arrival);
                clock.after(arrival - clock.now(), message);
            } else {
                over.add(way);
            }
        }

        /** Where there is a way again what was held comes through, in its order. */
        private void goesOn() {
            for (Way way : Way.values()) {
                if (isCut(agent, way)) continue;
                List<Runnable> late = held.remove(way);
                if (late != null) late.forEach(message -> deliver(way, message));
            }
        }

        /** Breaks; both ends notice, each in its time: while there is no way, after that. */
        boolean breaks() {
            if (!open) return false;
            open = false;
            over.addAll(held.keySet());
            held.clear();
            notice(Way.TO_SERVER, () -> server.closed(this));
            notice(Way.TO_AGENT, () -> agent.closed(this));
            return true;
        }

        /** The server ends it after what it has said. */
        void breaksAfterSending() {
            clock.after(Math.max(0, lastToAgent - clock.now()) + 1, this::breaks);
        }

        private void notice(Way way, Runnable what) {
            clock.after(
                    clock.between(1, 100),
                    () -> {
                        if (isCut(agent, way)) notice(way, what);
                        else what.run();
                    });
        }
    }

    private final Clock clock;
    private final Map<SimAgent, Set<Way>> cut = new HashMap<>();
    private final Map<SimAgent, Connection> latest = new LinkedHashMap<>();
    private final SimServer server;
    private final Tale tale;
    private double loss;

    Network(Clock clock, SimServer server, Tale tale, double loss) {
        this.clock = clock;
        this.tale = tale;
        this.server = server;
        this.loss = loss;
    }

    /** Opens a connection if there is a way; the agent hears of it. */
    void connect(SimAgent agent, long number) {
        boolean lost = loss > 0 && clock.happens(10 * loss);
        if (lost || cut.containsKey(agent) || !server.isUp()) {
            agent.notConnected(number);
            return;
        }
        var connection = new Connection(agent, number);
        latest.put(agent, connection);
        agent.connected(connection);
    }

    private boolean isCut(SimAgent agent, Way way) {
        return cut.getOrDefault(agent, Set.of()).contains(way);
    }

    void cut(SimAgent agent, Set<Way> ways) {
        cut.put(agent, EnumSet.copyOf(ways));
        goesOn(agent);
    }

    /** Not every way that was cut is still. */
    private void goesOn(SimAgent agent) {
        Connection connection = latest.get(agent);
        if (connection != null) connection.goesOn();
    }

    /** There is a way again; the connection breaks, or goes on where it was. */
    void heal(SimAgent agent, boolean breaks) {
        if (cut.remove(agent) == null) return;
        if (breaks) breaks(agent);
        else goesOn(agent);
    }

    boolean breaks(SimAgent agent) {
        Connection connection = latest.get(agent);
        return connection != null && connection.breaks();
    }

    boolean allBreak() {
        boolean any = false;
        for (Connection connection : latest.values()) any |= connection.breaks();
        return any;
    }

    /** Nothing is lost any more. */
    void calm() {
        loss = 0;
    }
}
