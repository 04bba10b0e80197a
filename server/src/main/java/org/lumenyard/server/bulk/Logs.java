package org.lumenyard.server.bulk;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.lumenyard.core.RunId;

/**
 * The runs' logs, a file each: growing while the run lives, compressed when it is closed. A log
 * that grows beyond a bound keeps its head and its tail; the tail is joined on when the log is
 * closed, so that what a reader has seen never changes.
 */
public final class Logs implements AutoCloseable {
    private static final int LOCKS = 64;
    private static final int TAIL_HEADER = Long.BYTES;

    /** What became of an upload. */
    public sealed interface Kept {
        /** All of it is here now, {@code size} bytes in all. */
        record Whole(long size) implements Kept {}

        /** What lies between is missing: send from {@code expected}. */
        record Gap(long expected) implements Kept {}
    }

    /**
     * A part of a log.
     *
     * @param offset where it begins in the whole
     * @param size of the whole, as of now
     * @param complete whether nothing will be added
     */
    public record Part(byte[] bytes, long offset, long size, boolean complete) {}

    private static final class Turnstile {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition grown = lock.newCondition();
    }

    private final Path folder;
    private final long mostHead;
    private final int mostTail;
    private final Turnstile[] turnstiles = new Turnstile[LOCKS];
    private volatile boolean over;

    /** Logs under {@code folder} of at most 32 MiB of head and 4 MiB of tail. */
    public Logs(Path folder) {
        this(folder, 32L << 20, 4 << 20);
    }

    Logs(Path folder, long mostHead, int mostTail) {
        this.folder = folder;
        this.mostHead = mostHead;
        this.mostTail = mostTail;
        for (int i = 0; i < LOCKS; i++) {
            turnstiles[i] = new Turnstile();
        }
    }

    /**
     * Adds a part; sending it twice is as good as once.
     *
     * @param offset where in the whole log the part begins
     * @param last whether the log is complete with this
     */
    public Kept append(RunId run, long offset, byte[] bytes, boolean last) throws IOException {
        Turnstile turnstile = turnstile(run);
        turnstile.lock.lock();
        try {
            if (Files.exists(closed(run))) {
                return new Kept.Whole(offset + bytes.length);
            }
            Files.createDirectories(live(run).getParent());
            long received = received(run);
            if (offset > received) {
                return new Kept.Gap(received);
            }
            int known = (int) Math.min(bytes.length, received - offset);
            add(run, received, harmless(bytes, known));
            if (last) {
                close(run);
            }
            turnstile.grown.signalAll();
            return new Kept.Whole(Math.max(received, offset + bytes.length));
        } finally {
            turnstile.lock.unlock();
        }
    }

