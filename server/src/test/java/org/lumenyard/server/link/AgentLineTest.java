package org.lumenyard.server.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.lumenyard.protocol.ServerMessage;

class AgentLineTest {
    /** A connection on which nothing can be sent. */
    private static final class Broken implements Socket {
        private final CompletableFuture<Integer> closedWith = new CompletableFuture<>();

        @Override
        public boolean send(String text) {
            throw new StackOverflowError();
        }

        @Override
        public void close(int code, String reason) {
            closedWith.complete(code);
        }

        @Override
        public String peer() {
            return "nowhere";
        }
    }

    @Test
    void anErrorWhileSendingClosesTheLine() throws Exception {
        var socket = new Broken();
        new AgentLine(socket, run -> Optional.empty()).tell(new ServerMessage.Ping());
        assertThat(socket.closedWith.get(20, TimeUnit.SECONDS)).isEqualTo(1011);
    }
}
