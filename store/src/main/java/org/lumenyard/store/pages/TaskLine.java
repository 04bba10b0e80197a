package org.lumenyard.store.pages;

import org.jspecify.annotations.Nullable;
import org.lumenyard.core.TaskState;

/**
 * A task in a list.
 *
 * @param failures how many failed runs count against it now
 * @param losses how many lost runs count now
 * @param lastRun the latest run of its present round; null when there was none
 */
public record TaskLine(
        long index,
        String label,
        TaskState state,
        int failures,
        int losses,
        @Nullable RunLine lastRun) {}
