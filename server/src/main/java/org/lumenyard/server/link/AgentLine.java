package org.lumenyard.server.link;

import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Run;
import org.lumenyard.protocol.ServerMessage;
import org.lumenyard.protocol.Wire;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of an agent: what it has to be told, in order, sent by a thread of its own, so
 * that a slow agent holds up nobody. What cannot be sent any more is not missed: a new connection
 * begins with both sides' inventories.
 */
final class AgentLine implements Line {
    private static final int MOST_UNSENT = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(AgentLine.class);

    private final Socket socket;
    private final Function<Run, Optional<ServerMessage.Start>> orders;
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

    /**
     * @param orders what an agent needs to know to do a run; asked on the line's own thread
     */
    AgentLine(Socket socket, Function<Run, Optional<ServerMessage.Start>> orders) {
        this.socket = socket;
        this.orders = orders;
        Thread.ofVirtual().name("agent-line").start(this::send);
    }

    @Override
    public void tell(ServerMessage message) {
        tell(() -> Optional.of(message));
    }

    @Override
    public void order(Run run) {
        tell(() -> orders.apply(run));
    }

    /** Tells what is composed only when its turn comes, on the line's own thread. */
    private void tell(Supplier<Optional<? extends ServerMessage>> message) {
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

    /** Many that are stored together are acknowledged at once. */
    @Override
    public void acknowledge(long sequence) {
        stored.accumulateAndGet(sequence, Math::max);
        if (willAcknowledge.compareAndSet(false, true)) {
            tell(() -> {
                willAcknowledge.set(false);
                return Optional.of(new ServerMessage.Acknowledged(stored.get()));
            });
        }
    }

    @Override
    public void closeAfterSending(int code, String reason) {
        farewell = new Farewell(code, reason);
        tell(Optional::empty);
    }

    @Override
    public void close(int code, String reason) {
        closed = true;
        // A waiting sender is to see it.
        unsent.offer(Optional::empty);
        Thread.startVirtualThread(() -> socket.close(code, reason));
    }

    void isClosed() {
        closed = true;
        unsent.offer(Optional::empty);
    }

    @Override
    public String peer() {
        return socket.peer();
    }
}
