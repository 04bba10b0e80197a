package org.lumenyard.store.pages;

import java.util.ArrayList;
import java.util.List;
import org.lumenyard.core.Counts;
import org.lumenyard.core.StepId;
import org.lumenyard.core.TaskSpace;
import org.lumenyard.core.TaskState;

/**
 * Makes a strip of tasks that come in index order. Tasks that are left out wait. It counts runs of
 * equal states as long as they are few enough to be shown, and bins beside that.
 */
final class StripMaker {
    private static final int MOST_RUNS = 2_000;
    private static final int BINS_OF_CHOICE = 1_000;

    private record Stretch(long from, long to, TaskState state) {}

    private final long size;
    private final boolean exact;
    private final long[][] bins;
    private final List<Stretch> runs = new ArrayList<>();
    private long next;

    /**
     * @param bins how many are asked for; 0 for runs of equal states, as long as they are few
     */
    StripMaker(long size, int bins) {
        this.size = size;
        this.exact = bins == 0;
        int count = (int) Math.min(size, exact ? BINS_OF_CHOICE : Math.min(bins, MOST_RUNS));
        this.bins = new long[count][TaskState.values().length];
    }

    void add(long index, TaskState state) {
        if (index > next) run(next, index - 1, TaskState.WAITING);
        run(index, index, state);
        next = index + 1;
        bins[(int) (index * bins.length / size)][state.ordinal()]++;
    }

    /** Instead of adding tasks one by one: all are in this state. */
    void fill(TaskState state) {
        run(0, size - 1, state);
        next = size;
        for (int bin = 0; bin < bins.length; bin++) {
            bins[bin][state.ordinal()] = first(bin + 1) - first(bin);
        }
    }

    /** The first task of a bin; of the bin after the last, the number of tasks. */
    private long first(int bin) {
        return Math.ceilDiv(bin * size, bins.length);
    }

    /** Runs that are too many to be shown need not be complete. */
    private void run(long from, long to, TaskState state) {
        boolean longer = !runs.isEmpty() && runs.getLast().state() == state;
        if (longer) runs.set(runs.size() - 1, new Stretch(runs.getLast().from(), to, state));
        else if (runs.size() <= MOST_RUNS) runs.add(new Stretch(from, to, state));
    }

    Strip strip(StepId step, TaskSpace space) {
        if (next < size) run(next, size - 1, TaskState.WAITING);
        boolean binned = !exact || runs.size() > MOST_RUNS;
        return new Strip(step, size, binned, binned ? bins(space) : runs(space));
    }

    private List<Strip.Stretch> runs(TaskSpace space) {
        return runs.stream()
                .map(run -> {
                    var counts = new long[TaskState.values().length];
                    counts[run.state().ordinal()] = run.to() - run.from() + 1;
                    return stretch(run.from(), run.to(), counts, space);
                })
                .toList();
    }

    private List<Strip.Stretch> bins(TaskSpace space) {
        var stretches = new ArrayList<Strip.Stretch>(bins.length);
        for (int bin = 0; bin < bins.length; bin++) {
            long[] counts = bins[bin];
            long from = first(bin);
            long to = first(bin + 1) - 1;
            long known = 0;
            for (long count : counts) known += count;
            counts[TaskState.WAITING.ordinal()] += to - from + 1 - known;
            stretches.add(stretch(from, to, counts, space));
        }
        return stretches;
    }

    private static Strip.Stretch stretch(long from, long to, long[] counts, TaskSpace space) {
        return new Strip.Stretch(
                from,
                to,
                space.label(from),
                space.label(to),
                new Counts(
                        counts[TaskState.WAITING.ordinal()],
                        counts[TaskState.RUNNING.ordinal()],
                        counts[TaskState.DONE.ordinal()],
                        counts[TaskState.FAILED.ordinal()]));
    }
}
