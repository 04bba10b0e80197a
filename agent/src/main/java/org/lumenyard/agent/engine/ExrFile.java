package org.lumenyard.agent.engine;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Reads an OpenEXR file's headers and its table of chunks, and follows every entry to a chunk that
 * lies wholly inside the file. A writer fills the table last, so a file that was cut off, or whose
 * writer died, shows here. Layout from the OpenEXR file layout document (version 2 files: scan
 * lines, tiles, several parts, deep).
 */
final class ExrFile {
    private static final int TILED = 0x200;
    private static final int LONG_NAMES = 0x400;
    private static final int DEEP = 0x800;
    private static final int PARTS = 0x1000;

    /** The attributes that matter here are small; of others only the beginning is kept. */
    private static final int KEPT = 1 << 16;

    /** One part's header: attribute values by name, as far as they are small. */
    private record Header(Map<String, byte[]> attributes) {
        int number(String name, int index) throws BadPicture {
            byte[] value = attributes.get(name);
            if (value == null || value.length < index * 4 + 4) {
                throw new BadPicture("has a damaged header");
            }
            return Integer.reverseBytes(
                    (value[index * 4] & 255) << 24
                            | (value[index * 4 + 1] & 255) << 16
                            | (value[index * 4 + 2] & 255) << 8
                            | value[index * 4 + 3] & 255);
        }

        int small(String name) throws BadPicture {
            byte[] value = attributes.get(name);
            if (value == null || value.length == 0) {
                throw new BadPicture("has a damaged header");
            }
            return value[0] & 255;
        }
    }

    private final DataInputStream in;

    private ExrFile(DataInputStream in) {
        this.in = in;
    }

    static WholePicture check(Path file) throws IOException, BadPicture {
        try (var stream = new DataInputStream(PictureCheck.open(file));
                var whole = new RandomAccessFile(file.toFile(), "r")) {
            return new ExrFile(stream).read(whole);
        } catch (EOFException early) {
            throw new BadPicture("is cut off", early);
        }
    }

    /**
     * The three channels that show the picture: R, G, B, or those of a layer, the combined one
     * first; a picture of one channel gives it three times.
     */
    static List<String> colourChannels(Path file) throws IOException, BadPicture {
        try (var stream = new DataInputStream(PictureCheck.open(file))) {
            var exr = new ExrFile(stream);
            exr.integer();
            int version = exr.integer();
            byte[] list =
                    exr.header((version & LONG_NAMES) != 0 ? 255 : 31).attributes().get("channels");
            return chosen(names(list == null ? new byte[0] : list));
        }
    }

    private static List<String> chosen(List<String> names) {
        Optional<String> red =
                names.stream()
                        .filter(name -> name.equals("R") || name.endsWith(".R"))
                        .min(
                                Comparator.comparing((String name) -> !name.equals("R"))
                                        .thenComparing(name -> !name.contains("Combined")));
        if (red.isPresent()) {
            String layer = red.get().substring(0, red.get().length() - 1);
            return List.of(layer + "R", layer + "G", layer + "B");
        }
        String only = names.isEmpty() ? "Y" : names.getFirst();
        return List.of(only, only, only);
    }

    /** A channel list: names ended by zero, each followed by 16 bytes of facts. */
    private static List<String> names(byte[] list) {
        var names = new ArrayList<String>();
        int start = 0;
        for (int i = 0; i < list.length && list[start] != 0; i++) {
            if (list[i] == 0) {
                names.add(new String(list, start, i - start, StandardCharsets.UTF_8));
                i += 16;
                start = i + 1;
                if (start >= list.length) {
                    break;
                }
            }
        }
        return names;
    }

