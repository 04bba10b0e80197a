package org.lumenyard.openjd;

import java.math.BigInteger;

/**
 * Cuts a number of values into chunks of nearly the wanted size: as few chunks as that size allows,
 * none larger than it, sizes differing by one at most. The rule is that of the reference
 * implementation of {@code TASK_CHUNKING}; plans depend on it, so it never changes.
 *
 * @param values how many values there are, at least 1
 * @param chunks how many chunks they make
 */
record ChunkCut(long values, long chunks) {
    static ChunkCut of(long values, long chunkSize) {
        return new ChunkCut(values, values / chunkSize + (values % chunkSize == 0 ? 0 : 1));
    }

    private long smaller() {
        return values / chunks;
    }

    private long larger() {
        return values % chunks;
    }

    /** The first value's index of a chunk, where the larger chunks are spread evenly. */
    long startSpread(long chunk) {
        if (larger() == 0) return chunk * smaller();
        BigInteger before = BigInteger.valueOf(chunk).multiply(BigInteger.valueOf(larger()));
        BigInteger[] whole = before.divideAndRemainder(BigInteger.valueOf(chunks));
        return chunk * smaller() + whole[0].longValueExact() + whole[1].signum();
    }

    /** The first value's index of a chunk, where the larger chunks come first. */
    long startLeading(long chunk) {
        return chunk * smaller() + Math.min(chunk, larger());
    }
}
