package org.lumenyard.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A submission, checked and frozen: all that the farm will ever know of how to do the job.
 *
 * @param user who submitted it
 * @param priority 0 to 100; a point is worth ten minutes of waiting
 * @param source what was submitted, as opaque text for people and for resubmission
 */
public record JobPlan(
        String name,
        String user,
        Band band,
        int priority,
        boolean held,
        String notes,
        String source,
        List<StepPlan> steps) {

    /**
     * Alike tasks.
     *
     * @param dependsOn ordinals of steps that must be done before; always smaller or larger than
     *     this one's, never a cycle
     * @param model what an instance must hold to run these tasks, if they profit from one
     * @param payload what the agent does with a task, opaque here
     */
    public record StepPlan(
            String name,
            TaskSpace space,
            List<Integer> dependsOn,
            Requirements requirements,
            @Nullable String model,
            String payload) {}
}
