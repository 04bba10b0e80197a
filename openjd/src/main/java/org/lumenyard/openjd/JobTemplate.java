package org.lumenyard.openjd;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A template that is right in itself; values for its parameters make a {@link Job} of it. */
public final class JobTemplate {
    private final Written name;
    private final @Nullable String description;
    private final Set<String> extensions;
    private final List<JobParameter> parameters;
    private final List<Environment> environments;
    private final List<StepTemplate> steps;

    JobTemplate(
            Written name,
            @Nullable String description,
            Set<String> extensions,
            List<JobParameter> parameters,
            List<Environment> environments,
            List<StepTemplate> steps) {
        this.name = name;
        this.description = description;
        this.extensions = Set.copyOf(extensions);
        this.parameters = List.copyOf(parameters);
        this.environments = List.copyOf(environments);
        this.steps = List.copyOf(steps);
    }

    /** The job's name, which may refer to parameters. */
    public FormatString name() {
        return name.format();
    }

    /** What the job is, for people, or null. */
    public @Nullable String description() {
        return description;
    }

    /** The extensions that the template uses. */
    public Set<String> extensions() {
        return extensions;
    }

    /** The parameters, in the order of the template. */
    public List<JobParameter> parameters() {
        return parameters;
    }

    /** The steps' names, in the order of the template. */
    public List<String> stepNames() {
        return steps.stream().map(StepTemplate::name).toList();
    }

    /**
     * The job with these values; paths stay as they are. See {@link #instantiate(Map, Folders)}.
     */
    public Job instantiate(Map<String, String> given) {
        return instantiate(given, Folders.UNKNOWN);
    }

    /**
     * The job with these values for its parameters, and defaults for the others.
     *
     * @throws TemplateException with everything that is wrong: an unknown parameter, one without a
     *     value, a value that is not allowed, or a part of the template that comes out wrong with
     *     them
     */
    public Job instantiate(Map<String, String> given, Folders folders) {
        var problems = new Problems();
        checkNames(given, problems);
        List<Job.Parameter> values = new ArrayList<>();
        for (JobParameter parameter : parameters) {
            Job.Parameter value = value(parameter, given.get(parameter.name()), folders, problems);
            if (value != null) values.add(value);
        }
        problems.throwIfAny();
        return new Binding(values, problems).job();
    }

    private void checkNames(Map<String, String> given, Problems problems) {
        Set<String> names = parameters.stream().map(JobParameter::name).collect(Collectors.toSet());
        given.keySet().stream()
                .filter(wrong -> !names.contains(wrong))
                .sorted()
                .forEach(wrong -> {
                    String shown = Numbers.shortened(wrong);
                    problems.add(
                            "parameters." + shown,
                            "The template has no parameter `"
                                    + shown
                                    + "`"
                                    + Suggestion.of(wrong, names));
                });
    }

    private static Job.@Nullable Parameter value(
            JobParameter parameter, @Nullable String given, Folders folders, Problems problems) {
        String at = "parameters." + parameter.name();
        String preset = parameter.defaultValue();
        String raw = given == null ? preset : given;
        if (raw == null) {
            problems.add(at, "`" + parameter.name() + "` has no default, so it needs a value");
            return null;
        }
        if (raw.indexOf('\0') >= 0 || !Unicode.isWhole(raw)) {
            problems.add(at, "The value is no text: there is a NUL or half a character in it");
            return null;
        }
        if (parameter.type() == ValueType.PATH) {
            String objection = given == null ? folders.objection(raw) : null;
            if (objection != null) problems.add(at, objection);
            raw = given == null ? folders.preset(raw) : folders.given(raw);
        }
        String objection = parameter.objection(raw);
        if (objection != null) problems.add(at, objection);
        return new Job.Parameter(
                parameter.name(), parameter.type(), parameter.normalised(raw), raw);
    }

    /** One instantiation: the values, and what they make of the template. */
    private final class Binding {
        private final List<Job.Parameter> values;
        private final Problems problems;
        private final Map<String, String> symbols = new HashMap<>();
        private final Set<String> pathSymbols = new HashSet<>();

        /** What is known before a node is: everything but the mapped form of paths. */
        private final Map<String, String> early = new HashMap<>();

        Binding(List<Job.Parameter> values, Problems problems) {
            this.values = values;
            this.problems = problems;
            for (Job.Parameter value : values) {
                symbols.put("Param." + value.name(), value.value());
                symbols.put("RawParam." + value.name(), value.raw());
                if (value.type() == ValueType.PATH) pathSymbols.add("Param." + value.name());
            }
            early.putAll(symbols);
            early.keySet().removeAll(pathSymbols);
        }

        Job job() {
            String jobName = name.resolve(early::get, TextRule.JOB_NAME, problems);
            List<Step> made = new ArrayList<>();
            for (StepTemplate step : steps) {
                HostRequirements requirements =
                        step.hostRequirements().resolve(early::get, problems);
                ParameterSpace space = step.parameterSpace().resolve(early::get, problems);
                if (space == null) continue;
                BoundScript script = BoundScript.bind(step.script(), symbols, pathSymbols, space);
                made.add(
                        new Step(
                                step.name(),
                                step.description(),
                                step.dependencies(),
                                step.environments(),
                                requirements,
                                space,
                                script));
            }
            problems.throwIfAny();
            if (jobName == null)
                throw new IllegalStateException(
                        "the name of a checked template has an unknown reference");
            return new Job(jobName, description, values, environments, made);
        }
    }
}
