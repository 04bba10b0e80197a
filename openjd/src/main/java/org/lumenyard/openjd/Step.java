package org.lumenyard.openjd;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step of a job.
 *
 * @param dependencies the names of the steps that must have succeeded in full before it
 * @param environments what a node sets up around its tasks, inside the job's environments
 * @param parameterSpace its tasks
 * @param script what each of them does
 */
public record Step(
        String name,
        @Nullable String description,
        List<String> dependencies,
        List<Environment> environments,
        HostRequirements hostRequirements,
        ParameterSpace parameterSpace,
        BoundScript script) {
    /** Keeps its own copies. */
    public Step {
        dependencies = List.copyOf(dependencies);
        environments = List.copyOf(environments);
    }
}
