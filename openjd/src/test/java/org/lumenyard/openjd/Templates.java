package org.lumenyard.openjd;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;

/** Templates for tests: a whole one around the part that a test is about. */
final class Templates {
    static final String STEP =
            """
            steps:
            - name: Render
              script: {actions: {onRun: {command: "true"}}}
            """;

    private Templates() {}

    /** A template with these parameters and a name that refers to nothing. */
    static String withParameters(String parameters) {
        return "specificationVersion: jobtemplate-2023-09\nname: Test\nparameterDefinitions:\n"
                + parameters.indent(0)
                + STEP;
    }

    /**
     * A template whose only step has these further keys; `Text`, `Count` and `Scene` are
     * parameters.
     */
    static String withStep(String keys) {
        return """
        specificationVersion: jobtemplate-2023-09
        extensions: [TASK_CHUNKING, LUMENYARD_ENGINE]
        name: Test
        parameterDefinitions:
        - {name: Text, type: STRING, default: text}
        - {name: Count, type: INT, default: 10}
        - {name: Scene, type: PATH, default: a.blend}
        steps:
        - name: Render
        """
                + keys.indent(2)
                + (keys.startsWith("script:") || keys.contains("\nscript:")
                        ? ""
                        : "  script: {actions: {onRun: {command: \"true\"}}}\n");
    }

    static String withSpace(String space) {
        return withStep("parameterSpace:\n" + space.indent(2));
    }

    static List<Problem> problemsOf(String text) {
        TemplateException refused =
                catchThrowableOfType(TemplateException.class, () -> Template.parse(text));
        return refused == null ? List.of() : refused.problems();
    }

    static List<Problem> problemsOf(String text, Map<String, String> values) {
        JobTemplate template = Template.parse(text);
        TemplateException refused =
                catchThrowableOfType(TemplateException.class, () -> template.instantiate(values));
        return refused == null ? List.of() : refused.problems();
    }
}
