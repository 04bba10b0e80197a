package org.lumenyard.openjd;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A step as the template has it. */
record StepTemplate(
        String name,
        @Nullable String description,
        List<String> dependencies,
        List<Environment> environments,
        HostRequirementsTemplate hostRequirements,
        ParameterSpaceTemplate parameterSpace,
        Script script,
        String path) {}
