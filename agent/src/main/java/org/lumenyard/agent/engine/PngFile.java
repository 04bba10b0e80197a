package org.lumenyard.agent.engine;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    private static final int PIECE = 1 << 16;
    private static final int PLTE = 0x504C5445;
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

    /**
     * Follows the rows of the picture data as it comes, for as long as all of them are black:
     * undoing the filters of a whole picture would take as long as reading it, but few pictures
     * begin black.
     */
    private static final class Colours {
        /** No picture that we meet has longer ones; a damaged header may say so. */
        private static final long LONGEST_ROW = 1 << 24;

        /**
         * Bytes in a row, with its filter's number before, and rows: for each pass that has any.
         */
        private final List<long[]> passes = new ArrayList<>();

        private final int pixelBytes;
        private final int colourBytes;
        private final int darkest;
        private boolean areBlack = true;
        private int pass;
        private long rows;
        private byte[] row = {};
        private byte[] above = {};
        private int length;

        Colours(int pixelBytes, int colourBytes, int darkest) {
            this.pixelBytes = pixelBytes;
            this.colourBytes = colourBytes;
            this.darkest = darkest;
        }

        void look(byte[] bytes, int count) {
            for (int at = 0; at < count && areBlack && pass < passes.size(); ) {
                long[] now = passes.get(pass);
                if (now[0] > LONGEST_ROW) {
                    areBlack = false;
                    return;
                }
                if (length == 0 && rows == 0) {
                    row = new byte[(int) now[0]];
                    above = new byte[(int) now[0]];
                }
                int span = Math.min(count - at, row.length - length);
                System.arraycopy(bytes, at, row, length, span);
                at += span;
                length += span;
                if (length == row.length) {
                    areBlack = isRowBlack();
                    nextRow(now[1]);
                }
            }
        }

        private void nextRow(long all) {
            byte[] free = above;
            above = row;
            row = free;
            length = 0;
            if (++rows == all) {
                rows = 0;
                pass++;
            }
        }

        /** Undoes the row's filter, which the standard calls reconstruction. */
        private boolean isRowBlack() {
            for (int i = 1; i < row.length; i++) {
                int left = i > pixelBytes ? row[i - pixelBytes] & 255 : 0;
                int up = above[i] & 255;
                int upLeft = i > pixelBytes ? above[i - pixelBytes] & 255 : 0;
                int predicted =
                        switch (row[0]) {
                            case 1 -> left;
                            case 2 -> up;
                            case 3 -> (left + up) / 2;
                            case 4 -> nearest(left, up, upLeft);
                            default -> 0;
                        };
                row[i] += (byte) predicted;
                boolean isColour = (i - 1) % pixelBytes < colourBytes;
                if (isColour && (row[i] & 255) > darkest) {
                    return false;
                }
            }
            return true;
        }

        /** Paeth's predictor. */
        private static int nearest(int left, int up, int upLeft) {
            int toLeft = Math.abs(up - upLeft);
            int toUp = Math.abs(left - upLeft);
            int toUpLeft = Math.abs(left + up - 2 * upLeft);
            return toLeft <= toUp && toLeft <= toUpLeft ? left : toUp <= toUpLeft ? up : upLeft;
        }
    }

    private final DataInputStream in;
    private final byte[] piece = new byte[PIECE];
    private final byte[] plain = new byte[PIECE];
    private int width;
    private int height;
    private long expected;
    private long inflated;
    private final CRC32 digest = new CRC32();
    private Colours colours = new Colours(1, 1, 0);
    private boolean isIndexed;
    private boolean indexBeginsBlack;

    private PngFile(DataInputStream in) {
        this.in = in;
    }

    static WholePicture check(Path file) throws IOException, BadPicture {
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

    private WholePicture read(Inflater inflater)
            throws IOException, BadPicture, DataFormatException {
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
        boolean isBlack = colours.areBlack && (!isIndexed || indexBeginsBlack);
        long sums = (long) inflater.getAdler() << 32 | digest.getValue();
        return new WholePicture(
                new Picture("png", width, height), new Content(isBlack, sums, false));
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
            } else if (type == PLTE && left == length) {
                indexBeginsBlack = count >= 3 && piece[0] == 0 && piece[1] == 0 && piece[2] == 0;
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
        isIndexed = piece[9] == 3;
        int alphas = piece[9] == 4 || piece[9] == 6 ? 1 : 0;
        colours =
                new Colours(
                        Math.max(1, depth * channels / 8),
                        Math.max(1, depth * (channels - alphas) / 8),
                        depth < 8 || isIndexed ? 0 : PictureCheck.BLACK);
        long bits = (long) depth * channels;
        if (piece[12] == 0) {
            expect(height, (width * bits + 7) / 8);
            return;
        }
        for (int[] pass : PASSES) {
            long columns = (width - pass[0] + pass[2] - 1) / pass[2];
            long rows = (height - pass[1] + pass[3] - 1) / pass[3];
            if (columns > 0 && rows > 0) {
                expect(rows, (columns * bits + 7) / 8);
            }
        }
    }

    private void expect(long rows, long rowBytes) {
        expected += rows * (1 + rowBytes);
        colours.passes.add(new long[] {1 + rowBytes, rows});
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
            digest.update(plain, 0, got);
            colours.look(plain, got);
        }
        if (inflater.needsDictionary() || inflated > expected) {
            throw new BadPicture("has damaged picture data");
        }
    }
}
