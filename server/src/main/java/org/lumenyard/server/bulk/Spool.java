package org.lumenyard.server.bulk;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.lumenyard.core.JobId;
import org.lumenyard.core.RunId;

/**
 * One run's log while it grows, and until it is in its job's segment. Beyond a bound it keeps its
 * head and its tail, each in a file; the tail is joined on when it is closed, so that what a reader
 * has seen never changes. Whoever uses it has the run's turn.
 */
final class Spool {
    private static final int TAIL_HEADER = Long.BYTES;

    /** How much a log may keep. */
    record Bounds(long head, int tail) {}

    private final Bounds most;
    private final Path growing;
    private final Path tail;
    private final Path closed;

    Spool(Path folder, JobId job, RunId run, Bounds most) {
        this.most = most;
        String name = job + "-" + run;
        growing = folder.resolve(name + ".log");
        tail = folder.resolve(name + ".tail");
        closed = folder.resolve(name + ".closed");
    }

    /** Whether a file's name is that of a log of this job; see {@link #runIn}. */
    static boolean isOf(JobId job, Path file) {
        return file.getFileName().toString().startsWith(job + "-");
    }

    /** Which job's log has this file. */
    static JobId jobIn(Path file) {
        return new JobId(Long.parseLong(file.getFileName().toString().split("[-.]")[0]));
    }

    /** Which run's log has this file. */
    static RunId runIn(Path file) {
        return new RunId(Long.parseLong(file.getFileName().toString().split("[-.]")[1]));
    }

    boolean isGrowing() {
        return Files.exists(growing);
    }

    boolean isClosed() {
        return Files.exists(closed);
    }

    /** The log while it grows; its head only, where it has a tail. */
    Path growing() {
        return growing;
    }

    Path tail() {
        return tail;
    }

    /** The whole log, once it is closed. */
    Path closed() {
        return closed;
    }

    /** How many bytes have come, kept or not. */
    long received() throws IOException {
        return Files.exists(tail) ? tailStart() + Files.size(tail) - TAIL_HEADER : size();
    }

    /** How many bytes readers see. */
    long size() throws IOException {
        return isClosed() ? Files.size(closed) : isGrowing() ? Files.size(growing) : 0;
    }

    /**
     * @param at how many bytes had come before
     */
    void add(long at, ByteBuffer fresh) throws IOException {
        int forHead = (int) Math.max(0, Math.min(fresh.remaining(), most.head() - at));
        try (var head = new RandomAccessFile(growing.toFile(), "rw")) {
            head.seek(head.length());
            head.write(fresh.array(), fresh.position(), forHead);
        }
        fresh.position(fresh.position() + forHead);
        if (!fresh.hasRemaining()) {
            return;
        }
        try (var file = new RandomAccessFile(tail.toFile(), "rw")) {
            if (file.length() == 0) {
                file.writeLong(at + forHead);
            }
            file.seek(file.length());
            file.write(fresh.array(), fresh.position(), fresh.remaining());
            if (file.length() > TAIL_HEADER + 2L * most.tail()) {
                shorten(file);
            }
        }
    }

    /**
     * Writes the tail anew with its last part only. A crash in between costs some of the tail, no
     * more.
     */
    private void shorten(RandomAccessFile file) throws IOException {
        file.seek(0);
        long start = file.readLong();
        long dropped = file.length() - TAIL_HEADER - most.tail();
        var kept = new byte[most.tail()];
        file.seek(TAIL_HEADER + dropped);
        file.readFully(kept);
        file.seek(0);
        file.writeLong(start + dropped);
        file.write(kept);
        file.setLength(TAIL_HEADER + (long) most.tail());
    }

    private long tailStart() throws IOException {
        try (var file = new RandomAccessFile(tail.toFile(), "r")) {
            return file.readLong();
        }
    }

    /** Nothing will be added. After a crash in the middle it is done again from the beginning. */
    void close() throws IOException {
        if (isClosed()) {
            return;
        }
        if (!isGrowing()) {
            Files.createFile(growing);
        }
        if (Files.exists(tail)) {
            joinTail();
        }
        Files.move(growing, closed, StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(tail);
    }

    private void joinTail() throws IOException {
        try (var head = new RandomAccessFile(growing.toFile(), "rw")) {
            head.setLength(Math.min(head.length(), most.head()));
        }
        try (OutputStream out = Files.newOutputStream(growing, StandardOpenOption.APPEND);
                InputStream in = Files.newInputStream(tail)) {
            long missing = tailStart() - most.head();
            if (missing > 0) {
                var note = "\n[... " + missing + " bytes were not kept here ...]\n";
                out.write(note.getBytes(StandardCharsets.UTF_8));
            }
            in.skipNBytes(TAIL_HEADER);
            in.transferTo(out);
        }
    }

    Logs.Part read(long offset, int atMost) throws IOException {
        boolean complete = isClosed();
        try (var file = new RandomAccessFile((complete ? closed : growing).toFile(), "r")) {
            long size = file.length();
            long from = Math.min(offset, size);
            var bytes = new byte[(int) Math.min(atMost, size - from)];
            file.seek(from);
            file.readFully(bytes);
            return new Logs.Part(bytes, from, size, complete);
        }
    }

    void remove() throws IOException {
        Files.deleteIfExists(growing);
        Files.deleteIfExists(tail);
        Files.deleteIfExists(closed);
    }
}
