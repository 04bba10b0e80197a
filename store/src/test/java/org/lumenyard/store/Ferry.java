package org.lumenyard.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The way to a database, which can be cut, and can lose a commit or its answer: what carries it is
 * dropped, and the connection ends, as when a network fails at that moment.
 */
final class Ferry implements AutoCloseable {
    /** What may be lost. */
    enum Cargo {
        /** The client's order: nothing is committed. */
        COMMIT,
        /** The database's word that it has committed. */
        ANSWER_TO_COMMIT
    }

    /**
     * How to know it. The client has its order prepared when it gives it first, under a name that
     * stands in front of it; from then on it only says that name.
     */
    private static final class Mark {
        private static final String ORDER = "COMMIT\0";
        private static final String ANSWER = "C\0\0\0\13COMMIT\0";
        private static final Pattern PREPARED =
                Pattern.compile("P....(S_[0-9]+)\0COMMIT\0", Pattern.DOTALL);

        private final Cargo cargo;
        private String text;

        Mark(Cargo cargo) {
            this.cargo = cargo;
            text = cargo == Cargo.COMMIT ? ORDER : ANSWER;
        }

        /** Client and database write this at once, so it is never torn. */
        boolean isIn(byte[] chunk, int length) {
            String said = new String(chunk, 0, length, ISO_8859_1);
            boolean found = said.contains(text);
            Matcher prepared = PREPARED.matcher(said);
            if (cargo == Cargo.COMMIT && prepared.find()) text = "\0" + prepared.group(1) + "\0";
            return found;
        }
    }

    private final int far;
    private final ServerSocket landing;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Cargo> toLose = new AtomicReference<>();
    private volatile boolean isCut;

    /**
     * @param far the database's port on the loopback address
     */
    Ferry(int far) throws IOException {
        this.far = far;
        landing = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("ferry").start(this::carry);
    }

    int port() {
        return landing.getLocalPort();
    }

    /** The next of this kind does not arrive. */
    void lose(Cargo cargo) {
        toLose.set(cargo);
    }

    /** Whether what was to be lost has been. */
    boolean hasLost() {
        return toLose.get() == null;
    }

    /** Ends all connections and carries none, until it is mended. */
    void cut() {
        isCut = true;
        open.forEach(Ferry::close);
    }

    void mend() {
        isCut = false;
    }

    private void carry() {
        while (!landing.isClosed()) {
            try {
                Socket near = landing.accept();
                open.add(near);
                if (isCut) {
                    close(near);
                    continue;
                }
                var other = new Socket(InetAddress.getLoopbackAddress(), far);
                open.add(other);
                near.setTcpNoDelay(true);
                other.setTcpNoDelay(true);
                pump(near, other, new Mark(Cargo.COMMIT));
                pump(other, near, new Mark(Cargo.ANSWER_TO_COMMIT));
            } catch (IOException e) {
                // It was cut, or the database is away: its client finds that out.
            }
        }
    }

    private void pump(Socket from, Socket to, Mark mark) {
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try (from;
                            to;
                            InputStream in = from.getInputStream();
                            OutputStream out = to.getOutputStream()) {
                        byte[] chunk = new byte[65_536];
                        for (int n = in.read(chunk); n > 0; n = in.read(chunk)) {
                            if (mark.isIn(chunk, n) && toLose.compareAndSet(mark.cargo, null))
                                return;
                            out.write(chunk, 0, n);
                        }
                    } catch (IOException e) {
                        // Its other end was closed.
                    } finally {
                        open.remove(from);
                        open.remove(to);
                    }
                });
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        landing.close();
        cut();
    }
}
