package org.lumenyard.agent.engine;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads a PNG file's chunks with their checksums, inflates its picture data and counts the bytes:
 * everything that decoding would find, at any size, without holding the picture. Rules from the PNG
 * specification (ISO/IEC 15948).
 */
final class PngFile {
    private static final long SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int IHDR = 0x49484452;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454E44;

    /** First column and row, and steps, of the seven passes of an interlaced picture. */
    private static final int[][] PASSES = {
        {0, 0, 8, 8},
        {4, 0, 8, 8},
        {0, 4, 4, 8},
        {2, 0, 4, 4},
        {0, 2, 2, 4},
        {1, 0, 2, 2},
        {0, 1, 1, 2}
    };

    private final DataInputStream in;
    private final byte[] piece = new byte[1 << 16];
    private final byte[] plain = new byte[1 << 16];
    private int width;
    private int height;
    private long expected;
    private long inflated;

    private PngFile(DataInputStream in) {
        this.in = in;
    }

    static Picture check(Path file) throws IOException, BadPicture {
        var inflater = new Inflater();
        try (var in = new DataInputStream(PictureCheck.open(file))) {
            return new PngFile(in).read(inflater);
        } catch (EOFException early) {
            throw new BadPicture("is cut off", early);
        } catch (DataFormatException damaged) {
            throw new BadPicture("has damaged picture data", damaged);
        } finally {
            inflater.end();
        }
    }

    private Picture read(Inflater inflater) throws IOException, BadPicture, DataFormatException {
        if (in.readLong() != SIGNATURE) {
            throw new BadPicture("is no PNG");
        }
        while (true) {
            int length = in.readInt();
            int type = in.readInt();
            if (length < 0) {
                throw new BadPicture("has a damaged chunk");
            }
            if (width == 0 && type != IHDR) {
                throw new BadPicture("has no header");
            }
            chunk(type, length, inflater);
            if (type == IEND) {
                break;
            }
        }
        if (inflated < expected || !inflater.finished()) {
            throw new BadPicture("lacks a part of its picture data");
        }
        return new Picture("png", width, height);
    }

    private void chunk(int type, int length, Inflater inflater)
            throws IOException, BadPicture, DataFormatException {
        var sum = new CRC32();
        sum.update(
                new byte[] {
                    (byte) (type >> 24), (byte) (type >> 16), (byte) (type >> 8), (byte) type
                });
        for (int left = length; left > 0; ) {
            int count = Math.min(left, piece.length);
            in.readFully(piece, 0, count);
            sum.update(piece, 0, count);
            if (type == IHDR) {
                header(count);
            } else if (type == IDAT) {
                inflate(inflater, count);
            }
            left -= count;
        }
        if (in.readInt() != (int) sum.getValue()) {
            throw new BadPicture("has a damaged chunk");
        }
    }

    private void header(int count) throws BadPicture {
        if (count != 13 || width != 0) {
            throw new BadPicture("has a damaged header");
        }
        width = number(0);
        height = number(4);
        int depth = piece[8];
        int channels =
                switch (piece[9]) {
                    case 0, 3 -> 1;
                    case 2 -> 3;
                    case 4 -> 2;
                    case 6 -> 4;
                    default -> 0;
                };
        if (width <= 0 || height <= 0 || channels == 0 || depth < 1 || depth > 16) {
            throw new BadPicture("has a damaged header");
        }
        long bits = (long) depth * channels;
        if (piece[12] == 0) {
            expected = height * (1 + (width * bits + 7) / 8);
            return;
        }
        for (int[] pass : PASSES) {
            long columns = (width - pass[0] + pass[2] - 1) / pass[2];
            long rows = (height - pass[1] + pass[3] - 1) / pass[3];
            expected += columns > 0 && rows > 0 ? rows * (1 + (columns * bits + 7) / 8) : 0;
        }
    }

    private int number(int at) {
        return (piece[at] & 255) << 24
                | (piece[at + 1] & 255) << 16
                | (piece[at + 2] & 255) << 8
                | piece[at + 3] & 255;
    }

    private void inflate(Inflater inflater, int count) throws BadPicture, DataFormatException {
        inflater.setInput(piece, 0, count);
        int got;
        while ((got = inflater.inflate(plain)) > 0) {
            inflated += got;
        }
        if (inflater.needsDictionary() || inflated > expected) {
            throw new BadPicture("has damaged picture data");
        }
    }
}
