package org.lumenyard.openjd;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A template with its parameters' values: what is submitted.
 *
 * @param name the resolved name
 * @param parameters all parameters of the template, in its order
 * @param environments what a node sets up around all tasks
 * @param steps at least one, in the order of the template
 */
public record Job(
        String name,
        @Nullable String description,
        List<Parameter> parameters,
        List<Environment> environments,
        List<Step> steps) {
    /** Keeps its own copies. */
    public Job {
        parameters = List.copyOf(parameters);
        environments = List.copyOf(environments);
        steps = List.copyOf(steps);
    }

    /**
     * A parameter's value.
     *
     * @param value as {@code Param.<name>} has it: an INT without leading zeros, a FLOAT as given
     * @param raw exactly as given, {@code RawParam.<name>}
     */
    public record Parameter(String name, ValueType type, String value, String raw) {}
}
