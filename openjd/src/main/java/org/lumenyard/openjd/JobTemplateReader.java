package org.lumenyard.openjd;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the root of a job template, and its steps. */
final class JobTemplateReader {
    private static final int MAX_PARAMETERS = 50;

    /** Extensions that are read here. */
    private static final Set<String> KNOWN =
            Set.of(TaskParameterTemplate.EXTENSION, EngineScript.EXTENSION);

    /** Extensions of the standard that are not read here yet. */
    private static final Set<String> NOT_YET =
            Set.of("REDACTED_ENV_VARS", "FEATURE_BUNDLE_1", "EXPR", "WRAP_ACTIONS");

    private final Fields root;
    private Set<String> extensions = Set.of();
    private Scope scope = Scope.ofSubmission(List.of());

    private JobTemplateReader(Fields root) {
        this.root = root;
    }

    /** The template, or null where a part of it could not be read. */
    static @Nullable JobTemplate read(Place place) {
        Fields root = place.fields();
        if (root == null) return null;
        Place versionAt = root.required("specificationVersion");
        String version = versionAt == null ? null : versionAt.string();
        if (versionAt == null || version == null) return null;
        if (!version.equals(Template.VERSION)) {
            versionAt.problem(
                    "`"
                            + Numbers.shortened(version)
                            + "` is not known here; it must be `"
                            + Template.VERSION
                            + "`");
            return null;
        }
        return new JobTemplateReader(root).template();
    }

    private @Nullable JobTemplate template() {
        root.optional("$schema");
        extensions = extensions(root.optional("extensions"));
        List<JobParameter> parameters = parameters(root.optional("parameterDefinitions"));
        scope = Scope.ofSubmission(parameters);
        Place nameAt = root.required("name");
        Written name = nameAt == null ? null : Written.read(nameAt, TextRule.JOB_NAME, scope);
        String description = description(root);
        List<Environment> environments =
                ScriptReader.environments(root.optional("jobEnvironments"), scope, Set.of());
        Set<String> taken = new HashSet<>(environments.stream().map(Environment::name).toList());
        List<StepTemplate> steps = steps(root.required("steps"), taken);
        root.end();
        return name == null
                ? null
                : new JobTemplate(name, description, extensions, parameters, environments, steps);
    }

    private static Set<String> extensions(@Nullable Place place) {
        var names = new LinkedHashSet<String>();
        if (place == null) return names;
        for (Place item : place.items(1, Integer.MAX_VALUE)) {
            String name = item.text(TextRule.EXTENSION);
            if (name == null) continue;
            if (NOT_YET.contains(name))
                item.problem("The extension " + name + " is not supported yet");
            else if (!KNOWN.contains(name))
                item.problem(
                        "The extension " + name + " is not known" + Suggestion.of(name, KNOWN));
            if (!names.add(name)) item.problem("The extension " + name + " stands here twice");
        }
        return names;
    }

    private static List<JobParameter> parameters(@Nullable Place place) {
        if (place == null) return List.of();
        var names = new HashSet<String>();
        var parameters = new ArrayList<JobParameter>();
        for (Place item : place.items(1, MAX_PARAMETERS)) {
            JobParameter parameter = JobParameterReader.read(item);
            if (parameter == null) continue;
            if (!names.add(parameter.name()))
                item.problem("There is another parameter `" + parameter.name() + "`");
            parameters.add(parameter);
        }
        return parameters;
    }

    private static @Nullable String description(Fields fields) {
        Place place = fields.optional("description");
        return place == null ? null : place.text(TextRule.DESCRIPTION);
    }

    private List<StepTemplate> steps(@Nullable Place place, Set<String> environments) {
        if (place == null) return List.of();
        var byName = new LinkedHashMap<String, StepTemplate>();
        var places = new HashMap<String, Place>();
        for (Place item : place.items(1, Integer.MAX_VALUE)) {
            StepTemplate step = step(item, environments);
            if (step == null) continue;
            if (byName.put(step.name(), step) != null)
                item.problem("There is another step `" + step.name() + "`");
            places.put(step.name(), item);
        }
        boolean complete =
                place.content() instanceof Content.Sequence all
                        && all.items().size() == byName.size();
        // A dependency on a step that could not be read would only repeat that step's problems.
        if (complete) checkDependencies(byName, places, place);
        return List.copyOf(byName.values());
    }

