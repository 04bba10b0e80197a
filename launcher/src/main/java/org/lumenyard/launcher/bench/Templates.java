package org.lumenyard.launcher.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.lumenyard.core.Band;
import org.lumenyard.core.JobPlan;
import org.lumenyard.jobs.Planned;
import org.lumenyard.jobs.Planner;
import org.lumenyard.jobs.Submission;

/** The jobs of benchmarks: tasks of one core each that a virtual agent only pretends to do. */
final class Templates {
    private Templates() {}

    /** A template with so many tasks; the program's argument makes one differ from the other. */
    static String of(long tasks, String argument) {
        return """
        specificationVersion: jobtemplate-2023-09
        extensions: [LUMENYARD_ENGINE]
        name: bench
        steps:
          - name: work
            parameterSpace: {taskParameterDefinitions: [{name: Item, type: INT, range: "1-%d"}]}
            hostRequirements: {amounts: [{name: amount.worker.vcpu, min: 1, max: 1}]}
            script: {engine: {name: command, settings: {command: ["/bin/true", "%s"]}, outputs: {}}}
        """
                .formatted(tasks, argument);
    }

    /** The body of its submission. */
    static ObjectNode body(long tasks, String name) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("template", of(tasks, name))
                .put("name", name);
    }

    static Submission submission(long tasks, String name) {
        return new Submission(
                null, of(tasks, name), Map.of(), name, 50, Band.NORMAL, false, "", "bench");
    }

    /** The same, planned as the server does it. */
    static JobPlan plan(long tasks, String name) {
        return switch (new Planner(List.of()).plan(submission(tasks, name))) {
            case Planned.Accepted accepted -> accepted.plan();
            case Planned.Rejected rejected ->
                    throw new IllegalStateException("not planned: " + rejected.faults());
        };
    }
}
