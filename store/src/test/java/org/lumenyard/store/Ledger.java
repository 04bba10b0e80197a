package org.lumenyard.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.lumenyard.core.Change;
import org.lumenyard.core.FarmImage;
import org.lumenyard.core.JobId;

/**
 * Batches by a rule, so that it can be said of any revision what must be stored: all of the batches
 * up to it, each whole, and nothing of a later one.
 */
final class Ledger {
    private Ledger() {}

    /** The batch of this revision: one to seven jobs with a step each. */
    static Batch batch(long revision) {
        var changes = new ArrayList<Change>();
        long first = jobsBefore(revision);
        for (long job = first; job < first + jobsOf(revision); job++) {
            changes.add(StoreTest.submission(number(job), number(job) + 1));
        }
        return new Batch(revision, nextId(revision), changes);
    }

    /** The store holds what was stored up to this revision, and nothing else. */
    static void assertHolds(Store store, long revision) {
        FarmImage image = store.load();
        List<JobId> jobs =
                LongStream.range(0, jobsBefore(revision + 1))
                        .mapToObj(job -> new JobId(number(job)))
                        .toList();
        assertThat(image.jobs()).extracting(FarmImage.JobImage::id).isEqualTo(jobs);
        assertThat(image.jobs()).allSatisfy(job -> assertThat(job.steps()).hasSize(1));
        assertThat(image.nextId()).isEqualTo(nextId(revision));
    }

    private static long jobsOf(long revision) {
        return 1 + revision % 7;
    }

    private static long jobsBefore(long revision) {
        return LongStream.range(1, revision).map(Ledger::jobsOf).sum();
    }

    private static long nextId(long revision) {
        return number(jobsBefore(revision + 1));
    }

    private static long number(long job) {
        return 1 + 2 * job;
    }
}
