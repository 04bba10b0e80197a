package org.lumenyard.server.bulk;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.lumenyard.core.RunId;

/**
 * The closed logs of a job in one file, with an index beside it.
 *
 * <p>A log is stored as the packed lengths of its blocks, four bytes each, and then the blocks:
 * each is 64 KiB of text, the last one shorter, deflated by itself, so that a part is read without
 * what lies before it. An entry of the index is 40 bytes: the run, where its log begins, how long
 * it is packed, and how long it is (eight bytes each), their CRC-32C, and four bytes of nothing.
 * All numbers are big-endian. What the index does not name is not there: an append that a crash cut
 * off is cut off by the next one.
 */
final class Segment {
    static final int BLOCK = 1 << 16;
    private static final int ENTRY = 40;
    private static final int CHECKED = 32;

    /** A log that is to be appended. */
    record Log(RunId run, Path text) {}

    /**
     * Where a log is.
     *
     * @param size of its text
     */
    record Entry(RunId run, long position, long packed, long size) {
        private long end() {
            return position + packed;
        }

        private int blocks() {
            return (int) ((size + BLOCK - 1) / BLOCK);
        }
    }

    private final Path file;
    private final Path index;

    /**
     * @param file the index lies beside it, and is called the same and {@code .index}
     */
    Segment(Path file) {
        this.file = file;
        this.index = file.resolveSibling(file.getFileName() + ".index");
    }

    /**
     * Appends logs; they are on disk when this returns. Those that are here already are left out.
     * One at a time.
     */
    void append(List<Log> logs) throws IOException {
        boolean isNew = Files.notExists(index);
        Files.createDirectories(file.getParent());
        try (var text = open(file);
                var entries = open(index)) {
            long whole = wholeEntries(entries);
            entries.truncate(whole * ENTRY);
            long end = whole == 0 ? 0 : entry(entries, whole - 1).orElseThrow().end();
            text.truncate(end);
            text.position(end);
            Set<RunId> known = known(entries, logs);
            var added = new ArrayList<Entry>();
            for (Log log : logs) {
                if (known.add(log.run())) {
                    added.add(write(text, log));
                }
            }
            text.force(true);
            write(entries, whole * ENTRY, added);
            entries.force(true);
        }
        if (isNew) {
            Durable.holder(index);
        }
    }

