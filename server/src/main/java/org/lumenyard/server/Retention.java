package org.lumenyard.server;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.lumenyard.core.Archiving;
import org.lumenyard.core.Command;
import org.lumenyard.core.JobId;
import org.lumenyard.core.Reply;
import org.lumenyard.server.bulk.Logs;
import org.lumenyard.server.loop.Answer;
import org.lumenyard.server.loop.FarmLoop;
import org.lumenyard.store.Store;
import org.lumenyard.store.StoreFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the farm deletes or puts away by itself, as its settings say. In small numbers, each
 * answered before the next: people's orders come between.
 */
final class Retention {
    private static final String BY = "farm";
    private static final int SOME = 100;
    private static final long LOOK_AGAIN_MILLIS = 50;
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private final Keeping keeping;
    private final Store store;
    private final FarmLoop loop;
    private final Logs logs;
    private final SlicedWork slices;
    private final List<Path> folders;

    /**
     * @param folders what lies beside the database and belongs to jobs
     */
    Retention(
            Keeping keeping,
            Store store,
            FarmLoop loop,
            Logs logs,
            SlicedWork slices,
            List<Path> folders) {
        this.keeping = keeping;
        this.store = store;
        this.loop = loop;
        this.logs = logs;
        this.slices = slices;
        this.folders = folders;
    }

    /** Does what is due now. */
    void look() {
        try {
            Duration jobsFor = keeping.jobsFor();
            Duration logsFor = keeping.logsFor();
            Duration archiveAfter = keeping.archiveAfter();
            Long atMost = keeping.atMost();
            if (jobsFor != null) deleteOldJobs(jobsFor);
            if (logsFor != null) dropOldLogs(logsFor);
            if (archiveAfter != null) archiveOldJobs(archiveAfter);
            if (atMost != null) keepAtMost(atMost);
        } catch (IOException | StoreFailure e) {
            LOG.warn("what is over is looked through another time: {}", e.getMessage());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Finished {
        List<JobId> before(long moment, int most);
    }

    private void deleteOldJobs(Duration keepFor) {
        all(
                keepFor,
                store.pages().jobs()::finishedBefore,
                job -> isDone(new Command.Delete(job, BY)),
                "deleted (server.keepFor)");
    }

    private void archiveOldJobs(Duration after) {
        all(
                after,
                store.pages().jobs()::archivableBefore,
                job -> isDone(new Command.Archive(job, Archiving.NONE, BY)),
                "archived (server.archiveAfter)");
    }

    private void dropOldLogs(Duration keepFor) {
        all(
                keepFor,
                store.pages().jobs()::withLogsBefore,
                this::dropLogs,
                "left without their logs (server.keepLogsFor)");
    }

    /** First the files, so that none is left when this ends between the two. */
    private boolean dropLogs(JobId job) {
        try {
            logs.remove(job);
            return isDone(new Command.DropLogs(job));
        } catch (IOException e) {
            LOG.warn("logs of job {} are removed another time: {}", job, e.getMessage());
            return false;
        }
    }

    /** One to which it cannot be done now, such as a job that is just being retried, is left. */
    private void all(Duration age, Finished finished, Predicate<JobId> deed, String what) {
        long before = System.currentTimeMillis() - age.toMillis();
        while (loop.trouble().isEmpty()) {
            List<JobId> some = finished.before(before, SOME);
            long done = some.stream().filter(deed).count();
            if (done == 0) return;
            LOG.info("{} jobs that finished more than {} ago are {}", done, age, what);
        }
    }

    private boolean isDone(Command command) {
        Answer answer = loop.ask(command).join();
        return answer instanceof Answer.Replied replied && replied.reply() instanceof Reply.Done;
    }

    // By size

    /** Files are measured once: what goes meanwhile is counted as it goes. */
    private void keepAtMost(long most) throws IOException, InterruptedException {
        long removed = slices.removedBytes();
        long files = 0;
        for (Path folder : folders) files += bytes(folder);
        while (loop.trouble().isEmpty()) {
            long now = store.bytes() + files - (slices.removedBytes() - removed);
            if (now <= most) return;
            List<JobId> oldest = store.pages().jobs().finishedBefore(Long.MAX_VALUE, 1);
            if (oldest.isEmpty()) {
                LOG.warn(
                        "The farm takes {} bytes, more than the {} of server.keepAtMost, and no finished job is left to delete: raise it.",
                        now,
                        most);
                return;
            }
            JobId job = oldest.getFirst();
            if (!isDone(new Command.Delete(job, BY))) return;
            LOG.warn(
                    "Job {} is deleted: the farm takes {} bytes, more than the {} of server.keepAtMost.",
                    Long.toString(job.value(), 36),
                    now,
                    most);
            awaitRemoved(job);
        }
    }

    private void awaitRemoved(JobId job) throws InterruptedException {
        while (store.leftovers().isOf(job)) Thread.sleep(LOOK_AGAIN_MILLIS);
    }

    private static long bytes(Path folder) throws IOException {
        var sum = new long[1];
        if (Files.notExists(folder)) return 0;
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        sum[0] += attributes.size();
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException vanished) {
                        return FileVisitResult.CONTINUE;
                    }
                });
        return sum[0];
    }
}
