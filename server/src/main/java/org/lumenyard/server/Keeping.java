package org.lumenyard.server;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long, and how much of it, what is over is kept. Null is for ever, and without bound.
 *
 * @param jobsFor how long finished jobs are kept
 * @param atMost bytes that the farm may take on disk: beyond them the longest finished jobs go
 * @param logsFor how long a finished job's logs are kept
 * @param archiveAfter when a finished job's tasks and runs are put away into its archive
 */
public record Keeping(
        @Nullable Duration jobsFor,
        @Nullable Long atMost,
        @Nullable Duration logsFor,
        @Nullable Duration archiveAfter) {

    public static final Keeping ALL = new Keeping(null, null, null, null);
}