    private static FileChannel open(Path path) throws IOException {
        return FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** How many entries there are up to the last one that was written in full. */
    private static long wholeEntries(FileChannel entries) throws IOException {
        long count = entries.size() / ENTRY;
        while (count > 0 && entry(entries, count - 1).isEmpty()) {
            count--;
        }
        return count;
    }

    private static Optional<Entry> entry(FileChannel entries, long number) throws IOException {
        return entry(read(entries, number * ENTRY, ENTRY));
    }

    /** Empty when it was not written in full. */
    private static Optional<Entry> entry(ByteBuffer bytes) {
        int from = bytes.position();
        var entry =
                new Entry(
                        new RunId(bytes.getLong()),
                        bytes.getLong(),
                        bytes.getLong(),
                        bytes.getLong());
        return bytes.getInt() == check(bytes.array(), from) ? Optional.of(entry) : Optional.empty();
    }

    private static int check(byte[] bytes, int from) {
        var check = new CRC32C();
        check.update(bytes, from, CHECKED);
        return (int) check.getValue();
    }

    private static Set<RunId> known(FileChannel entries, List<Log> logs) throws IOException {
        var wanted = new HashSet<Long>();
        logs.forEach(log -> wanted.add(log.run().value()));
        var known = new HashSet<RunId>();
        for (long at = 0; at < entries.size(); at += BLOCK / ENTRY * ENTRY) {
            ByteBuffer some = read(entries, at, chunk(entries.size() - at));
            for (int i = 0; i < some.limit(); i += ENTRY) {
                if (wanted.contains(some.getLong(i))) {
                    entry(some.position(i)).ifPresent(entry -> known.add(entry.run()));
                }
            }
        }
        return known;
    }

    private static int chunk(long left) {
        return (int) Math.min(BLOCK, left) / ENTRY * ENTRY;
    }

    private static Entry write(FileChannel text, Log log) throws IOException {
        long position = text.position();
        var lengths = ByteBuffer.allocate(4 * blocks(log.text()));
        text.position(position + lengths.capacity());
        long size = 0;
        try (InputStream in = Files.newInputStream(log.text());
                var deflater = new Deflater()) {
            var packed = new byte[BLOCK + 1024];
            for (byte[] block = in.readNBytes(BLOCK);
                    block.length > 0;
                    block = in.readNBytes(BLOCK)) {
                deflater.reset();
                deflater.setInput(block);
                deflater.finish();
                int length = deflater.deflate(packed);
                writeAll(text, ByteBuffer.wrap(packed, 0, length));
                lengths.putInt(length);
                size += block.length;
            }
        }
        long end = text.position();
        text.position(position);
        writeAll(text, lengths.flip());
        text.position(end);
        return new Entry(log.run(), position, end - position, size);
    }

    private static int blocks(Path text) throws IOException {
        return (int) ((Files.size(text) + BLOCK - 1) / BLOCK);
    }

    private static void write(FileChannel entries, long at, List<Entry> added) throws IOException {
        var bytes = ByteBuffer.allocate(added.size() * ENTRY);
        for (Entry entry : added) {
            int from = bytes.position();
            bytes.putLong(entry.run().value())
                    .putLong(entry.position())
                    .putLong(entry.packed())
                    .putLong(entry.size());
            bytes.putInt(check(bytes.array(), from)).putInt(0);
        }
        entries.position(at);
        writeAll(entries, bytes.flip());
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Where a run's log is; empty when it is not here. May be asked while logs are appended. */
    Optional<Entry> find(RunId run) throws IOException {
        try (var entries = FileChannel.open(index, StandardOpenOption.READ)) {
            long size = entries.size() / ENTRY * ENTRY;
            for (long end = size; end > 0; ) {
                int length = chunk(end);
                end -= length;
                ByteBuffer some = read(entries, end, length);
                for (int i = length - ENTRY; i >= 0; i -= ENTRY) {
                    if (some.getLong(i) == run.value()) {
                        return entry(some.position(i));
                    }
                }
            }
            return Optional.empty();
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    /**
     * Reads a part of a log's text.
     *
     * @param from at most the log's size
     */
    byte[] read(Entry entry, long from, int most) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var text = FileChannel.open(file, StandardOpenOption.READ);
                var inflater = new Inflater()) {
            ByteBuffer lengths = read(text, entry.position(), 4 * entry.blocks());
            long at = entry.position() + lengths.capacity();
            long until = Math.min(entry.size(), from + most);
            for (int block = 0; (long) block * BLOCK < until; block++) {
                int packed = lengths.getInt();
                long begins = (long) block * BLOCK;
                if (begins + BLOCK > from) {
                    int length = (int) Math.min(BLOCK, entry.size() - begins);
                    byte[] whole = inflate(inflater, read(text, at, packed), length);
                    int first = (int) Math.max(0, from - begins);
                    bytes.write(whole, first, (int) Math.min(length, until - begins) - first);
                }
                at += packed;
            }
        }
        return bytes.toByteArray();
    }

    private byte[] inflate(Inflater inflater, ByteBuffer packed, int length) throws IOException {
        try {
            inflater.reset();
            inflater.setInput(packed);
            var block = new byte[length];
            if (inflater.inflate(block) < length) {
                throw new IOException(file + " is damaged: a block is too short.");
            }
            return block;
        } catch (DataFormatException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
        var bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, at + bytes.position()) < 0) {
                throw new EOFException("a segment or its index is cut off");
            }
        }
        return bytes.flip();
    }

    /** Its files that are there. */
    List<Path> files() {
        return List.of(file, index).stream().filter(Files::exists).toList();
    }

    /** The index first: what it does not name is not there. Says how many bytes they had. */
    long remove() throws IOException {
        return Durable.remove(index) + Durable.remove(file);
    }
}
