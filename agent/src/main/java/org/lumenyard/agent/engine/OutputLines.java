package org.lumenyard.agent.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A process's output as lines, whatever bytes it writes: {@code \n}, {@code \r} and {@code \r\n}
 * end a line, bytes that are no UTF-8 and control characters become U+FFFD, a line longer than 16
 * KiB comes in pieces. One thread {@link #pump}s, another reads; a reader that falls behind holds
 * the process back rather than filling memory.
 */
public final class OutputLines {
    private static final int LONGEST = 16 * 1024;
    private static final int WAITING = 1024;
    private static final Object END = new Object();

    private final BlockingQueue<Object> waiting = new ArrayBlockingQueue<>(WAITING);
    private boolean ended;
    private volatile long heard;

    /**
     * Reads the stream to its end. A stream that breaks ends the lines.
     *
     * @throws InterruptedException when the pumping thread is interrupted; the reader may then wait
     *     for ever, so interrupt only when nobody reads any more
     */
    public void pump(InputStream stream) throws InterruptedException {
        var buffer = new byte[8192];
        var line = new byte[LONGEST];
        int length = 0;
        boolean afterReturn = false;
        int count;
        while ((count = readOrEnd(stream, buffer)) > 0) {
            heard = heard + count; // only this thread writes it
            for (int i = 0; i < count; i++) {
                byte b = buffer[i];
                boolean endsLine = b == '\n' || b == '\r';
                if (b == '\n' && afterReturn) {
                    afterReturn = false;
                    continue;
                }
                afterReturn = b == '\r';
                if (endsLine || length == LONGEST) {
                    int cut = endsLine ? length : wholeCharacters(line, length);
                    waiting.put(text(line, cut));
                    System.arraycopy(line, cut, line, 0, length - cut);
                    length -= cut;
                }
                if (!endsLine) {
                    line[length++] = b;
                }
            }
        }
        if (length > 0) {
            waiting.put(text(line, length));
        }
        waiting.put(END);
    }

    /**
     * Waits for the next line.
     *
     * @return the line, or null when the output has ended
     */
    public @Nullable String next() throws InterruptedException {
        if (ended) {
            return null;
        }
        Object taken = waiting.take();
        if (taken == END) {
            ended = true;
            return null;
        }
        return (String) taken;
    }

    /** How many bytes the process has printed so far, also those that nobody has read yet. */
    public long heardBytes() {
        return heard;
    }

    private static int readOrEnd(InputStream stream, byte[] buffer) {
        try {
            return stream.read(buffer);
        } catch (IOException broken) {
            return -1;
        }
    }

    /** How much of a full line can be cut off without cutting a UTF-8 character in two. */
    private static int wholeCharacters(byte[] line, int length) {
        int start = length - 1;
        while (start > length - 4 && (line[start] & 0xC0) == 0x80) {
            start--;
        }
        return (line[start] & 0xC0) == 0xC0 ? start : length;
    }

    private static String text(byte[] line, int length) {
        String text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(line, 0, length)).toString();
        var clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            clean.append(c < ' ' && c != '\t' || c == 0x7F ? '\uFFFD' : c);
        }
        return clean.toString();
    }
}
