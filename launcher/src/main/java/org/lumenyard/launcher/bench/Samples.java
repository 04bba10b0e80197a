package org.lumenyard.launcher.bench;

import java.util.Arrays;

/** Measured values, of which quantiles are asked. Not thread-safe. */
final class Samples {
    private long[] values = new long[1_024];
    private int size;

    void add(long value) {
        if (size == values.length) values = Arrays.copyOf(values, 2 * size);
        values[size++] = value;
    }

    int size() {
        return size;
    }

    void addAll(Samples others) {
        for (int i = 0; i < others.size; i++) add(others.values[i]);
    }

    /**
     * The value that this part of all is not above.
     *
     * @param part from 0 to 1
     * @return 0 when nothing was measured
     */
    long quantile(double part) {
        if (size == 0) return 0;
        long[] sorted = Arrays.copyOf(values, size);
        Arrays.sort(sorted);
        return sorted[(int) Math.min(size - 1L, Math.round(part * (size - 1)))];
    }
}
