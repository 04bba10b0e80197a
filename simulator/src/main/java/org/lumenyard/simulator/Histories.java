package org.lumenyard.simulator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Many histories of one profile, side by side, each worker with a store of its own. */
public final class Histories {
    /**
     * A history that broke a promise.
     *
     * @param story the promise, and what happened before
     */
    public record Broken(long seed, String story) {}

    /**
     * What the histories came to.
     *
     * @param works how many processes worked in them
     * @param faults how many faults struck in them, by kind; not those of histories that broke a
     *     promise
     * @param broken by seed
     */
    public record Outcome(
            Profile profile,
            long histories,
            long commits,
            long works,
            SortedMap<String, Long> faults,
            List<Broken> broken) {
        /** How many faults struck, of all kinds. */
        public long strikes() {
            return faults.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private final Profile profile;
    private final long from;
    private final long count;
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong lived = new AtomicLong();
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong works = new AtomicLong();
    private final SortedMap<String, Long> faults = new ConcurrentSkipListMap<>();
    private final List<Broken> broken = new ArrayList<>();

    /** The seeds from {@code from} on, so many. */
    public Histories(Profile profile, long from, long count) {
        this.profile = profile;
        this.from = from;
        this.count = count;
    }

    /**
     * Lives them all, on all processors.
     *
     * @param progress is told how many have been lived; by several threads
     */
    public Outcome run(LongConsumer progress) throws IOException, InterruptedException {
        int workers = (int) Math.clamp(Runtime.getRuntime().availableProcessors(), 1, count);
        try (var threads = Executors.newFixedThreadPool(workers)) {
            var parts = new ArrayList<Future<?>>();
            for (int i = 0; i < workers; i++) parts.add(threads.submit(() -> work(progress)));
            for (Future<?> part : parts) await(part);
        }
        broken.sort(Comparator.comparingLong(Broken::seed));
        return new Outcome(profile, lived.get(), commits.get(), works.get(), faults, broken);
    }

    private static void await(Future<?> part) throws IOException, InterruptedException {
        try {
            part.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException noStore) throw noStore;
            throw new IllegalStateException("a history could not be lived to its end", e);
        }
    }

    private Void work(LongConsumer progress) throws IOException {
        try (var simulation = new Simulation()) {
            for (long at = next.getAndIncrement(); at < count; at = next.getAndIncrement()) {
                live(simulation, from + at);
                progress.accept(lived.incrementAndGet());
            }
        }
        return null;
    }

    private void live(Simulation simulation, long seed) {
        try {
            Simulation.Result result = simulation.run(profile, seed);
            commits.addAndGet(result.commits());
            works.addAndGet(result.works());
            result.faults().forEach((kind, struck) -> faults.merge(kind, struck, Long::sum));
        } catch (BrokenPromise e) {
            broken(seed, String.valueOf(e.getMessage()));
        }
    }

    private synchronized void broken(long seed, String story) {
        broken.add(new Broken(seed, story));
    }
}
