package org.lumenyard.simulator;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

        /** Who the server hears here. */
        final Speaker speaker;

        private final Map<Way, Path> paths = new EnumMap<>(Way.class);

        Connection(SimAgent agent, long number) {
            this.agent = agent;
            this.number = number;
            speaker = server.opened(this);
        }

        void toServer(AgentMessage message) {
            String text = Wire.write(message);
            path(Way.TO_SERVER)
                    .send(() -> server.heard(this, Wire.readAgentMessages(text).getFirst()));
        }

        void toAgent(ServerMessage message) {
            String text = Wire.write(message);
            path(Way.TO_AGENT)
                    .send(() -> agent.heard(this, Wire.readServerMessages(text).getFirst()));
        }

        private Path path(Way way) {
            return paths.computeIfAbsent(way, w -> new Path(this, w));
        }

        /** There is a way again. */
        private void goesOn() {
            for (Way way : Way.values()) path(way).goesOn();
        }

        /** Breaks; both ends notice, each in its time: while there is no way, after that. */
        boolean breaks() {
            if (!open) return false;
            open = false;
            path(Way.TO_SERVER).ends(() -> server.closed(this));
            path(Way.TO_AGENT).ends(() -> agent.closed(this));
            return true;
        }

        /** The server ends it after what it has said. */
        void breaksAfterSending() {
            clock.after(Math.max(0, path(Way.TO_AGENT).last - clock.now()) + 1, this::breaks);
        }
    }

    /** One way of a connection. */
    private final class Path {
        private final Connection connection;
        private final Way way;

        /** When the last of what is under way arrives. */
        private long last;

        /** Something was lost, and nothing of what follows comes through. */
        private boolean torn;

        /** Nothing more arrives of what was under way when the connection broke. */
        private boolean over;

        /** What is sent again and again while there is no way, in its order. */
        private final List<Runnable> held = new ArrayList<>();

        Path(Connection connection, Way way) {
            this.connection = connection;
            this.way = way;
        }

        private boolean isCut() {
            return Network.this.isCut(connection.agent, way);
        }

        void send(Runnable message) {
            if (!connection.open) return;
            arrivesWithin(clock.happens(0.02) ? 400 : 20);
            if (loss > 0 && !torn && clock.happens(loss)) {
                torn = true;
                clock.after(clock.between(1, 4_000), connection::breaks);
            }
            if (torn) tale.struck("message lost");
            else clock.after(last - clock.now(), () -> deliver(message));
        }

        private void arrivesWithin(long most) {
            last = Math.max(last, clock.now() + clock.between(1, most));
        }

        /**
         * What was under way when the connection broke may still arrive, up to some message. At
         * times one comes a second time, even after the end.
         */
        private void deliver(Runnable message) {
            if (over) return;
            if (connection.open && isCut()) {
                held.add(message);
            } else if (connection.open) {
                message.run();
                if (clock.happens(0.1)) clock.after(clock.between(1, 3_000), () -> arrive(message));
            } else if (!isCut() && clock.happens(0.5)) {
                arrivesWithin(3_000);
                clock.after(last - clock.now(), () -> arrive(message));
            } else {
                over = true;
            }
        }

        private void arrive(Runnable late) {
            if (!over && !isCut()) late.run();
            else over |= !connection.open;
        }

        /** What was held comes through, in its order. */
        void goesOn() {
            var late = List.copyOf(held);
            held.clear();
            late.forEach(this::deliver);
        }

        /** The end of it, which comes after all that arrives; while there is no way, after that. */
        void ends(Runnable notice) {
            if (!held.isEmpty()) over = true;
            held.clear();
            noticed(notice);
        }

        private void noticed(Runnable notice) {
            clock.after(
                    Math.max(0, last - clock.now()) + clock.between(1, 100),
                    () -> {
                        if (isCut() || clock.now() <= last) noticed(notice);
                        else notice.run();
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

    /** Takes the ways away; false when some are gone already. */
    boolean cut(SimAgent agent, Set<Way> ways) {
        return cut.putIfAbsent(agent, EnumSet.copyOf(ways)) == null;
    }

    /** There is a way again; the connection breaks, or goes on where it was. */
    void heal(SimAgent agent, boolean breaks) {
        if (cut.remove(agent) == null) return;
        Connection connection = latest.get(agent);
        if (connection == null) return;
        if (breaks) connection.breaks();
        else connection.goesOn();
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
