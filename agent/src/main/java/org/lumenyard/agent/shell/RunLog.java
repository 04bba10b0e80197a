package org.lumenyard.agent.shell;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run says, in a file until the server has it. A disk that is full costs lines, never the
 * run. Thread-safe.
 */
final class RunLog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RunLog.class);

    /** More than the server keeps. */
    private static final long MOST_BYTES = 64L << 20;

    /** What a run said last tells most of how it ended. */
    private static final int LAST_LINES = 50;

    private final Path file;
    private final OutputStream out;
    private final long mostBytes;
    private final Deque<String> afterCut = new ArrayDeque<>();
    private long size;
    private boolean cut;

    private RunLog(Path file, long mostBytes, OutputStream out) {
        this.file = file;
        this.mostBytes = mostBytes;
        this.out = out;
    }

    static RunLog create(Path file) throws IOException {
        return create(file, MOST_BYTES);
    }

    /**
     * @param mostBytes the length at which it is cut; the last lines come after that
     */
    static RunLog create(Path file, long mostBytes) throws IOException {
        return new RunLog(
                file,
                mostBytes,
                Files.newOutputStream(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE));
    }

    Path file() {
        return file;
    }

    /** Adds a line; what no reader could take is replaced. */
    synchronized void add(String line) {
        byte[] bytes = bytes(line);
        if (!cut && size + bytes.length > mostBytes) {
            cut = true;
            write(bytes("[the log grew too long and is cut here]"));
        }
        if (!cut) {
            write(bytes);
            return;
        }
        afterCut.add(line);
        if (afterCut.size() > LAST_LINES) {
            afterCut.remove();
        }
    }

    private static byte[] bytes(String line) {
        return (line.replace('\0', '\uFFFD') + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private void write(byte[] bytes) {
        try {
            out.write(bytes);
            size += bytes.length;
        } catch (IOException full) {
            log.debug("{}: a line was lost", file, full);
            size = actualSize();
        }
    }

    private long actualSize() {
        try {
            return Files.size(file);
        } catch (IOException gone) {
            return size;
        }
    }

    synchronized long size() {
        return size;
    }

    /** Reads at most so many bytes from there. */
    static byte[] read(Path file, long offset, int most) throws IOException {
        try (var in = FileChannel.open(file, StandardOpenOption.READ)) {
            int length = (int) Math.clamp(in.size() - offset, 0, most);
            var bytes = ByteBuffer.allocate(length);
            while (bytes.hasRemaining()) {
                if (in.read(bytes, offset + bytes.position()) < 0) {
                    break;
                }
            }
            return java.util.Arrays.copyOf(bytes.array(), bytes.position());
        }
    }

    /** Ends the log; if it was cut, with what was said last. */
    @Override
    public synchronized void close() {
        if (!afterCut.isEmpty()) {
            write(bytes("[what it said last]"));
            afterCut.forEach(line -> write(bytes(line)));
            afterCut.clear();
        }
        try {
            out.close();
        } catch (IOException e) {
            log.debug("{} could not be closed", file, e);
        }
    }
}
