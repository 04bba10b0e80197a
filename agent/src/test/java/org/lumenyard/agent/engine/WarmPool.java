package org.lumenyard.agent.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The idle warm processes of a node. A process is in the pool only while nobody uses it; its keys
 * are what the node tells the server that it holds. Thread-safe; never calls out while locked
 * except to order a process's end, which returns at once.
 */
public final class WarmPool implements AutoCloseable {
    /** Starts processes that outlive a run. */
    @FunctionalInterface
    public interface Starter {
        /**
         * Starts one.
         *
         * @throws IOException when it cannot be started
         */
        Running start(WarmKey key, Program program) throws IOException;
    }

    private record Idle(WarmKey key, Running process, long residentMiB, long sinceMillis) {}

    private final Starter starter;
    private final LongSupplier clockMillis;
    private final long idleMillis;
    private final long memoryMiB;
    private final List<Idle> idle = new ArrayList<>();
    private boolean closed;

    /**
     * An empty pool.
     *
     * @param starter starts the processes
     * @param clockMillis a clock in milliseconds that only goes forward
     * @param idleLimit how long a process is kept without work
     * @param memoryMiB how much memory all idle processes may hold together, in MiB; the longest
     *     idle is ended first
     */
    public WarmPool(Starter starter, LongSupplier clockMillis, Duration idleLimit, long memoryMiB) {
        this.starter = starter;
        this.clockMillis = clockMillis;
        this.idleMillis = idleLimit.toMillis();
        this.memoryMiB = memoryMiB;
    }

    /**
     * Takes the idle process of that key, the latest used first, or starts one.
     *
     * @throws IOException when it cannot be started
     */
    public Seat take(WarmKey key, Program program) throws IOException {
        synchronized (this) {
            for (int i = idle.size() - 1; i >= 0; i--) {
                if (idle.get(i).key().equals(key)) {
                    return new Taken(key, idle.remove(i).process(), false);
                }
            }
        }
        return new Taken(key, starter.start(key, program), true);
    }

    /** What is held idle now, the longest idle first. */
    public synchronized List<WarmKey> held() {
        return idle.stream().map(Idle::key).toList();
    }

    /** Ends what has been idle for too long. To be called every few seconds. */
    public synchronized void tidy() {
        long now = clockMillis.getAsLong();
        idle.removeIf(one -> {
            boolean old = now - one.sinceMillis() >= idleMillis;
            if (old) {
                one.process().kill();
            }
            return old;
        });
    }

    /**
     * Ends idle processes, the longest idle first, until the rest holds at most that much, in MiB.
     * For a node that needs the memory.
     */
    public synchronized void shrinkTo(long residentMiB) {
        idle.sort(Comparator.comparingLong(Idle::sinceMillis));
        long sum = idle.stream().mapToLong(Idle::residentMiB).sum();
        while (sum > residentMiB && !idle.isEmpty()) {
            Idle oldest = idle.removeFirst();
            oldest.process().kill();
            sum -= oldest.residentMiB();
        }
    }

    /** Ends every idle process, and from now on every one that is given back. */
    @Override
    public synchronized void close() {
        closed = true;
        shrinkTo(-1);
    }

    private synchronized void giveBack(WarmKey key, Running process, long residentMiB) {
        if (closed) {
            process.kill();
            return;
        }
        idle.add(new Idle(key, process, residentMiB, clockMillis.getAsLong()));
        shrinkTo(memoryMiB);
    }

    private final class Taken implements Seat {
        private final WarmKey key;
        private final Running process;
        private final boolean isNew;
        private boolean settled;

        Taken(WarmKey key, Running process, boolean isNew) {
            this.key = key;
            this.process = process;
            this.isNew = isNew;
        }

        @Override
        public Running process() {
            return process;
        }

        @Override
        public boolean isNew() {
            return isNew;
        }

        @Override
        public void keep(long residentMiB) {
            if (!settled) {
                settled = true;
                giveBack(key, process, residentMiB);
            }
        }

        @Override
        public void close() {
            if (!settled) {
                settled = true;
                process.close();
            }
        }
    }
}
