package org.lumenyard.store.pages;

import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Archiving;
import org.lumenyard.core.Band;
import org.lumenyard.core.Counts;
import org.lumenyard.core.JobId;
import org.lumenyard.core.JobState;
import org.lumenyard.core.RunId;

/**
 * A job in a list. Moments are milliseconds since the epoch.
 *
 * @param heldWhy why the farm holds it; null unless it does
 * @param counts its tasks by state
 * @param startedAt when its first task was placed; null before
 * @param finishedAt null while there is anything left to do
 * @param lastDone the latest run that ended well, for its picture
 * @param lastFailure the latest run that failed, whatever came after it; null too where that run is
 *     in the job's archive
 * @param archiving where its rows are
 */
public record JobLine(
        JobId id,
        String name,
        String user,
        Band band,
        int priority,
        JobState state,
        boolean held,
        @Nullable String heldWhy,
        boolean cancelled,
        String notes,
        Counts counts,
        long submittedAt,
        @Nullable Long startedAt,
        @Nullable Long finishedAt,
        @Nullable RunId lastDone,
        @Nullable Failure lastFailure,
        Archiving archiving) {

    /**
     * Why a run failed.
     *
     * @param label of its task
     * @param reason a stable word
     * @param sentence for people
     */
    public record Failure(RunId run, String label, String reason, String sentence, long at) {}
}
