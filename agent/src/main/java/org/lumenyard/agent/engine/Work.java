package org.lumenyard.agent.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Set;

/**
 * What one run is asked to do. All format strings in settings and outputs are already resolved.
 *
 * @param run the run's id
 * @param settings the engine's settings, a JSON object
 * @param outputs what is to be written where, a JSON object
 * @param threads how many threads the work may use, at least 1
 * @param memoryMiB memory that the work was given, in MiB; 0 means no limit was stated
 * @param verified labels (frame numbers) of outputs that this job already has: they are skipped
 * @param partMark what the names of unfinished outputs carry, unique to this run
 */
public record Work(
        long run,
        JsonNode settings,
        JsonNode outputs,
        int threads,
        long memoryMiB,
        Set<String> verified,
        String partMark) {
    public Work {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, not " + threads);
        }
        verified = Set.copyOf(verified);
    }

    /**
     * The name under which a target is written until it counts: {@code .<mark>.part.<name>} in the
     * same folder, so that a rename publishes it. The name ends as the target's does, because tools
     * choose the format by the extension.
     */
    public Path partOf(Path target) {
        return target.resolveSibling("." + partMark + ".part." + target.getFileName());
    }
}
