package org.lumenyard.launcher.bench;

import java.util.List;
import java.util.function.Function;

/** What repeated measurements came to: the one in the middle, the lowest and the highest. */
record Spread(double median, double lowest, double highest) {
    /** Of one value of each of at least one measurement. */
    static <T> Spread of(List<T> measured, Function<T, Double> value) {
        return of(measured.stream().map(value).toList());
    }

    /** Of at least one measurement. */
    static Spread of(List<Double> measured) {
        List<Double> sorted = measured.stream().sorted().toList();
        return new Spread(sorted.get(sorted.size() / 2), sorted.getFirst(), sorted.getLast());
    }
}
