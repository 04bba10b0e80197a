package org.lumenyard.server.bulk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lumenyard.core.JobId;

/** Where the rows of archived jobs are kept, a file for each job. */
public final class ArchiveFolder {
    private final Path folder;

    public ArchiveFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * The job's file, there or not. A thousand numbers to a folder: no folder grows without end.
     */
    public Path file(JobId job) {
        return folder.resolve(Long.toString(job.value() / 1000)).resolve(job + ".rows.gz");
    }

    public boolean has(JobId job) {
        return Files.exists(file(job));
    }

    /**
     * Removes the job's file, and what is left of one that was never finished; says how many bytes
     * that were.
     */
    public long remove(JobId job) throws IOException {
        Path file = file(job);
        Path part = file.resolveSibling(file.getFileName() + ".part");
        return Durable.remove(file) + Durable.remove(part);
    }
}
