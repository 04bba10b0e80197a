package org.lumenyard.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.lumenyard.openjd.EngineScript;
import org.lumenyard.openjd.FormatString;
import org.lumenyard.openjd.MalformedExpressionException;
import org.lumenyard.openjd.ParameterSpace;
import org.lumenyard.openjd.RangeExpression;
import org.lumenyard.openjd.ReadyScript;
import org.lumenyard.openjd.Step;
import org.lumenyard.openjd.ValueType;

/**
 * Holds a step's script against what its engine knows and against the roots, with the values that
 * its tasks will have.
 */
final class StepCheck {
    /** A step whose paths depend on texts of its tasks is looked at task by task. */
    private static final int MOST_TASKS = 10_000;

    /** Where a session's folder is, nobody knows yet; that it is one's own place is sure. */
    private static final String SESSION = "/" + UUID.randomUUID();

    private final Step step;
    private final String path;
    private final Roots roots;
    private final List<Planned.Fault> faults = new ArrayList<>();
    private final Set<String> right = new HashSet<>();

    private StepCheck(Step step, String path, Roots roots) {
        this.step = step;
        this.path = path;
        this.roots = roots;
    }

    /**
     * Says all that is wrong with a step.
     *
     * @param path of the step, to name what is wrong: {@code template.steps[0]}
     */
    static List<Planned.Fault> faults(Step step, String path, Roots roots) {
        var check = new StepCheck(step, path, roots);
        check.check();
        return check.faults;
    }

    private void check() {
        if (!step.environments().isEmpty()) {
            fault(
                    path + ".stepEnvironments",
                    "Environments are not supported yet: put what they do into the steps.");
        }
        if (!step.script().script().embeddedFiles().isEmpty()) {
            fault(path + ".script.embeddedFiles", "Embedded files are not supported yet.");
            return;
        }
        Optional<ReadyScript> first = ready(0);
        if (first.isEmpty() || !(step.script().script() instanceof EngineScript script)) return;
        Optional<EngineRules> rules = EngineRules.of(script.name());
        if (rules.isEmpty()) {
            fault(
                    path + ".script.engine.name",
                    "There is no engine %s; there are %s."
                            .formatted(script.name(), EngineRules.names()));
        } else if (first.get() instanceof ReadyScript.Engine ready) {
            checkNames(rules.get(), ready);
            checkValues(ready);
            checkPaths();
        }
    }

    private Optional<ReadyScript> ready(long index) {
        try {
            Map<String, String> task = step.parameterSpace().valuesAt(index);
            return Optional.of(
                    step.script()
                            .resolve(
                                    task,
                                    Map.of("Session.WorkingDirectory", SESSION),
                                    text -> text));
        } catch (MalformedExpressionException e) {
            fault(path + ".script", e.sentence() + ": this is not supported yet.");
            return Optional.empty();
        }
    }

    private void checkNames(EngineRules rules, ReadyScript.Engine ready) {
        rules.known()
                .forEach((group, known) -> {
                    ObjectNode given =
                            group.equals("settings") ? ready.settings() : ready.outputs();
                    given.fieldNames()
                            .forEachRemaining(name -> {
                                if (!known.contains(name))
                                    fault(place(group, name), rules.unknown(group, name));
                            });
                    for (String name : known) {
                        if (rules.needs(name) && isMissing(given.path(name))) {
                            fault(
                                    place(group, name),
                                    "The engine %s needs this.".formatted(rules.engine()));
                        }
                    }
                });
    }

    private static boolean isMissing(JsonNode value) {
        return value.isMissingNode()
                || value.isNull()
                || value.isTextual() && value.textValue().isBlank();
    }

