package org.lumenyard.store;

import java.util.List;
import org.lumenyard.core.Change;

/**
 * What becomes true together, in one transaction.
 *
 * @param revision higher than that of every batch before
 * @param nextId the number that the next job, step, run, node or instance gets
 * @param changes in the order in which core made them
 * @param answered creations whose answer must be given again to the same request
 */
public record Batch(
        long revision, long nextId, List<Change> changes, List<AnsweredRequest> answered) {
    /** A batch that answers no request with an idempotency key. */
    public Batch(long revision, long nextId, List<Change> changes) {
        this(revision, nextId, changes, List.of());
    }
}
