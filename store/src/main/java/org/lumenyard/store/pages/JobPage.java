package org.lumenyard.store.pages;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Counts;
import org.lumenyard.core.Requirements;
import org.lumenyard.core.Setbacks;
import org.lumenyard.core.StepId;

/** A job and its steps in order. */
public record JobPage(JobLine job, List<StepLine> steps) {
    /**
     * A step.
     *
     * @param dependsOn ordinals of the steps that must be done before
     * @param size how many tasks it has
     * @param firstLabel of its first task, such as a frame
     * @param peakMebibytes the most memory that one of its runs held; 0 when unknown
     * @param loadMillis running mean of the time to load its model; 0 when unknown
     * @param runMillis running mean of the time to do a task; 0 when unknown
     * @param leastMebibytes what is reserved at least since tasks ran out of memory; 0 when none
     *     did
     * @param setbacks what went wrong since a task was last done
     */
    public record StepLine(
            StepId id,
            int ordinal,
            String name,
            List<Integer> dependsOn,
            Requirements requirements,
            @Nullable String model,
            int round,
            long size,
            String firstLabel,
            String lastLabel,
            Counts counts,
            long peakMebibytes,
            long loadMillis,
            long runMillis,
            long leastMebibytes,
            Setbacks setbacks) {}
}