    private void checkValues(ReadyScript.Engine ready) {
        JsonNode pattern = ready.outputs().path("pattern");
        if (!isMissing(pattern)) {
            String name = pattern.asText();
            if (!name.contains("#") || name.contains("/") || name.contains("\\")) {
                fault(
                        place("outputs", "pattern"),
                        "It must be a file name with #### in the frame number's place, such as frame_####.png.");
            }
        }
        JsonNode film = ready.outputs().path("file");
        if (!isMissing(film)) {
            String objection =
                    FilmFile.objection(film.asText(), ready.settings().path("codec").asText(""));
            if (objection != null) fault(place("outputs", "file"), objection);
        }
        JsonNode frames = ready.settings().path("frames");
        if (isMissing(frames)) return;
        try {
            RangeExpression.parseLenient(frames.asText());
        } catch (MalformedExpressionException e) {
            fault(place("settings", "frames"), e.sentence());
        }
    }

    private void checkPaths() {
        ParameterSpace space = step.parameterSpace();
        boolean each =
                space.types().entrySet().stream()
                        .anyMatch(type -> isText(type.getValue()) && leadsBy(type.getKey()));
        if (each && space.size() > MOST_TASKS) {
            fault(
                    path + ".script.engine",
                    "A path here has a text or path of the task in it; that is possible in steps of up to %,d tasks."
                            .formatted(MOST_TASKS));
            return;
        }
        for (long index = 0; index < (each ? space.size() : 1) && faults.isEmpty(); index++) {
            if (!(ready(index).orElse(null) instanceof ReadyScript.Engine ready)) return;
            checkPaths("settings", ready.settings());
            checkPaths("outputs", ready.outputs());
        }
    }

    private static boolean isText(ValueType type) {
        return type == ValueType.STRING || type == ValueType.PATH;
    }

    private boolean leadsBy(String parameter) {
        Set<String> references = step.script().references();
        return references.contains("Task.Param." + parameter)
                || references.contains("Task.RawParam." + parameter);
    }

    private void checkPaths(String group, ObjectNode node) {
        node.properties()
                .forEach(entry -> {
                    if (!EngineRules.isPath(entry.getKey())) return;
                    JsonNode value = entry.getValue();
                    String place = place(group, entry.getKey());
                    if (entry.getKey().equals("files") && value.isArray())
                        value.forEach(each -> checkPath(place, each));
                    else checkPath(place, value);
                });
    }

    private void checkPath(String place, JsonNode value) {
        if (!value.isValueNode()) {
            fault(place, "It must be a path.");
            return;
        }
        String text = value.isNull() ? "" : value.asText();
        if (text.isBlank() || right.contains(text)) return;
        try {
            if (!isInSession(text)) roots.check(place, text);
            right.add(text);
        } catch (Refusal refusal) {
            faults.addAll(refusal.faults());
        }
    }

    private static boolean isInSession(String text) {
        return text.startsWith(SESSION)
                && text.indexOf('\0') < 0
                && Path.of(text).normalize().startsWith(SESSION);
    }

    private String place(String group, String name) {
        return place(step, path, group, name);
    }

    /** The parameter, where a setting is nothing else: people know it better than the template. */
    static String place(Step step, String path, String group, String name) {
        String usual = "%s.script.engine.%s.%s".formatted(path, group, name);
        if (!(step.script().script() instanceof EngineScript script)) return usual;
        JsonNode written =
                (group.equals("settings") ? script.settings() : script.outputs()).path(name);
        String parameter = written.isTextual() ? onlyParameter(written.textValue()) : null;
        return parameter == null ? usual : "parameters." + parameter;
    }

    private static @Nullable String onlyParameter(String text) {
        List<FormatString.Part> parts = FormatString.parse(text).parts();
        boolean isOne =
                parts.size() == 1 && parts.getFirst() instanceof FormatString.Part.Reference;
        String name = isOne ? FormatString.parse(text).references().getFirst() : "";
        return name.startsWith("Param.") ? name.substring("Param.".length()) : null;
    }

    private void fault(String where, String message) {
        faults.add(new Planned.Fault(where, message));
    }
}
