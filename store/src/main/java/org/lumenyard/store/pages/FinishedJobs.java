package org.lumenyard.store.pages;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.JobState;

/**
 * How many jobs are finished, by state. There may be years of them, so they are counted anew only
 * after a batch that finished a job, took one up again, deleted or archived one; what is told is
 * always exact.
 */
public final class FinishedJobs {
    private static final long ANY_MOMENT = Long.MAX_VALUE;

    private record Counted(long revision, Map<JobState, Long> jobs) {}

    /** The latest batch that may have changed them. */
    private final AtomicLong changedWith = new AtomicLong(ANY_MOMENT);

    private volatile @Nullable Counted last;

    /** From here on nobody else writes, and {@link #changing} is told. */
    public void begin(long revision) {
        last = null;
        changedWith.set(revision);
    }

    /** From here on others may write: every time is counted anew. */
    public void end() {
        changedWith.set(ANY_MOMENT);
    }

    /** A batch is about to be stored that may change them; said before anybody can read it. */
    public void changing(long revision) {
        changedWith.accumulateAndGet(revision, Math::max);
    }

    /**
     * The numbers as of a revision.
     *
     * @param count counts them in the database, as of that revision
     */
    Map<JobState, Long> at(long revision, Supplier<Map<JobState, Long>> count) {
        Counted known = last;
        if (known != null && changedWith.get() <= Math.min(known.revision(), revision))
            return known.jobs();
        Map<JobState, Long> jobs = count.get();
        if (known == null || known.revision() < revision) last = new Counted(revision, jobs);
        return jobs;
    }
}