    /** A NUL byte ends text in too many programs; the length stays. */
    private static ByteBuffer harmless(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                bytes[i] = ' ';
            }
        }
        return ByteBuffer.wrap(bytes, from, bytes.length - from);
    }

    private long received(RunId run) throws IOException {
        if (Files.exists(tail(run))) {
            return tailStart(run) + Files.size(tail(run)) - TAIL_HEADER;
        }
        return Files.exists(live(run)) ? Files.size(live(run)) : 0;
    }

    private void add(RunId run, long at, ByteBuffer fresh) throws IOException {
        int forHead = (int) Math.max(0, Math.min(fresh.remaining(), mostHead - at));
        try (var head = new RandomAccessFile(live(run).toFile(), "rw")) {
            head.seek(head.length());
            head.write(fresh.array(), fresh.position(), forHead);
        }
        fresh.position(fresh.position() + forHead);
        if (!fresh.hasRemaining()) {
            return;
        }
        try (var tail = new RandomAccessFile(tail(run).toFile(), "rw")) {
            if (tail.length() == 0) {
                tail.writeLong(at + forHead);
            }
            tail.seek(tail.length());
            tail.write(fresh.array(), fresh.position(), fresh.remaining());
            if (tail.length() > TAIL_HEADER + 2L * mostTail) {
                shorten(tail);
            }
        }
    }

    /**
     * Writes the tail anew with its last part only. A crash in between costs some of the tail, no
     * more.
     */
    private void shorten(RandomAccessFile tail) throws IOException {
        tail.seek(0);
        long start = tail.readLong();
        long dropped = tail.length() - TAIL_HEADER - mostTail;
        var kept = new byte[mostTail];
        tail.seek(TAIL_HEADER + dropped);
        tail.readFully(kept);
        tail.seek(0);
        tail.writeLong(start + dropped);
        tail.write(kept);
        tail.setLength(TAIL_HEADER + (long) mostTail);
    }

    private long tailStart(RunId run) throws IOException {
        try (var tail = new RandomAccessFile(tail(run).toFile(), "r")) {
            return tail.readLong();
        }
    }

    private void close(RunId run) throws IOException {
        Path half = closed(run).resolveSibling(run + ".gz.part");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(half), 1 << 16)) {
            if (Files.exists(live(run))) {
                Files.copy(live(run), out);
            }
            if (Files.exists(tail(run))) {
                joinTail(run, out);
            }
        }
        Files.move(half, closed(run), StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(live(run));
        Files.deleteIfExists(tail(run));
    }

    private void joinTail(RunId run, OutputStream out) throws IOException {
        long missing = tailStart(run) - mostHead;
        if (missing > 0) {
            var note = "\n[... " + missing + " bytes were not kept here ...]\n";
            out.write(note.getBytes(StandardCharsets.UTF_8));
        }
        try (InputStream in = Files.newInputStream(tail(run))) {
            in.skipNBytes(TAIL_HEADER);
            in.transferTo(out);
        }
    }

    /**
     * Reads from {@code offset}, at most {@code most} bytes. A run without a log yet has an empty
     * one.
     */
    public Part read(RunId run, long offset, int most) throws IOException {
        Turnstile turnstile = turnstile(run);
        turnstile.lock.lock();
        try {
            boolean complete = Files.exists(closed(run));
            if (complete) {
                return readClosed(run, offset, most);
            }
            if (!Files.exists(live(run))) {
                return new Part(new byte[0], 0, 0, false);
            }
            try (var file = new RandomAccessFile(live(run).toFile(), "r")) {
                long size = file.length();
                long from = Math.min(offset, size);
                var bytes = new byte[(int) Math.min(most, size - from)];
                file.seek(from);
                file.readFully(bytes);
                return new Part(bytes, from, size, false);
            }
        } finally {
            turnstile.lock.unlock();
        }
    }

    private Part readClosed(RunId run, long offset, int most) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(closed(run)), 1 << 16)) {
            long from = skip(in, offset);
            byte[] bytes = in.readNBytes(most);
            long size = from + bytes.length + skip(in, Long.MAX_VALUE);
            return new Part(bytes, from, size, true);
        }
    }

    private static long skip(InputStream in, long most) throws IOException {
        var scratch = new byte[1 << 16];
        long skipped = 0;
        while (skipped < most) {
            int n = in.read(scratch, 0, (int) Math.min(scratch.length, most - skipped));
            if (n < 0) {
                break;
            }
            skipped += n;
        }
        return skipped;
    }

    /** The last {@code lines} lines, at most the last mebibyte. */
    public Part tail(RunId run, int lines) throws IOException {
        long size = read(run, 0, 0).size();
        Part part = read(run, Math.max(0, size - (1 << 20)), 1 << 20);
        byte[] bytes = part.bytes();
        int from = bytes.length;
        for (int found = 0; from > 0; from--) {
            if (bytes[from - 1] == '\n' && from < bytes.length && ++found == lines) {
                break;
            }
        }
        var kept = new ByteArrayOutputStream();
        kept.write(bytes, from, bytes.length - from);
        return new Part(kept.toByteArray(), part.offset() + from, part.size(), part.complete());
    }

    /** Waits until the log may be longer than {@code size}, or closed, or the patience is over. */
    public void awaitGrowth(RunId run, long size, Duration patience)
            throws IOException, InterruptedException {
        Turnstile turnstile = turnstile(run);
        long nanos = patience.toNanos();
        turnstile.lock.lock();
        try {
            if (!over && !Files.exists(closed(run)) && liveSize(run) <= size) {
                // Whoever waits looks again anyway: one waking, true or false, is enough.
                turnstile.grown.awaitNanos(nanos);
            }
        } finally {
            turnstile.lock.unlock();
        }
    }

    private long liveSize(RunId run) throws IOException {
        return Files.exists(live(run)) ? Files.size(live(run)) : 0;
    }

    /** The run is over, and nobody may be left to close its log: readers are to look again. */
    public void ended(RunId run) {
        Turnstile turnstile = turnstile(run);
        turnstile.lock.lock();
        try {
            turnstile.grown.signalAll();
        } finally {
            turnstile.lock.unlock();
        }
    }

    /** Removes what is kept of a run that is over. */
    public void remove(RunId run) throws IOException {
        Turnstile turnstile = turnstile(run);
        turnstile.lock.lock();
        try {
            Files.deleteIfExists(live(run));
            Files.deleteIfExists(tail(run));
            Files.deleteIfExists(closed(run));
        } finally {
            turnstile.lock.unlock();
        }
    }

    /** Whether the server ends, and nobody should wait any more. */
    public boolean isOver() {
        return over;
    }

    /** Sends those home who wait for more. */
    @Override
    public void close() {
        over = true;
        for (Turnstile turnstile : turnstiles) {
            turnstile.lock.lock();
            try {
                turnstile.grown.signalAll();
            } finally {
                turnstile.lock.unlock();
            }
        }
    }

    private Turnstile turnstile(RunId run) {
        return turnstiles[(int) (run.value() % LOCKS)];
    }

    private Path live(RunId run) {
        return shelf(run).resolve(run + ".log");
    }

    private Path tail(RunId run) {
        return shelf(run).resolve(run + ".tail");
    }

    private Path closed(RunId run) {
        return shelf(run).resolve(run + ".log.gz");
    }

    /** A thousand runs to a folder: no folder grows without end. */
    private Path shelf(RunId run) {
        return folder.resolve(Long.toString(run.value() / 1000));
    }
}
