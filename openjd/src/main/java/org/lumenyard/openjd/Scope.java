package org.lumenyard.openjd;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The values that format strings of one part of a template may refer to. */
final class Scope {
    private static final List<String> SESSION =
            List.of(
                    "Session.WorkingDirectory",
                    "Session.HasPathMappingRules",
                    "Session.PathMappingRulesFile");

    private final Set<String> names;
    private final Set<String> paths;

    private Scope(Set<String> names, Set<String> paths) {
        this.names = names;
        this.paths = paths;
    }

    /** What is known when a job is submitted: all but the mapped form of paths. */
    static Scope ofSubmission(List<JobParameter> parameters) {
        var names = new HashSet<String>();
        var paths = new HashSet<String>();
        for (JobParameter parameter : parameters) {
            names.add("RawParam." + parameter.name());
            (parameter.type() == ValueType.PATH ? paths : names).add("Param." + parameter.name());
        }
        return new Scope(names, paths);
    }

    /** What is known on a node while it runs a task of a step. */
    Scope inStep(Collection<String> taskParameters, Collection<String> files) {
        var inside = onNode();
        taskParameters.forEach(
                name -> inside.addAll(List.of("Task.Param." + name, "Task.RawParam." + name)));
        files.forEach(name -> inside.add("Task.File." + name));
        return new Scope(inside, Set.of());
    }

    /** What is known on a node while it enters or leaves an environment. */
    Scope inEnvironment(Collection<String> files) {
        var inside = onNode();
        files.forEach(name -> inside.add("Env.File." + name));
        return new Scope(inside, Set.of());
    }

    private Set<String> onNode() {
        var inside = new HashSet<>(names);
        inside.addAll(paths);
        inside.addAll(SESSION);
        return inside;
    }

    /** Notes every reference to what is not known here. */
    void check(FormatString format, Place place) {
        for (String name : new LinkedHashSet<>(format.references())) {
            if (place.problems().isFull()) return;
            if (!names.contains(name)) place.problem(objection(name));
        }
    }

    private String objection(String name) {
        if (paths.contains(name)) {
            return "`"
                    + name
                    + "` is a PATH, which is known on the node only; here `Raw"
                    + name
                    + "` may be used";
        }
        boolean early =
                name.startsWith("Task.") || name.startsWith("Session.") || name.startsWith("Env.");
        boolean here = names.contains(SESSION.getFirst());
        String reason =
                early && !here
                        ? " is known only while a task runs, so not here"
                        : " is not known here";
        return "`" + Numbers.shortened(name) + "`" + reason + Suggestion.of(name, names);
    }
}
