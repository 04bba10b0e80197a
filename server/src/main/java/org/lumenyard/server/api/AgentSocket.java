package org.lumenyard.server.api;

import io.javalin.http.Context;
import io.javalin.websocket.WsConfig;
import io.javalin.websocket.WsContext;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.lumenyard.protocol.Wire;
import org.lumenyard.server.auth.Role;
import org.lumenyard.server.link.AgentLink;
import org.lumenyard.server.link.Socket;

/** The WebSocket on which agents speak, tied to the {@link AgentLink}. */
final class AgentSocket {
    private static final String LISTENER = "listener";
    private static final Duration SILENCE = Duration.ofSeconds(60);
    private static final long SEND_SECONDS = 30;

    private final AgentLink link;

    AgentSocket(AgentLink link) {
        this.link = link;
    }

    /**
     * Whether the upgrade is an agent's; a person's token may stand in for one to try things out.
     */
    static void authorise(Context ctx) {
        if (Gate.caller(ctx).role() == Role.VIEWER) {
            throw Problem.of(403, "not_allowed", "This needs the role agent.");
        }
    }

    void configure(WsConfig ws) {
        ws.onConnect(ctx -> {
            ctx.session.setIdleTimeout(SILENCE);
            ctx.session.setMaxTextMessageSize(Wire.MAX_BYTES);
            ctx.session.setMaxBinaryMessageSize(1);
            ctx.attribute(LISTENER, link.opened(new JettySocket(ctx.session)));
        });
        ws.onMessage(ctx -> {
            if (Gate.stands(ctx)) {
                listener(ctx).heard(ctx.message());
            } else {
                ctx.closeSession(1008, "token revoked");
            }
        });
        ws.onClose(ctx -> listener(ctx).closed());
        ws.onError(ctx -> listener(ctx).closed());
    }

    private static AgentLink.Listener listener(WsContext ctx) {
        AgentLink.Listener listener = ctx.attribute(LISTENER);
        if (listener == null) {
            throw new IllegalStateException("a message before the connection");
        }
        return listener;
    }

    private record JettySocket(Session session) implements Socket {
        @Override
        public boolean send(String text) {
            try {
                Callback.Completable.with(sent -> session.sendText(text, sent))
                        .get(SEND_SECONDS, TimeUnit.SECONDS);
                return true;
            } catch (ExecutionException | TimeoutException e) {
                session.disconnect();
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        @Override
        public void close(int code, String reason) {
            session.close(code, reason, Callback.NOOP);
        }

        @Override
        public String peer() {
            return String.valueOf(session.getRemoteSocketAddress());
        }
    }
}