    private static void checkDependencies(
            Map<String, StepTemplate> steps, Map<String, Place> places, Place place) {
        var known = new LinkedHashMap<String, List<String>>();
        for (StepTemplate step : steps.values()) {
            for (String needed : step.dependencies()) {
                Place at = Objects.requireNonNull(places.get(step.name()));
                if (at.problems().isFull()) return;
                if (needed.equals(step.name())) at.problem("The step depends on itself");
                else if (!steps.containsKey(needed)) {
                    at.problem(
                            "There is no step `"
                                    + Numbers.shortened(needed)
                                    + "` to depend on"
                                    + Suggestion.of(needed, steps.keySet()));
                }
            }
            List<String> others =
                    step.dependencies().stream()
                            .filter(needed -> !needed.equals(step.name()))
                            .toList();
            known.put(step.name(), others.stream().filter(steps::containsKey).toList());
        }
        List<String> circle = StepOrder.circle(known);
        if (circle.isEmpty()) return;
        place.problem(
                "These steps wait for each other: " + Numbers.shortened(String.join(", ", circle)));
    }

    private @Nullable StepTemplate step(Place place, Set<String> environments) {
        Fields fields = place.fields();
        if (fields == null) return null;
        Place nameAt = fields.required("name");
        String name = nameAt == null ? null : nameAt.text(TextRule.NAME);
        String description = description(fields);
        List<String> dependencies = dependencies(fields.optional("dependencies"));
        List<Environment> own =
                ScriptReader.environments(fields.optional("stepEnvironments"), scope, environments);
        Place requirementsAt = fields.optional("hostRequirements");
        Place spaceAt = fields.optional("parameterSpace");
        Place scriptAt = fields.required("script");
        fields.notYet("let", "Bindings (the extension EXPR) are");
        for (String sugar : List.of("bash", "cmd", "node", "powershell", "python")) {
            fields.notYet(sugar, "Scripts by interpreter (the extension FEATURE_BUNDLE_1) are");
        }
        fields.end();
        var requirements =
                requirementsAt == null
                        ? HostRequirementsTemplate.NONE
                        : HostRequirementsTemplate.read(requirementsAt, scope);
        var space =
                spaceAt == null
                        ? ParameterSpaceTemplate.ONE_TASK
                        : ParameterSpaceTemplate.read(spaceAt, scope, extensions);
        Script script =
                scriptAt == null
                        ? null
                        : ScriptReader.script(scriptAt, scope, taskParameters(spaceAt), extensions);
        if (name == null || script == null) return null;
        return new StepTemplate(
                name, description, dependencies, own, requirements, space, script, place.path());
    }

    /** The names as written, so that a fault in one parameter does not make its uses faults too. */
    private static List<String> taskParameters(@Nullable Place spaceAt) {
        if (spaceAt == null || !(spaceAt.content() instanceof Content.Mapping space))
            return List.of();
        if (!(space.entries().get("taskParameterDefinitions")
                instanceof Content.Sequence definitions)) return List.of();
        var names = new ArrayList<String>();
        for (Content definition : definitions.items()) {
            if (definition instanceof Content.Mapping keys
                    && keys.entries().get("name") instanceof Content.Scalar name)
                names.add(name.text());
        }
        return names;
    }

    private static List<String> dependencies(@Nullable Place place) {
        if (place == null) return List.of();
        var names = new LinkedHashSet<String>();
        for (Place item : place.items(1, Integer.MAX_VALUE)) {
            Fields fields = item.fields();
            if (fields == null) continue;
            Place nameAt = fields.required("dependsOn");
            fields.end();
            String name = nameAt == null ? null : nameAt.text(TextRule.NAME);
            if (name != null) names.add(name);
        }
        return List.copyOf(names);
    }
}
