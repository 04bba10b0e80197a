package org.lumenyard.server.live;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.JobId;
import org.lumenyard.core.NodeId;
import org.lumenyard.core.RunId;

/**
 * What one client has yet to be told. However far behind it is, this holds each key once, and
 * beyond a bound only that everything is to be read again.
 */
public final class Follower {
    static final int MOST_KEYS = 1_000;

    /** What is to be told. */
    public sealed interface News {
        /** Read these again, and the farm's own figures; without keys only those. */
        record Changed(long revision, Keys keys) implements News {}

        /** Too much has changed: read everything again. */
        record Reset(long revision) implements News {}

        record Telemetry(long revision, List<Progress> runs) implements News {}

        /** Nothing for a while. */
        record Silence() implements News {}

        /** The server ends. */
        record Over() implements News {}
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final Set<JobId> jobs = new HashSet<>();
    private final Set<NodeId> nodes = new HashSet<>();
    private final Map<RunId, Progress> progress = new HashMap<>();
    private long revision;
    private boolean reset;
    private boolean farm;
    private boolean over;

    Follower(long revision) {
        this.revision = revision;
    }

    void changed(long at, Keys keys) {
        locked(() -> {
            revision = at;
            jobs.addAll(keys.jobs());
            nodes.addAll(keys.nodes());
            if (jobs.size() + nodes.size() > MOST_KEYS) {
                reset = true;
            }
        });
    }

    void farmChanged() {
        locked(() -> farm = true);
    }

    void progressed(Collection<Progress> runs) {
        locked(() -> runs.forEach(run -> progress.put(run.run().id(), run)));
    }

    void reset(long at) {
        locked(() -> {
            revision = at;
            reset = true;
        });
    }

    void end() {
        locked(() -> over = true);
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes what is to be told next, waiting for it.
     *
     * @param patienceMillis after this long without news, {@link News.Silence}
     */
    public News next(long patienceMillis) throws InterruptedException {
        lock.lock();
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(patienceMillis);
            for (News found = take(); ; found = take()) {
                if (found != null) {
                    return found;
                }
                if (nanos <= 0) {
                    return new News.Silence();
                }
                nanos = news.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable News take() {
        if (over) {
            return new News.Over();
        }
        if (reset) {
            reset = false;
            clear();
            return new News.Reset(revision);
        }
        if (farm || !jobs.isEmpty() || !nodes.isEmpty()) {
            farm = false;
            var keys = new Keys(Set.copyOf(jobs), Set.copyOf(nodes));
            jobs.clear();
            nodes.clear();
            return new News.Changed(revision, keys);
        }
        if (!progress.isEmpty()) {
            var runs = List.copyOf(progress.values());
            progress.clear();
            return new News.Telemetry(revision, runs);
        }
        return null;
    }

    private void clear() {
        jobs.clear();
        nodes.clear();
        progress.clear();
    }
}
