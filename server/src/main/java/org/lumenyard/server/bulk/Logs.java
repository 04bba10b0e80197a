package org.lumenyard.server.bulk;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lumenyard.core.JobId;
import org.lumenyard.core.RunId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs' logs. One that grows has a file of its own, its {@link Spool}; when it is closed, a
 * thread puts it into its job's {@link Segment}, together with what else was closed meanwhile. Its
 * own file goes once the segment has it on disk.
 */
public final class Logs implements AutoCloseable {
    private static final int LOCKS = 64;
    private static final int MOST_AT_ONCE = 256;
    private static final long TRY_AGAIN_SECONDS = 30;
    private static final Logger LOG = LoggerFactory.getLogger(Logs.class);
    private static final Part NONE = new Part(new byte[0], 0, 0, false);

    /** What became of an upload. */
    public sealed interface Kept {
        /** All of it is here now, {@code size} bytes in all. */
        record Whole(long size) implements Kept {}

        /** What lies between is missing: send from {@code expected}. */
        record Gap(long expected) implements Kept {}
    }

    /**
     * A part of a log.
     *
     * @param offset where it begins in the whole
     * @param size of the whole, as of now
     * @param complete whether nothing will be added
     */
    public record Part(byte[] bytes, long offset, long size, boolean complete) {}

    private record Closed(JobId job, RunId run) {}

    private static final class Turnstile {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition grown = lock.newCondition();
    }

    private final Path live;
    private final Path segments;
    private final FormerLogs former;
    private final Spool.Bounds most;
    private final Turnstile[] turnstiles = new Turnstile[LOCKS];
    private final ReentrantLock[] appending = new ReentrantLock[LOCKS];
    private final LinkedBlockingQueue<Closed> closings = new LinkedBlockingQueue<>();
    private final Thread thread = Thread.ofPlatform().daemon().name("logs").unstarted(this::run);
    private volatile boolean over;

    /** Logs under {@code folder} of at most 32 MiB of head and 4 MiB of tail. */
    public Logs(Path folder) throws IOException {
        this(folder, 32L << 20, 4 << 20);
    }

    Logs(Path folder, long mostHead, int mostTail) throws IOException {
        this.live = folder.resolve("live");
        this.segments = folder.resolve("jobs");
        this.former = new FormerLogs(folder);
        this.most = new Spool.Bounds(mostHead, mostTail);
        for (int i = 0; i < LOCKS; i++) {
            turnstiles[i] = new Turnstile();
            appending[i] = new ReentrantLock();
        }
        Files.createDirectories(live);
        for (Path file : files(live)) {
            if (file.toString().endsWith(".closed")) {
                closings.add(new Closed(Spool.jobIn(file), Spool.runIn(file)));
            }
        }
    }

    /** From here on closed logs are put into their segments. */
    public void start() {
        thread.start();
    }

    /**
     * Adds a part; sending it twice is as good as once.
     *
     * @param offset where in the whole log the part begins
     * @param last whether the log is complete with this
     */
    public Kept append(JobId job, RunId run, long offset, byte[] bytes, boolean last)
            throws IOException {
        Turnstile turnstile = turnstile(run);
        turnstile.lock.lock();
        try {
            Spool spool = spool(job, run);
            if (isClosed(spool, job, run, offset)) {
                return new Kept.Whole(offset + bytes.length);
            }
            long received = spool.received();
            if (offset > received) {
                return new Kept.Gap(received);
            }
            int known = (int) Math.min(bytes.length, received - offset);
            spool.add(received, harmless(bytes, known));
            if (last) {
                spool.close();
                closings.add(new Closed(job, run));
            }
            turnstile.grown.signalAll();
            return new Kept.Whole(Math.max(received, offset + bytes.length));
        } finally {
            turnstile.lock.unlock();
        }
    }

    /**
     * Whether the log takes no more. A part from the beginning is not looked up in the segment,
     * which costs more the longer the job is; a log that comes a second time in whole is found out
     * when it is put there.
     */
    private boolean isClosed(Spool spool, JobId job, RunId run, long offset) throws IOException {
        return spool.isClosed()
                || (!spool.isGrowing() && offset > 0 && segment(job).find(run).isPresent());
    }

