package org.lumenyard.server.link;

import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.ServerMessage;
import org.lumenyard.protocol.Wire;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of an agent: what it has to be told, in order, sent by a thread of its own, so
 * that a slow agent holds up nobody. What cannot be sent any more is not missed: a new connection
 * begins with both sides' inventories.
 */
final class AgentLine {
    private static final int MOST_UNSENT = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(AgentLine.class);

    private final Socket socket;
    private final LinkedBlockingQueue<Supplier<Optional<? extends ServerMessage>>> unsent =
            new LinkedBlockingQueue<>(MOST_UNSENT);

    /** What did not fit into the last frame; of the sending thread only. */
    private @Nullable String leftOver;

    private final AtomicLong stored = new AtomicLong();
    private final AtomicBoolean willAcknowledge = new AtomicBoolean();
    private volatile boolean closed;

    /** How the connection ends once everything is sent. */
    private record Farewell(int code, String reason) {}

    private volatile @Nullable Farewell farewell;

    /** The life that speaks here; null until it is welcome. */
    private volatile Leases.@Nullable Life life;

    /**
     * False once a report on this line was not stored: later ones must not be acknowledged then.
     */
    private volatile boolean intact = true;

    /** What the agent said first; of two hellos of one agent the later sent one counts. */
    private volatile AgentMessage.@Nullable Hello hello;

    /** The latest report that was heard here; of the hearing thread only. */
    private long newest;

    /** When the agent last answered a ping, in the link's time; negative before. */
    private volatile long pongAt = -1;

    AgentLine(Socket socket) {
        this.socket = socket;
        Thread.ofVirtual().name("agent-line").start(this::send);
    }

    void tell(ServerMessage message) {
        tell(() -> Optional.of(message));
    }

    /** Tells what is composed only when its turn comes, on the line's own thread. */
    void tell(Supplier<Optional<? extends ServerMessage>> message) {
        if (!closed && !unsent.offer(message)) {
            close(1013, "too slow");
        }
    }

    private void send() {
        try {
            while (!closed) {
                String frame = nextFrame();
                if (!frame.isEmpty() && !socket.send(frame)) {
                    closed = true;
                }
                Farewell last = farewell;
                if (last != null && leftOver == null && unsent.isEmpty()) {
                    close(last.code(), last.reason());
                }
            }
        } catch (InterruptedException e) {
            closed = true;
        } catch (RuntimeException | Error e) {
            // Left open it would be a line that hears and never answers.
            LOG.warn("the line to {} failed", socket.peer(), e);
            close(1011, "the server failed");
        }
    }

    /** Waits for something to say, and takes what else waits with it. */
    private String nextFrame() throws InterruptedException {
        var frame = new Wire.Frame();
        @Nullable String message = leftOver == null ? composed(unsent.take()) : leftOver;
        leftOver = null;
        while (message != null) {
            if (!message.isEmpty() && !frame.add(message)) {
                leftOver = message;
                break;
            }
            @Nullable Supplier<Optional<? extends ServerMessage>> next = unsent.poll();
            message = next == null || closed ? null : composed(next);
        }
        return frame.isEmpty() ? "" : frame.text();
    }

    /** Empty when there is nothing to say after all. */
    private static String composed(Supplier<Optional<? extends ServerMessage>> message) {
        return message.get().map(Wire::write).orElse("");
    }

    /** Whether a report is later than all that were heard here, and no repetition. */
    boolean isNews(long sequence) {
        if (sequence <= newest) return false;
        newest = sequence;
        return true;
    }

    /** Tells that all reports up to this one are stored: many that are stored together, at once. */
    void acknowledge(long sequence) {
        stored.accumulateAndGet(sequence, Math::max);
        if (willAcknowledge.compareAndSet(false, true)) {
            tell(() -> {
                willAcknowledge.set(false);
                return Optional.of(new ServerMessage.Acknowledged(stored.get()));
            });
        }
    }

    /** Ends the connection after what is waiting to be sent. */
    void closeAfterSending(int code, String reason) {
        farewell = new Farewell(code, reason);
        tell(Optional::empty);
    }

    void close(int code, String reason) {
        closed = true;
        // A waiting sender is to see it.
        unsent.offer(Optional::empty);
        Thread.startVirtualThread(() -> socket.close(code, reason));
    }

    void isClosed() {
        closed = true;
        unsent.offer(Optional::empty);
    }

    void greets(AgentMessage.Hello said) {
        hello = said;
    }

    /** Whether this is another connection of the very agent that speaks on {@code other}. */
    boolean isSameAgentAs(AgentLine other) {
        AgentMessage.Hello mine = hello;
        AgentMessage.Hello its = other.hello;
        return mine != null
                && its != null
                && mine.incarnation() == its.incarnation()
                && mine.facts().machine().equals(its.facts().machine())
                && mine.facts().boot().equals(its.facts().boot())
                && mine.facts().pidNamespace().equals(its.facts().pidNamespace());
    }

    /**
     * Whether the agent sent its hello here before the one on {@code other}: this one is outdated.
     */
    boolean isOlderThan(AgentLine other) {
        AgentMessage.Hello mine = hello;
        AgentMessage.Hello its = other.hello;
        return mine != null && its != null && mine.sentAt() < its.sentAt();
    }

    Leases.@Nullable Life life() {
        return life;
    }

    void lives(Leases.@Nullable Life now) {
        life = now;
        stored.set(0);
    }

    boolean intact() {
        return intact;
    }

    void broken() {
        intact = false;
    }

    long pongAt() {
        return pongAt;
    }

    void pongedAt(long now) {
        pongAt = now;
    }

    String peer() {
        return socket.peer();
    }
}
