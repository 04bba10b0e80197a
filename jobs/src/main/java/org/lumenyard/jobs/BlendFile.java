package org.lumenyard.jobs;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * What a .blend file says of itself without Blender: the version that saved it, and its active
 * scene's name and frame range, which stand in a block of their own ({@code REND}) at the
 * beginning. Files are plain, or compressed by gzip (before 3.0) or Zstandard (since).
 *
 * @param version major × 100 + minor: 304 for 3.4, 405 for 4.5
 * @param scene the active scene's name
 */
record BlendFile(int version, String scene, int firstFrame, int lastFrame) {
    /** The block is the first that Blender writes; so many are looked at. */
    private static final int MOST_BLOCKS = 64;

    /** No block before the one looked for is longer, and nobody unpacks gigabytes for it. */
    private static final int MOST_BYTES = 16 << 20;

    /** Two frame numbers, and a scene name of at least one byte and its end. */
    private static final int LEAST_RANGE_BYTES = 10;

    private static final int MOST_RANGE_BYTES = 4096;
    private static final int TAIL_BYTES = 4096;
    private static final int ZSTD_MAGIC = 0xFD2FB528;

    /**
     * {@code BLENDER-v304} up to 4.x: the width of pointers, the order of bytes, the version. From
     * 5.0 on {@code BLENDER17-01v0500}: the header's length, the pointers, the format's version.
     */
    private static final Pattern HEADER =
            Pattern.compile(
                    "BLENDER(?:([-_])([vV])(\\d{3})|(\\d\\d)-01([vV])(\\d{4})).*", Pattern.DOTALL);

    private static final int OLD_HEADER = 12;
    private static final int NEW_HEADER = 17;

    /** Why a file is not understood; the message is a sentence. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        Unreadable(String message) {
            super(message);
        }
    }

    /** How a file's blocks are written. */
    private record Layout(int version, ByteOrder order, int blockHeader, boolean wideLengths) {}

    /**
     * Reads the file's beginning, and of a plain file the end.
     *
     * @throws Unreadable when it is no .blend file, is cut off or says no frame range
     */
    static BlendFile read(Path file) throws Unreadable {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
                InputStream plain = unpacked(raw)) {
            BlendFile content = content(plain, file);
            if (plain == raw && !endsAsItShould(file)) throw new EOFException();
            return content;
        } catch (EOFException e) {
            throw new Unreadable(file.getFileName() + " is cut off: save or copy it again.");
        } catch (IOException e) {
            throw new Unreadable("%s cannot be read: %s".formatted(file.getFileName(), reason(e)));
        }
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    }

    private static InputStream unpacked(InputStream raw) throws IOException {
        raw.mark(4);
        byte[] magic = ByteBuffer.allocate(4).put(raw.readNBytes(4)).array();
        raw.reset();
        if (magic[0] == 0x1f && magic[1] == (byte) 0x8b) return new GZIPInputStream(raw);
        int number = ByteBuffer.wrap(magic).order(ByteOrder.LITTLE_ENDIAN).getInt();
        return number == ZSTD_MAGIC ? new WholeZstd(raw) : raw;
    }

    /** Tells an end in the midst of the packed data like any other end. */
    private static final class WholeZstd extends InputStream {
        private final ZstdInputStream in;

        WholeZstd(InputStream raw) throws IOException {
            in = new ZstdInputStream(raw);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
            try {
                return in.read(bytes, from, count);
            } catch (IOException e) {
                if (reason(e).contains("Truncated") || reason(e).contains("truncated"))
                    throw new EOFException();
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    private static BlendFile content(InputStream plain, Path file) throws IOException, Unreadable {
        var in = new DataInputStream(plain);
        Layout layout = layout(in, file);
        long left = MOST_BYTES;
        for (int i = 0; i < MOST_BLOCKS && left > 0; i++) {
            byte[] head = new byte[layout.blockHeader()];
            in.readFully(head);
            String code = new String(head, 0, 4, StandardCharsets.ISO_8859_1);
            var fields = ByteBuffer.wrap(head).order(layout.order());
            long length = layout.wideLengths() ? fields.getLong(16) : fields.getInt(4);
            if (code.equals("ENDB")) break;
            if (code.equals("REND") && length >= LEAST_RANGE_BYTES)
                return range(in, layout, length);
            left -= Math.max(0, length);
            if (left > 0) in.skipNBytes(length);
        }
        throw new Unreadable(
                file.getFileName() + " does not say its frame range: give the frames.");
    }

    private static Layout layout(DataInputStream in, Path file) throws IOException, Unreadable {
        String start = latin(in.readNBytes(OLD_HEADER));
        if (!start.startsWith("BLENDER")) {
            throw new Unreadable(file.getFileName() + " is not a .blend file.");
        }
        if (start.length() < OLD_HEADER) throw new EOFException();
        boolean isNew = Character.isDigit(start.charAt(7));
        String header = isNew ? start + latin(in.readNBytes(NEW_HEADER - OLD_HEADER)) : start;
        if (isNew && header.length() < NEW_HEADER) throw new EOFException();
        Matcher fields = HEADER.matcher(header);
        if (!fields.matches() || isNew && !"17".equals(fields.group(4))) {
            throw new Unreadable(
                    file.getFileName()
                            + " is a .blend file of a kind that is not known here; is it of a newer Blender?");
        }
        char order = fields.group(isNew ? 5 : 2).charAt(0);
        int pointer = "_".equals(fields.group(1)) ? 4 : 8;
        return new Layout(
                Integer.parseInt(fields.group(isNew ? 6 : 3)),
                order == 'v' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN,
                isNew ? 32 : 16 + pointer,
                isNew);
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static BlendFile range(DataInputStream in, Layout layout, long length)
            throws IOException {
        byte[] body = new byte[(int) Math.min(length, MOST_RANGE_BYTES)];
        in.readFully(body);
        var values = ByteBuffer.wrap(body).order(layout.order());
        int end = 8;
        while (end < body.length && body[end] != 0) end++;
        String scene = new String(body, 8, end - 8, StandardCharsets.UTF_8);
        return new BlendFile(layout.version(), scene, values.getInt(0), values.getInt(4));
    }

    /** A whole file's last block is {@code ENDB}; a little may stand behind it. */
    private static boolean endsAsItShould(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            int length = (int) Math.min(channel.size(), TAIL_BYTES);
            ByteBuffer tail = ByteBuffer.allocate(length);
            while (tail.hasRemaining()
                    && channel.read(tail, channel.size() - length + tail.position()) > 0) {}
            return latin(tail.array()).contains("ENDB");
        }
    }

    /** The version as Blender names it: {@code 4.5}. */
    String series() {
        return version < 300
                ? "%d.%02d".formatted(version / 100, version % 100)
                : version / 100 + "." + version % 100;
    }

    /** The active scene's frames as a range expression; empty when it has none. */
    Optional<String> frames() {
        if (lastFrame < firstFrame) return Optional.empty();
        return Optional.of(
                firstFrame == lastFrame ? "" + firstFrame : firstFrame + "-" + lastFrame);
    }
}
