package org.lumenyard.openjd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The chunks of a range expression whose chunks may not have gaps: each gap-free stretch is cut on
 * its own. A stretch of lone values ({@code 1-99:2}) is kept as one piece, however long.
 */
final class ContiguousChunks {
    /** Values without gaps when the step is 1; otherwise values of which each is a chunk. */
    private record Piece(IntRange values, ChunkCut cut) {}

    private final List<Piece> pieces;

    /** The index of each piece's first chunk, and at the end the number of chunks. */
    private final long[] starts;

    ContiguousChunks(RangeExpression range, long chunkSize) {
        pieces = stretches(range).stream().map(values -> piece(values, chunkSize)).toList();
        starts = new long[pieces.size() + 1];
        for (int i = 0; i < pieces.size(); i++)
            starts[i + 1] = starts[i] + pieces.get(i).cut().chunks();
    }

    private static Piece piece(IntRange values, long chunkSize) {
        return new Piece(values, ChunkCut.of(values.count(), values.step() == 1 ? chunkSize : 1));
    }

    /** A stepped range may touch its neighbours with its ends; those values belong to them. */
    private static List<IntRange> stretches(RangeExpression range) {
        var stretches = new ArrayList<IntRange>();
        for (IntRange values : range.ranges()) {
            if (values.step() == 1) {
                append(stretches, values);
            } else {
                append(stretches, IntRange.of(values.first()));
                stretches.add(rest(values.get(1), values.last(), values.step()));
            }
        }
        return stretches;
    }

    private static void append(List<IntRange> stretches, IntRange dense) {
        if (stretches.isEmpty() || stretches.getLast().last() + 1 != dense.first()) {
            stretches.add(dense);
            return;
        }
        IntRange before = stretches.removeLast();
        if (before.step() == 1) {
            stretches.add(new IntRange(before.first(), dense.last(), 1));
        } else {
            stretches.add(rest(before.first(), before.last() - before.step(), before.step()));
            stretches.add(new IntRange(before.last(), dense.last(), 1));
        }
    }

    private static IntRange rest(long first, long last, long step) {
        return first == last ? IntRange.of(first) : new IntRange(first, last, step);
    }

    long size() {
        return starts[pieces.size()];
    }

    String get(long index) {
        int found = Arrays.binarySearch(starts, index);
        int at = found >= 0 ? found : -found - 2;
        Piece piece = pieces.get(at);
        long chunk = index - starts[at];
        long first = piece.values().get(piece.cut().startSpread(chunk));
        long last = piece.values().get(piece.cut().startSpread(chunk + 1) - 1);
        return first + "-" + last;
    }
}