    /** A NUL byte ends text in too many programs; the length stays. */
    private static ByteBuffer harmless(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                bytes[i] = ' ';
            }
        }
        return ByteBuffer.wrap(bytes, from, bytes.length - from);
    }

    /**
     * Reads from {@code offset}, at most {@code atMost} bytes. A run without a log yet has an empty
     * one.
     */
    public Part read(JobId job, RunId run, long offset, int atMost) throws IOException {
        Turnstile turnstile = turnstile(run);
        turnstile.lock.lock();
        try {
            Spool spool = spool(job, run);
            if (spool.isGrowing() || spool.isClosed()) {
                return spool.read(offset, atMost);
            }
        } finally {
            turnstile.lock.unlock();
        }
        return readSegment(job, run, offset, atMost);
    }

    private Part readSegment(JobId job, RunId run, long offset, int atMost) throws IOException {
        try {
            Segment segment = segment(job);
            Optional<Segment.Entry> entry = segment.find(run);
            if (entry.isEmpty()) {
                return NONE;
            }
            long from = Math.min(offset, entry.get().size());
            byte[] bytes = segment.read(entry.get(), from, atMost);
            return new Part(bytes, from, entry.get().size(), true);
        } catch (NoSuchFileException removed) {
            return NONE;
        }
    }

    /** The last {@code lines} lines, at most the last mebibyte. */
    public Part tail(JobId job, RunId run, int lines) throws IOException {
        long size = read(job, run, 0, 0).size();
        Part part = read(job, run, Math.max(0, size - (1 << 20)), 1 << 20);
        byte[] bytes = part.bytes();
        int from = bytes.length;
        for (int found = 0; from > 0; from--) {
            if (bytes[from - 1] == '\n' && from < bytes.length && ++found == lines) {
                break;
            }
        }
        var kept = new ByteArrayOutputStream();
        kept.write(bytes, from, bytes.length - from);
        return new Part(kept.toByteArray(), part.offset() + from, part.size(), part.complete());
    }

    /** Waits until the log may be longer than {@code size}, or closed, or the patience is over. */
    public void awaitGrowth(JobId job, RunId run, long size, Duration patience)
            throws IOException, InterruptedException {
        Turnstile turnstile = turnstile(run);
        turnstile.lock.lock();
        try {
            Spool spool = spool(job, run);
            if (!over && !isClosed(spool, job, run, 1) && spool.size() <= size) {
                // Whoever waits looks again anyway: one waking, true or false, is enough.
                turnstile.grown.awaitNanos(patience.toNanos());
            }
        } finally {
            turnstile.lock.unlock();
        }
    }

    /** The run is over, and nobody may be left to close its log: readers are to look again. */
    public void ended(RunId run) {
        Turnstile turnstile = turnstile(run);
        turnstile.lock.lock();
        try {
            turnstile.grown.signalAll();
        } finally {
            turnstile.lock.unlock();
        }
    }

    // Segments

    private void run() {
        while (!over) {
            try {
                Closed first = closings.poll(1, TimeUnit.SECONDS);
                if (first != null) {
                    settle(first);
                }
            } catch (IOException | RuntimeException e) {
                LOG.warn("closed logs are put together later: {}", e.toString());
                rest();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void rest() {
        for (int i = 0; i < TRY_AGAIN_SECONDS && !over; i++) {
            try {
                TimeUnit.SECONDS.sleep(1);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Puts what is closed into segments, on the calling thread. */
    void settle() throws IOException {
        for (Closed next = closings.poll(); next != null; next = closings.poll()) {
            settle(next);
        }
    }

    private void settle(Closed first) throws IOException {
        var closed = new ArrayList<Closed>();
        closed.add(first);
        closings.drainTo(closed, MOST_AT_ONCE - 1);
        Map<JobId, List<RunId>> runs =
                closed.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Closed::job,
                                        Collectors.mapping(Closed::run, Collectors.toList())));
        try {
            for (var ofJob : runs.entrySet()) {
                settle(ofJob.getKey(), ofJob.getValue());
            }
        } catch (IOException | RuntimeException e) {
            closings.addAll(closed);
            throw e;
        }
    }

    /** What was removed meanwhile is no longer there, and what is settled already neither. */
    private void settle(JobId job, List<RunId> runs) throws IOException {
        ReentrantLock lock = appending(job);
        lock.lock();
        try {
            List<Segment.Log> logs =
                    runs.stream()
                            .distinct()
                            .map(run -> new Segment.Log(run, closed(job, run)))
                            .filter(log -> Files.exists(log.text()))
                            .toList();
            if (logs.isEmpty()) {
                return;
            }
            segment(job).append(logs);
            for (Segment.Log log : logs) {
                new Spool(live, job, log.run(), most).remove();
            }
        } finally {
            lock.unlock();
        }
    }

    private List<RunId> spooled(JobId job) throws IOException {
        return files(live).stream()
                .filter(file -> Spool.isOf(job, file))
                .map(Spool::runIn)
                .distinct()
                .toList();
    }

    /** Removes what is kept of a run that is over, but for what is in its job's segment. */
    public void remove(JobId job, RunId run) throws IOException {
        Turnstile turnstile = turnstile(run);
        turnstile.lock.lock();
        try {
            spool(job, run).remove();
        } finally {
            turnstile.lock.unlock();
        }
    }

    /** Removes all logs of a finished job; says how many bytes its segment had. */
    public long remove(JobId job) throws IOException {
        for (RunId run : spooled(job)) {
            remove(job, run);
        }
        ReentrantLock lock = appending(job);
        lock.lock();
        try {
            return segment(job).remove();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the server ends, and nobody should wait any more. */
    public boolean isOver() {
        return over;
    }

    /** Sends those home who wait for more. */
    @Override
    public void close() {
        over = true;
        for (Turnstile turnstile : turnstiles) {
            turnstile.lock.lock();
            try {
                turnstile.grown.signalAll();
            } finally {
                turnstile.lock.unlock();
            }
        }
    }

    private Turnstile turnstile(RunId run) {
        return turnstiles[(int) (run.value() % LOCKS)];
    }

    private ReentrantLock appending(JobId job) {
        return appending[(int) (job.value() % LOCKS)];
    }

    private Spool spool(JobId job, RunId run) throws IOException {
        var spool = new Spool(live, job, run, most);
        if (former.bring(run, spool) && spool.isClosed()) {
            closings.add(new Closed(job, run));
        }
        return spool;
    }

    private Path closed(JobId job, RunId run) {
        return new Spool(live, job, run, most).closed();
    }

    /** A thousand numbers to a folder: no folder grows without end. */
    Segment segment(JobId job) {
        return new Segment(
                segments.resolve(Long.toString(job.value() / 1000)).resolve(job + ".logs"));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
