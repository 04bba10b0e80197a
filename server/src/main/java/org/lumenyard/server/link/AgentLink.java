package org.lumenyard.server.link;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Change;
import org.lumenyard.core.Command;
import org.lumenyard.core.Effect;
import org.lumenyard.core.FarmImage;
import org.lumenyard.core.NodeId;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.Wire;
import org.lumenyard.server.live.Keys;
import org.lumenyard.server.live.Live;
import org.lumenyard.server.loop.Answer;
import org.lumenyard.server.loop.FarmLoop;
import org.lumenyard.server.loop.ReignWatch;
import org.lumenyard.store.Reign;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agents' sockets, the clock and the loop around the rules of the {@link Reception}: it reads
 * what agents send, and looks at the leases again and again.
 */
public final class AgentLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentLink.class);

    private final LongSupplier boot;
    private final LongSupplier clock;
    private final Telemetry telemetry;
    private final Live live;
    private final Orders orders;
    private final ReignWatch reigns;
    private final Reception reception;
    private final Thread watch;
    private volatile @Nullable FarmLoop loop;
    private volatile boolean closing;

    /**
     * @param boot milliseconds that go on while the machine sleeps
     * @param clock milliseconds since the epoch, for display
     */
    public AgentLink(
            Leases.Terms terms,
            LongSupplier boot,
            LongSupplier clock,
            Telemetry telemetry,
            Live live,
            Orders orders,
            ReignWatch reigns) {
        this.boot = boot;
        this.clock = clock;
        this.telemetry = telemetry;
        this.live = live;
        this.orders = orders;
        this.reigns = reigns;
        reception = new Reception(terms, new Around());
        watch = Thread.ofPlatform().daemon().name("lease-watch").unstarted(this::watch);
    }

    /** Begins to watch; commands go to {@code to}. */
    public void start(FarmLoop to) {
        loop = to;
        watch.start();
    }

    /** How many agents are connected and welcome. */
    public int connected() {
        return reception.connected();
    }

    /** Whether the node's agent is connected. */
    public boolean isConnected(NodeId node) {
        return reception.isConnected(node);
    }

    // Told by the loop, on its thread

    /** A reign begins with this farm. */
    public void began(Reign begun, FarmImage image) {
        reigns.began(begun);
        telemetry.began(image);
        image.jobs().stream()
                .flatMap(job -> job.steps().stream())
                .forEach(step -> orders.measured(step.id(), step.runMillis()));
        // A server before us may have gone on with its promises for as long as it trusted its
        // reign.
        reception.began(begun, image, boot.getAsLong() + reigns.trust().toMillis());
    }

    /** Nothing can be stored for now. */
    public void troubled() {
        reception.troubled();
    }

    /** Sends what the farm wants done. */
    public void committed(List<Change> changes, List<Effect> effects) {
        for (Change change : changes) {
            if (change instanceof Change.StepMeasured step) {
                orders.measured(step.step(), step.runMillis());
            }
        }
        reception.committed(changes, effects);
    }

    // Told by agents, on their connections' threads

    /** A connection is open; its messages go to {@link Listener}. */
    public Listener opened(Socket socket) {
        return new Listener(new AgentLine(socket, orders::of));
    }

    /** One connection's messages. Called by one thread at a time, in order. */
    public final class Listener {
        private final AgentLine line;
        private final Speaker speaker;

        private Listener(AgentLine line) {
            this.line = line;
            speaker = reception.opened(line);
        }

        /** Takes a frame; what makes no sense ends the connection. */
        public void heard(String frame) {
            List<AgentMessage> messages;
            try {
                messages = Wire.readAgentMessages(frame);
            } catch (IllegalArgumentException e) {
                line.close(1007, "not a message");
                return;
            }
            try {
                messages.forEach(message -> reception.heard(speaker, message));
            } catch (NullPointerException | IllegalArgumentException e) {
                // A message that could be read may still lack any of its fields.
                LOG.warn("an agent at {} says what makes no sense", line.peer());
                LOG.debug("it was", e);
                line.close(1007, "not a sensible message");
            }
        }

        /** The connection is gone. */
        public void closed() {
            line.isClosed();
            reception.closed(speaker);
        }
    }

    private final class Around implements Reception.World {
        @Override
        public long boot() {
            return boot.getAsLong();
        }

        @Override
        public long clock() {
            return clock.getAsLong();
        }

        @Override
        public boolean isTrusted() {
            return reigns.isTrusted();
        }

        @Override
        public void report(Command command, Consumer<Answer> then) {
            currentLoop().report(command, then);
        }

        @Override
        public void later(long millis, Runnable what) {
            Thread.startVirtualThread(() -> {
                try {
                    TimeUnit.MILLISECONDS.sleep(millis);
                } catch (InterruptedException e) {
                    return;
                }
                what.run();
            });
        }

        @Override
        public void heard(NodeId node, AgentMessage.Heartbeat beat) {
            live.progressed(telemetry.heard(node, beat, clock.getAsLong()));
        }

        @Override
        public void changed(NodeId node) {
            live.changed(currentLoop().revision(), new Keys(Set.of(), Set.of(node)));
        }

        @Override
        public void say(String what) {
            LOG.warn(what);
        }
    }

    private void watch() {
        long before = boot.getAsLong();
        while (!closing) {
            try {
                TimeUnit.MILLISECONDS.sleep(Reception.LOOK_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
            long now = boot.getAsLong();
            reception.look(now, now - before - Reception.LOOK_MILLIS);
            before = now;
        }
    }

    private FarmLoop currentLoop() {
        return Objects.requireNonNull(loop, "start comes first");
    }

    /** Sends all agents away; they come back when a server is there again. */
    @Override
    public void close() {
        closing = true;
        watch.interrupt();
        reception.close();
    }
}
