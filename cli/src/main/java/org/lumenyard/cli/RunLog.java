package org.lumenyard.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A run's log as one stream, whatever number of answers it takes: the server gives long ones in
 * parts, and a followed one may outlive the server.
 */
final class RunLog extends InputStream {
    private static final int MOST_FAILURES = 40;
    private static final long PAUSE_MILLIS = 1_500;

    private final FarmClient client;
    private final String run;
    private final OptionalInt tail;
    private final boolean follow;
    private FarmClient.@Nullable LogPart part;

    /** Where the next byte is in the whole log; -1 before the first answer. */
    private long position = -1;

    private int failures;

    RunLog(FarmClient client, String run, OptionalInt tail, boolean follow) {
        this.client = client;
        this.run = run;
        this.tail = tail;
        this.follow = follow;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) return 0;
        while (true) {
            try {
                FarmClient.LogPart current = current();
                int count = current.body().read(into, offset, length);
                if (count > 0) {
                    position += count;
                    failures = 0;
                    return count;
                }
                if (isAtEnd(current)) return -1;
                leave();
            } catch (IOException | UnreachableException e) {
                leave();
                waitForServer(e);
            }
        }
    }

    private FarmClient.LogPart current() {
        FarmClient.LogPart current = part;
        if (current == null) {
            current = client.logPart(address());
            part = current;
            if (position < 0) position = current.offset();
        }
        return current;
    }

    private String address() {
        boolean first = position < 0;
        Address address = Address.of("runs", run, "log").with("follow", follow ? "true" : null);
        return first && tail.isPresent()
                ? address.with("tail", tail.getAsInt()).text()
                : address.with("offset", Math.max(0, position)).text();
    }

    /**
     * A followed log has also stopped coming when the server ends: then there is more to ask for.
     */
    private boolean isAtEnd(FarmClient.LogPart current) throws IOException {
        if (!follow || current.complete()) return position >= current.size();
        var look =
                client.logPart(
                        Address.of("runs", run, "log")
                                .with("offset", position)
                                .with("limit", 1)
                                .text());
        look.body().close();
        return look.complete() && position >= look.size();
    }

    private void waitForServer(Exception cause) throws IOException {
        boolean never = position < 0 && failures == 0;
        if (never || !follow || ++failures > MOST_FAILURES) {
            if (cause instanceof UnreachableException unreachable) throw unreachable;
            throw new IOException("the log broke off: " + cause.getMessage(), cause);
        }
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void leave() throws IOException {
        FarmClient.LogPart current = part;
        part = null;
        if (current != null) current.body().close();
    }

    @Override
    public void close() throws IOException {
        leave();
    }
}
