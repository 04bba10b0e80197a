package org.lumenyard.simulator;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.ServerMessage;
import org.lumenyard.protocol.Wire;

/**
 * Connections between agents and the server. Within one connection order holds and nothing is lost;
 * a connection may break at any moment, and what was under way then may arrive, or not, or twice.
 */
final class Network {
    /** The two ends of a connection. */
    final class Connection {
        final SimAgent agent;
        final long number;
        boolean open = true;

        /** The server process that it was opened to: no later one hears it. */
        final long serverProcess = server.processNumber();

        private long lastToServer;
        private long lastToAgent;

        Connection(SimAgent agent, long number) {
            this.agent = agent;
            this.number = number;
        }

        void toServer(AgentMessage message) {
            String text = Wire.write(message);
            lastToServer = arrival(lastToServer);
            clock.after(
                    lastToServer - clock.now(),
                    () -> deliver(() -> server.heard(this, Wire.readAgentMessages(text).getFirst())));
        }

        void toAgent(ServerMessage message) {
            String text = Wire.write(message);
            lastToAgent = arrival(lastToAgent);
            clock.after(
                    lastToAgent - clock.now(),
                    () -> deliver(() -> agent.heard(this, Wire.readServerMessages(text).getFirst())));
        }

        private long arrival(long last) {
            return Math.max(last, clock.now() + clock.between(1, clock.happens(0.02) ? 400 : 20));
        }

        /** What was under way when the connection broke may still arrive, even twice. */
        private void deliver(Runnable message) {
            if (isCut(agent)) return;
            if (open) message.run();
            boolean late = !open && clock.happens(0.5);
            if (late || clock.happens(0.1)) clock.after(clock.between(1, 3_000), message);
        }

        /** Breaks; both ends notice, each in its time, unless the line is cut. */
        void breaks() {
            if (!open) return;
            open = false;
            clock.after(clock.between(1, 100), () -> server.closed(this));
            clock.after(clock.between(1, 100), () -> agent.closed(this));
        }
    }

    private final Clock clock;
    private final Set<SimAgent> cut = new HashSet<>();
    private final Map<SimAgent, Connection> latest = new HashMap<>();
    private SimServer server;

    Network(Clock clock, SimServer server) {
        this.clock = clock;
        this.server = server;
    }

    /** Opens a connection if there is a way; the agent hears of it. */
    void connect(SimAgent agent, long number) {
        if (isCut(agent) || !server.isUp()) {
            agent.notConnected(number);
            return;
        }
        var connection = new Connection(agent, number);
        latest.put(agent, connection);
        agent.connected(connection);
    }

    boolean isCut(SimAgent agent) {
        return cut.contains(agent);
    }

    void cut(SimAgent agent) {
        cut.add(agent);
    }

    void heal(SimAgent agent) {
        if (cut.remove(agent)) breaks(agent);
    }

    void breaks(SimAgent agent) {
        Connection connection = latest.get(agent);
        if (connection != null) connection.breaks();
    }

    void allBreak() {
        latest.values().forEach(Connection::breaks);
    }
}