    private WholePicture read(RandomAccessFile whole) throws IOException, BadPicture {
        int magic = integer();
        int version = integer();
        if (magic != 20000630 || (version & 255) != 2) {
            throw new BadPicture("is no OpenEXR file");
        }
        boolean parts = (version & PARTS) != 0;
        var headers = new ArrayList<Header>();
        do {
            Header header = header((version & LONG_NAMES) != 0 ? 255 : 31);
            if (header.attributes().isEmpty()) {
                break;
            }
            headers.add(header);
        } while (parts);
        if (headers.isEmpty()) {
            throw new BadPicture("has no header");
        }
        for (Header header : headers) {
            long chunks = chunks(header, version);
            for (long chunk = 0; chunk < chunks; chunk++) {
                followChunk(
                        whole, number64(), (version & (DEEP | PARTS)) != 0, (version & TILED) != 0);
            }
        }
        Header first = headers.getFirst();
        var picture =
                new Picture(
                        "exr", side(first, "displayWindow", 0), side(first, "displayWindow", 1));
        return new WholePicture(picture, new Content(false, digestOfTheRest(), false));
    }

    /**
     * Of the chunks, which tell nothing but pixels: what the header says of dates does not count.
     */
    private long digestOfTheRest() throws IOException {
        var sum = new CRC32();
        var piece = new byte[1 << 16];
        long length = 0;
        for (int count = in.read(piece); count > 0; count = in.read(piece)) {
            sum.update(piece, 0, count);
            length += count;
        }
        return length << 32 | sum.getValue();
    }

    /**
     * Follows one entry of the table. Plain chunks tell their length; others must at least begin.
     */
    private static void followChunk(
            RandomAccessFile whole, long offset, boolean other, boolean tiled)
            throws IOException, BadPicture {
        int head = other ? 8 : tiled ? 20 : 8;
        if (offset <= 0 || offset + head > whole.length()) {
            throw new BadPicture("is cut off");
        }
        if (!other) {
            whole.seek(offset + head - 4);
            int length = Integer.reverseBytes(whole.readInt());
            if (length < 0 || offset + head + length > whole.length()) {
                throw new BadPicture("is cut off");
            }
        }
    }

    private static long chunks(Header header, int version) throws BadPicture {
        if (header.attributes().containsKey("chunkCount")) {
            return Math.max(0, header.number("chunkCount", 0));
        }
        long width = side(header, "dataWindow", 0);
        long height = side(header, "dataWindow", 1);
        if ((version & TILED) != 0) {
            return tiles(header, width, height);
        }
        int lines =
                switch (header.small("compression")) {
                    case 0, 1, 2 -> 1;
                    case 3, 5 -> 16;
                    case 4, 6, 7, 8 -> 32;
                    case 9 -> 256;
                    default -> throw new BadPicture("has a compression that is not known");
                };
        return (height + lines - 1) / lines;
    }

    /** Tiles of the one level of an ordinary tiled picture; of further levels, at least those. */
    private static long tiles(Header header, long width, long height) throws BadPicture {
        long across = Math.max(1, header.number("tiles", 0));
        long down = Math.max(1, header.number("tiles", 1));
        return ((width + across - 1) / across) * ((height + down - 1) / down);
    }

    private static int side(Header header, String window, int axis) throws BadPicture {
        long side = (long) header.number(window, axis + 2) - header.number(window, axis) + 1;
        if (side < 1 || side > 1_000_000) {
            throw new BadPicture("has a damaged header");
        }
        return (int) side;
    }

    private Header header(int longestName) throws IOException, BadPicture {
        var attributes = new HashMap<String, byte[]>();
        while (true) {
            String name = text(longestName);
            if (name.isEmpty()) {
                return new Header(attributes);
            }
            String type = text(longestName);
            int size = integer();
            if (size < 0 || type.isEmpty()) {
                throw new BadPicture("has a damaged header");
            }
            var value = new byte[Math.min(size, KEPT)];
            in.readFully(value);
            in.skipNBytes(size - value.length);
            attributes.put(name, value);
            if (attributes.size() > 10_000) {
                throw new BadPicture("has a damaged header");
            }
        }
    }

    private String text(int longest) throws IOException, BadPicture {
        var bytes = new ByteArrayOutputStream();
        for (byte b = in.readByte(); b != 0; b = in.readByte()) {
            bytes.write(b);
            if (bytes.size() > longest) {
                throw new BadPicture("has a damaged header");
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private int integer() throws IOException {
        return Integer.reverseBytes(in.readInt());
    }

    private long number64() throws IOException {
        return Long.reverseBytes(in.readLong());
    }
}
