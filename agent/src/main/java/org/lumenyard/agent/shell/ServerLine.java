package org.lumenyard.agent.shell;

import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lumenyard.agent.Event;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.Wire;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The WebSocket to the server: one connection at a time, each with its number. */
final class ServerLine implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ServerLine.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int LONGEST_MESSAGE = 1 << 20;
    private static final int MOST_WAITING = 10_000;
    private static final long FIRST_PAUSE = 500;
    private static final long LONGEST_PAUSE = 5_000;

    private final Supplier<URI> server;
    private final String token;
    private final Mailbox mailbox;
    private final HttpClient client;
    private volatile @Nullable Connection current;
    private String lastTrouble = "";

    ServerLine(Supplier<URI> server, String token, Mailbox mailbox, HttpClient client) {
        this.server = server;
        this.token = token;
        this.mailbox = mailbox;
        this.client = client;
    }

    private static URI addressAt(URI server) {
        String scheme = "https".equals(server.getScheme()) ? "wss" : "ws";
        return URI.create(scheme + "://" + server.getRawAuthority() + "/api/v1/agent");
    }

    /** Begins to connect, after a pause by chance that grows with the attempts. */
    void connect(long number, int attempt) {
        hangUp();
        var connection = new Connection(number);
        current = connection;
        long pause = number == 1 ? 0 : pause(attempt);
        Thread.ofVirtual().name("connect-" + number).start(() -> connection.open(pause));
    }

    private static long pause(int attempt) {
        long most = Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(attempt, 10));
        return ThreadLocalRandom.current().nextLong(most / 10, most + 1);
    }

    void send(long number, AgentMessage message) {
        Connection connection = current;
        if (connection != null && connection.number == number) {
            connection.send(message);
        }
    }

    void disconnect(long number) {
        Connection connection = current;
        if (connection != null && connection.number == number) {
            hangUp();
        }
    }

    private void hangUp() {
        Connection connection = current;
        current = null;
        if (connection != null) {
            connection.close();
        }
    }

    @Override
    public void close() {
        hangUp();
    }

    private synchronized void tellTrouble(URI address, String trouble) {
        String told = address + " " + trouble;
        if (!told.equals(lastTrouble)) {
            lastTrouble = told;
            log.warn("The server at {} cannot be reached ({}); retrying.", address, trouble);
        }
    }

    private synchronized void tellConnected(URI address) {
        lastTrouble = "";
        log.info("Connected to {}.", address);
    }

    private final class Connection implements WebSocket.Listener {
        private final long number;
        private final LinkedBlockingQueue<AgentMessage> waiting = new LinkedBlockingQueue<>();
        private final StringBuilder partial = new StringBuilder();
        private final Thread sender = Thread.ofVirtual().name("send").unstarted(this::sendAll);
        private volatile boolean closed;
        private volatile @Nullable WebSocket socket;

        /** What did not fit into the last frame; of the sending thread only. */
        private @Nullable String leftOver;

        Connection(long number) {
            this.number = number;
        }

        void open(long pause) {
            try {
                Thread.sleep(pause);
            } catch (InterruptedException stopped) {
                over();
                return;
            }
            if (!closed) {
                open(addressAt(server.get()));
            }
        }

        private void open(URI address) {
            try {
                WebSocket opened =
                        client.newWebSocketBuilder()
                                .connectTimeout(PATIENCE)
                                .header("Authorization", "Bearer " + token)
                                .buildAsync(address, this)
                                .join();
                socket = opened;
                if (closed) {
                    opened.abort();
                    return;
                }
                tellConnected(address);
                sender.start();
                mailbox.post(new Event.Connected(number));
            } catch (CompletionException failed) {
                tellTrouble(address, inWords(failed.getCause()));
                over();
            }
        }

        private static String inWords(@Nullable Throwable trouble) {
            if (trouble instanceof WebSocketHandshakeException refused) {
                int status = refused.getResponse().statusCode();
                return status == 401 || status == 403
                        ? "it refuses our token"
                        : "it answers " + status;
            }
            if (trouble instanceof ConnectException) {
                return "nothing answers there";
            }
            return trouble == null
                    ? "unknown"
                    : trouble.getClass().getSimpleName() + " " + trouble.getMessage();
        }

        void send(AgentMessage message) {
            if (waiting.size() < MOST_WAITING) {
                waiting.add(message);
            } else {
                over(); // it takes nothing any more: a new connection starts from the inventory
            }
        }

        /** The socket takes one frame at a time. */
        private void sendAll() {
            try {
                while (!closed) {
                    String frame = nextFrame();
                    WebSocket open = socket;
                    if (open != null) {
                        open.sendText(frame, true).join();
                    }
                }
            } catch (CompletionException broken) {
                over();
            } catch (InterruptedException stopped) {
                log.debug("no longer sending");
            }
        }

        /** Waits for something to say, and takes what else waits with it. */
        private String nextFrame() throws InterruptedException {
            var frame = new Wire.Frame();
            @Nullable String message = leftOver == null ? Wire.write(waiting.take()) : leftOver;
            leftOver = null;
            while (message != null) {
                if (!frame.add(message)) {
                    leftOver = message;
                    break;
                }
                @Nullable AgentMessage next = waiting.poll();
                message = next == null ? null : Wire.write(next);
            }
            return frame.text();
        }

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (partial.length() > LONGEST_MESSAGE) {
                log.warn("The server said something longer than any message; hanging up.");
                over();
                return null;
            }
            if (last) {
                String text = partial.toString();
                partial.setLength(0);
                hear(text);
            }
            from.request(1);
            return null;
        }

        private void hear(String frame) {
            try {
                Wire.readServerMessages(frame)
                        .forEach(message -> mailbox.post(new Event.Received(number, message)));
            } catch (IllegalArgumentException notUnderstood) {
                log.warn("The server said what is no message: {}", notUnderstood.getMessage());
            }
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            log.info("The server closed the connection ({} {}).", code, reason);
            over();
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            log.info("The connection to the server broke ({}).", inWords(error));
            over();
        }

        private void over() {
            if (!closed) {
                close();
                mailbox.post(new Event.Disconnected(number));
            }
        }

        void close() {
            closed = true;
            sender.interrupt();
            WebSocket open = socket;
            if (open != null) {
                open.abort();
            }
        }
    }
}
