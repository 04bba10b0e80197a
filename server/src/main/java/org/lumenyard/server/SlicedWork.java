package org.lumenyard.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Archiving;
import org.lumenyard.core.Command;
import org.lumenyard.core.JobId;
import org.lumenyard.core.Reply;
import org.lumenyard.core.RunId;
import org.lumenyard.server.bulk.ArchiveFolder;
import org.lumenyard.server.bulk.Logs;
import org.lumenyard.server.bulk.Thumbnails;
import org.lumenyard.server.loop.Answer;
import org.lumenyard.server.loop.FarmLoop;
import org.lumenyard.store.Archives;
import org.lumenyard.store.Leftovers;
import org.lumenyard.store.Store;
import org.lumenyard.store.StoreFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is to be done with finished jobs of any size, in slices on a thread of its own: what deleted
 * ones have left is removed, rows go into archives and come back. After each slice it rests for as
 * long as that took, so that the farm has the store for at least half of the time. What is to be
 * done stands in the jobs' rows: what it does not come to is found again at the next start.
 */
final class SlicedWork implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SlicedWork.class);
    private static final long TRY_AGAIN_SECONDS = 30;
    private static final Duration REIGN_PATIENCE = Duration.ofSeconds(30);

    private final Leftovers leftovers;
    private final Archives archives;
    private final ArchiveFolder folder;
    private final Logs logs;
    private final Thumbnails thumbnails;
    private final LinkedBlockingQueue<JobId> waiting = new LinkedBlockingQueue<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("sliced-work").unstarted(this::run);
    private final AtomicLong removedBytes = new AtomicLong();
    private final AtomicLong slices = new AtomicLong();
    private @Nullable FarmLoop loop;

    SlicedWork(Store store, ArchiveFolder folder, Logs logs, Thumbnails thumbnails) {
        this.leftovers = store.leftovers();
        this.archives = store.archives();
        this.folder = folder;
        this.logs = logs;
        this.thumbnails = thumbnails;
    }

    void begin(FarmLoop farmLoop) {
        loop = farmLoop;
        thread.start();
    }

    /** Something is to be done with the job, and that is stored. */
    void add(JobId job) {
        waiting.add(job);
    }

    /** Bytes of all files of deleted jobs that were removed since the start. */
    long removedBytes() {
        return removedBytes.get();
    }

    /** Slices done since the start. */
    long slices() {
        return slices.get();
    }

    private void run() {
        try {
            loop().awaitReign(REIGN_PATIENCE);
            boolean allDone = lookForAll();
            while (true) {
                @Nullable JobId next =
                        allDone
                                ? waiting.take()
                                : waiting.poll(TRY_AGAIN_SECONDS, TimeUnit.SECONDS);
                allDone = next == null ? lookForAll() : attempt(next) && allDone;
            }
        } catch (InterruptedException over) {
            LOG.debug("what is left is done after the next start");
        }
    }

    /** Whether nothing is left to be done. */
    private boolean lookForAll() throws InterruptedException {
        try {
            boolean done = true;
            for (JobId job : leftovers.jobs()) done &= attempt(job);
            for (JobId job : archives.jobs()) done &= attempt(job);
            return done && leftovers.jobs().isEmpty() && archives.jobs().isEmpty();
        } catch (StoreFailure e) {
            LOG.info("finished jobs are looked through later: {}", e.getMessage());
            return false;
        }
    }

    /** Whether it was done: what is wrong with one job keeps nothing from the others. */
    private boolean attempt(JobId job) throws InterruptedException {
        try {
            work(job);
            return true;
        } catch (StoreFailure e) {
            LOG.info("job {} is tidied later: {}", job, e.getMessage());
            return false;
        } catch (IOException | RuntimeException e) {
            LOG.warn("job {} is tried again in a while: {}", job, e.toString());
            return false;
        }
    }

    private void work(JobId job) throws IOException, InterruptedException {
        if (leftovers.isOf(job)) {
            remove(job);
            return;
        }
        Optional<Archiving> now = archives.of(job);
        while (now.isPresent() && now.get().isUnderWay()) {
            if (finish(job, now.get())) done(job, now.get());
            now = archives.of(job);
        }
    }

    // Archives

    /** Whether it came to an end, and nobody wanted something else meanwhile. */
    private boolean finish(JobId job, Archiving wanted) throws IOException, InterruptedException {
        try (var work = archives.begin(job, wanted, folder.file(job))) {
            while (archives.of(job).equals(Optional.of(wanted))) {
                if (slice(work::some)) return true;
            }
            return false;
        }
    }

    private void done(JobId job, Archiving what) throws IOException, InterruptedException {
        try {
            Answer answer = loop().ask(new Command.ArchivingDone(job, what)).get();
            if (answer instanceof Answer.Replied(Reply.Done(), long revision)) {
                LOG.debug("job {} is no longer {}, revision {}", job, what, revision);
            } else {
                throw new IOException("its new state could not be stored: " + answer);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    // Deletions

    private void remove(JobId job) throws IOException, InterruptedException {
        for (List<RunId> runs = leftovers.runs(job); !runs.isEmpty(); runs = leftovers.runs(job)) {
            removeFiles(job, runs);
            RunId last = runs.getLast();
            slice(() -> {
                leftovers.removeRuns(job, last);
                return true;
            });
        }
        removeArchive(job);
        removedBytes.addAndGet(logs.remove(job));
        boolean nothingLeft = false;
        while (!nothingLeft) {
            nothingLeft = slice(() -> leftovers.removeRest(job));
        }
        LOG.debug("job {} is removed", job);
    }

    private void removeFiles(JobId job, List<RunId> runs) throws IOException {
        for (RunId run : runs) {
            logs.remove(job, run);
            removedBytes.addAndGet(thumbnails.remove(run));
        }
    }

    /** An archived job's runs stand in its archive only. */
    private void removeArchive(JobId job) throws IOException {
        Path file = folder.file(job);
        if (folder.has(job)) {
            try (var source = archives.open(file)) {
                for (var runs = source.runs(); runs.isPresent(); runs = source.runs()) {
                    removeFiles(job, runs.get());
                }
            } catch (IOException e) {
                LOG.warn("small pictures of deleted job {} may be left: {}", job, e.getMessage());
            }
        }
        removedBytes.addAndGet(folder.remove(job));
    }

    private FarmLoop loop() {
        if (loop == null) throw new IllegalStateException("not begun");
        return loop;
    }

    private interface Slice {
        boolean some() throws IOException;
    }

    private boolean slice(Slice slice) throws IOException, InterruptedException {
        long began = System.nanoTime();
        boolean last = slice.some();
        slices.incrementAndGet();
        TimeUnit.NANOSECONDS.sleep(System.nanoTime() - began);
        return last;
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
