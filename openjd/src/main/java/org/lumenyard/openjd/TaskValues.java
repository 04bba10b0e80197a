package org.lumenyard.openjd;

import java.util.List;

/** The values that one task parameter goes through, in order, each as the text a task sees. */
sealed interface TaskValues {
    /** How many, at least 1. */
    long size();

    /** The value at an index from 0. */
    String get(long index);

    /** Integers as an expression names them. */
    record Ranged(RangeExpression range) implements TaskValues {
        @Override
        public long size() {
            return range.size();
        }

        @Override
        public String get(long index) {
            return Long.toString(range.get(index));
        }
    }

    /** Values one by one, in the order of the template. */
    record Listed(List<String> values) implements TaskValues {
        public Listed {
            values = List.copyOf(values);
        }

        @Override
        public long size() {
            return values.size();
        }

        @Override
        public String get(long index) {
            return values.get(Math.toIntExact(index));
        }
    }

    /** Chunks that may have gaps, each a range expression. */
    record Parted(RangeExpression range, long chunkSize, ChunkCut cut) implements TaskValues {
        Parted(RangeExpression range, long chunkSize) {
            this(range, chunkSize, ChunkCut.of(range.size(), chunkSize));
        }

        @Override
        public long size() {
            return cut.chunks();
        }

        @Override
        public String get(long index) {
            return range.slice(cut.startLeading(index), cut.startLeading(index + 1)).toString();
        }
    }

    /** Chunks without gaps, each written {@code a-b}, also {@code 5-5}. */
    record Contiguous(RangeExpression range, long chunkSize, ContiguousChunks chunks)
            implements TaskValues {
        Contiguous(RangeExpression range, long chunkSize) {
            this(range, chunkSize, new ContiguousChunks(range, chunkSize));
        }

        @Override
        public long size() {
            return chunks.size();
        }

        @Override
        public String get(long index) {
            return chunks.get(index);
        }
    }
}
