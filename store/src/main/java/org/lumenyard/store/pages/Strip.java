package org.lumenyard.store.pages;

import java.util.List;
import org.lumenyard.core.Counts;
import org.lumenyard.core.StepId;

/**
 * A step's tasks from the first to the last, in few stretches.
 *
 * @param size how many tasks there are
 * @param binned false when each stretch is of one state; true when stretches are about equally long
 *     and mixed
 */
public record Strip(StepId step, long size, boolean binned, List<Stretch> stretches) {
    /**
     * Tasks in a row.
     *
     * @param from the first one's index
     * @param to the last one's index
     * @param firstLabel what people call the first one
     */
    public record Stretch(long from, long to, String firstLabel, String lastLabel, Counts counts) {}
}
