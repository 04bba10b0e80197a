package org.lumenyard.server.api;

import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Archiving;
import org.lumenyard.store.pages.JobLine;

/** What is told of a job whose tasks and runs are in its archive, or on the way. */
final class Archived {
    private Archived() {}

    /** In one word; null when they are in the tables and nothing else is wanted. */
    static @Nullable String word(JobLine job) {
        return switch (job.archiving()) {
            case NONE -> null;
            case WRITING, REMOVING -> "archiving";
            case ARCHIVED -> "archived";
            case RETURNING, RETURNED -> "unarchiving";
        };
    }

    /** At the end of the job's sentence. */
    static String clause(JobLine job) {
        return switch (job.archiving()) {
            case NONE -> "";
            case WRITING, REMOVING -> "; being archived";
            case ARCHIVED -> "; archived";
            case RETURNING, RETURNED -> "; being unarchived";
        };
    }

    /**
     * @throws Problem when the job's tasks and runs can be neither read nor changed now
     */
    static void refuse(JobLine job) {
        if (job.archiving() == Archiving.NONE) {
            return;
        }
        String id = ShortId.of(job.id().value());
        boolean comes =
                job.archiving() == Archiving.RETURNING || job.archiving() == Archiving.RETURNED;
        throw Problem.of(
                409,
                "job_is_archived",
                comes
                        ? "Job %s is being unarchived: come again in a moment.".formatted(id)
                        : "Job %s is archived: unarchive it first: lumenyard unarchive %s."
                                .formatted(id, id));
    }
}
