package org.lumenyard.store.pages;

import org.lumenyard.core.TaskSpace;

/** The queries behind pages, by what they are about. */
public record Pages(
        JobPages jobs,
        TaskPages tasks,
        RunPages runs,
        NodePages nodes,
        LimitPages limits,
        UsagePages usage) {
    public Pages(Reading reading, TaskSpace.Reader spaces, FinishedJobs finished) {
        this(
                new JobPages(reading, spaces, finished),
                new TaskPages(reading, spaces),
                new RunPages(reading),
                new NodePages(reading),
                new LimitPages(reading),
                new UsagePages(reading));
    }

    /** As many rows as asked for, but no more than a read may hold. */
    static int rows(int limit) {
        return Math.clamp(limit, 1, 1_000);
    }
}
