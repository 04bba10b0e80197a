package org.lumenyard.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Stores batch after batch, and goes on by itself after each fault, as a server does. */
final class Writer implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Store store;
    private final Thread thread = Thread.ofPlatform().unstarted(this::write);
    private volatile long acknowledged;
    private volatile int faults;
    private volatile boolean ending;
    private volatile String lineage = "";
    private volatile @Nullable Throwable failure;

    Writer(Place place) throws IOException {
        store = Store.open(place, Frames::read);
        thread.start();
    }

    private void write() {
        try {
            while (!ending) reign();
        } catch (Throwable e) {
            failure = e;
        }
    }

    private void reign() {
        try {
            Reign reign = store.takeOver();
            lineage = reign.lineage();
            long revision = reign.revision();
            assertThat(revision).isBetween(acknowledged, acknowledged + 1);
            Ledger.assertHolds(store, revision);
            acknowledged = revision;
            while (!ending) {
                store.commit(Ledger.batch(acknowledged + 1));
                acknowledged++;
            }
        } catch (StorageUnavailable | ReignOver e) {
            faults++;
        }
    }

    /** The last revision that was stored for certain. */
    long acknowledged() {
        return acknowledged;
    }

    /** How many reigns have ended under it. */
    int faults() {
        return faults;
    }

    String lineage() {
        return lineage;
    }

    /** Waits until it has stored so many more. */
    void awaitMore(int batches) throws InterruptedException {
        long until = acknowledged + batches;
        long begun = System.nanoTime();
        while (acknowledged < until && failure == null) {
            assertThat(System.nanoTime() - begun).isLessThan(PATIENCE_NANOS);
            Thread.sleep(1);
        }
        assertThat(failure).isNull();
    }

    @Override
    public void close() throws IOException {
        ending = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertThat(failure).isNull();
        store.takeOver();
        Ledger.assertHolds(store, acknowledged);
        store.close();
    }
}
