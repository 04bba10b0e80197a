package org.lumenyard.store.pages;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.NodeId;

/**
 * A task with what its rows tell of why it stands where it does.
 *
 * @param avoid the node that failed it last; null without one
 * @param notBefore when that node's back-off is over, in milliseconds since the epoch; 0 without
 * @param runs its latest runs of any round, the latest first
 * @param ahead where it waits in a slot: what is to be done there before it, the first first
 * @param waitingBefore how many tasks of its step wait that come before it
 */
public record TaskStory(
        TaskLine task,
        @Nullable NodeId avoid,
        long notBefore,
        List<RunLine> runs,
        List<RunLine> ahead,
        long waitingBefore) {
    /** At most so many runs are told of. */
    static final int MOST_RUNS = 20;
}
