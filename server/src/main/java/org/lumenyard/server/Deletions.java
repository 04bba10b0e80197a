package org.lumenyard.server;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.lumenyard.core.JobId;
import org.lumenyard.core.RunId;
import org.lumenyard.server.bulk.Logs;
import org.lumenyard.server.bulk.Thumbnails;
import org.lumenyard.store.Leftovers;
import org.lumenyard.store.StoreFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what deleted jobs have left, in slices on a thread of its own. After each slice it rests
 * for as long as that took, so that the farm has the store for at least half of the time. What it
 * does not come to is found again at the next start.
 */
final class Deletions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Deletions.class);
    private static final long TRY_AGAIN_SECONDS = 30;

    private final Leftovers leftovers;
    private final Logs logs;
    private final Thumbnails thumbnails;
    private final LinkedBlockingQueue<JobId> waiting = new LinkedBlockingQueue<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("deletions").unstarted(this::run);

    Deletions(Leftovers leftovers, Logs logs, Thumbnails thumbnails) {
        this.leftovers = leftovers;
        this.logs = logs;
        this.thumbnails = thumbnails;
    }

    void begin() {
        thread.start();
    }

    /** The job was deleted, and that is stored. */
    void add(JobId job) {
        waiting.add(job);
    }

    private void run() {
        boolean lookForMore = true;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                if (lookForMore) {
                    List<JobId> found = leftovers.jobs();
                    for (JobId job : found) {
                        remove(job);
                    }
                    lookForMore = !found.isEmpty();
                } else {
                    remove(waiting.take());
                }
            } catch (StoreFailure | IOException e) {
                LOG.info("deleted jobs are tidied away later: {}", e.getMessage());
                lookForMore = true;
                rest(TimeUnit.SECONDS.toNanos(TRY_AGAIN_SECONDS));
            } catch (InterruptedException over) {
                return;
            }
        }
    }

    private void remove(JobId job) throws IOException, InterruptedException {
        for (List<RunId> runs = leftovers.runs(job); !runs.isEmpty(); runs = leftovers.runs(job)) {
            for (RunId run : runs) {
                logs.remove(job, run);
                thumbnails.remove(run);
            }
            RunId last = runs.getLast();
            slice(() -> {
                leftovers.removeRuns(job, last);
                return true;
            });
        }
        logs.remove(job);
        while (!slice(() -> leftovers.removeRest(job))) {
            LOG.trace("job {} still has rows", job);
        }
        LOG.debug("job {} is removed", job);
    }

    private interface Slice {
        boolean remove();
    }

    private static boolean slice(Slice slice) throws InterruptedException {
        long began = System.nanoTime();
        boolean last = slice.remove();
        TimeUnit.NANOSECONDS.sleep(System.nanoTime() - began);
        return last;
    }

    private static void rest(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
