package org.lumenyard.server.loop;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.lumenyard.store.Reign;
import org.lumenyard.store.Store;
import org.lumenyard.store.StoreFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this server may still speak for the farm. Where another server could begin a reign
 * unseen, a promise to an agent may only be given while the reign was seen to stand a short time
 * ago: who takes over waits for that long before it gives anything away.
 */
public final class ReignWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReignWatch.class);
    private static final int LOOKS = 5;

    private final Store store;
    private final LongSupplier boot;
    private final Thread thread;
    private volatile @Nullable FarmLoop loop;
    private volatile @Nullable Seen seen;
    private volatile @Nullable Reign reign;

    /** A reign, and the moment at which it stood. */
    private record Seen(Reign reign, long at) {}

    /**
     * @param boot milliseconds that go on while the machine sleeps
     */
    public ReignWatch(Store store, LongSupplier boot) {
        this.store = store;
        this.boot = boot;
        thread = Thread.ofPlatform().daemon().name("reign-watch").unstarted(this::watch);
    }

    /** Begins to look, where there is anything to be seen; doubts are told to {@code to}. */
    public void start(FarmLoop to) {
        loop = to;
        if (!trust().isZero()) {
            thread.start();
        }
    }

    /** How long a reign is trusted after it was last seen to stand. */
    public Duration trust() {
        return store.trust();
    }

    /** A reign has begun; told by the loop. */
    public void began(Reign begun) {
        reign = begun;
        look(begun);
    }

    /** Whether the present reign may be promised on. */
    public boolean isTrusted() {
        long trust = trust().toMillis();
        Seen last = seen;
        return trust == 0
                || last != null
                        && last.reign().equals(reign)
                        && boot.getAsLong() - last.at() < trust;
    }

    private void watch() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(trust().toMillis() / LOOKS);
                Reign now = reign;
                if (now != null && !look(now)) {
                    doubt();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("nobody reigns any more");
        }
    }

    /** The moment is taken before the question: the answer may be old when it arrives. */
    private boolean look(Reign at) {
        long asked = boot.getAsLong();
        try {
            boolean stands = store.stands(at.term());
            seen = stands ? new Seen(at, asked) : null;
            return stands;
        } catch (StoreFailure e) {
            LOG.debug("the reign could not be seen: {}", e.getMessage());
            return false;
        }
    }

    private void doubt() {
        FarmLoop told = loop;
        if (told != null) {
            told.doubt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
