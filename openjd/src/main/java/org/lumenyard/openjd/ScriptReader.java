package org.lumenyard.openjd;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads scripts of steps, and environments. */
final class ScriptReader {
    private static final long RUN_NOTIFY_SECONDS = 120;
    private static final long NOTIFY_SECONDS = 30;
    private static final long MAX_NOTIFY_SECONDS = 600;
    private static final long EXIT_TIMEOUT_SECONDS = 300;

    private enum CancelationMode {
        TERMINATE,
        NOTIFY_THEN_TERMINATE
    }

    private enum FileType {
        TEXT
    }

    private ScriptReader() {}

    /** The script of a step, or null where it is wrong. */
    static @Nullable Script script(
            Place place, Scope submission, List<String> taskParameters, Set<String> extensions) {
        Fields fields = place.fields();
        if (fields == null) return null;
        Place actionsAt = fields.optional("actions");
        Place engineAt = fields.optional("engine");
        Place filesAt = fields.optional("embeddedFiles");
        fields.notYet("let", "Bindings (the extension EXPR) are");
        fields.end();
        Scope scope = submission.inStep(taskParameters, fileNames(filesAt));
        List<EmbeddedFile> files = files(filesAt, scope);
        if (actionsAt != null && engineAt != null)
            engineAt.problem(
                    "`engine` stands in place of `actions`; both together are not possible");
        if (engineAt != null) return EngineScript.read(engineAt, files, scope, extensions);
        if (actionsAt == null) {
            place.problem("The key `actions` is missing");
            return null;
        }
        Fields actions = actionsAt.fields();
        if (actions == null) return null;
        Place runAt = actions.required("onRun");
        actions.end();
        Action onRun = runAt == null ? null : action(runAt, scope, RUN_NOTIFY_SECONDS, null);
        return onRun == null ? null : new CommandScript(onRun, files);
    }

    /** Environments of a job or step; {@code taken} has the names of those around them. */
    static List<Environment> environments(
            @Nullable Place place, Scope submission, Set<String> taken) {
        if (place == null) return List.of();
        var names = new HashSet<>(taken);
        var environments = new ArrayList<Environment>();
        for (Place item : place.items(1, Integer.MAX_VALUE)) {
            Environment environment = environment(item, submission);
            if (environment == null) continue;
            if (!names.add(environment.name()))
                item.problem("There is another environment `" + environment.name() + "`");
            environments.add(environment);
        }
        return environments;
    }

    private static @Nullable Environment environment(Place place, Scope submission) {
        Fields fields = place.fields();
        if (fields == null) return null;
        Place nameAt = fields.required("name");
        Place descriptionAt = fields.optional("description");
        Place scriptAt = fields.optional("script");
        Place variablesAt = fields.optional("variables");
        fields.end();
        if (scriptAt == null && variablesAt == null)
            place.problem("`script` or `variables` is needed");
        String name = nameAt == null ? null : nameAt.text(TextRule.NAME);
        String description =
                descriptionAt == null ? null : descriptionAt.text(TextRule.DESCRIPTION);
        Map<String, FormatString> variables =
                variables(variablesAt, submission.inEnvironment(Set.of()));
        Fields script = scriptAt == null ? null : scriptAt.fields();
        if (name == null) return null;
        if (script == null)
            return new Environment(name, description, variables, null, null, List.of());
        return scripted(script, name, description, variables, submission);
    }

    private static Environment scripted(
            Fields script,
            String name,
            @Nullable String description,
            Map<String, FormatString> variables,
            Scope submission) {
        Place actionsAt = script.required("actions");
        Place filesAt = script.optional("embeddedFiles");
        script.notYet("let", "Bindings (the extension EXPR) are");
        script.end();
        Scope scope = submission.inEnvironment(fileNames(filesAt));
        List<EmbeddedFile> files = files(filesAt, scope);
        Fields actions = actionsAt == null ? null : actionsAt.fields();
        if (actions == null)
            return new Environment(name, description, variables, null, null, files);
        Place enterAt = actions.required("onEnter");
        Place exitAt = actions.optional("onExit");
        actions.end();
        Action onEnter = enterAt == null ? null : action(enterAt, scope, NOTIFY_SECONDS, null);
        Action onExit =
                exitAt == null ? null : action(exitAt, scope, NOTIFY_SECONDS, EXIT_TIMEOUT_SECONDS);
        return new Environment(name, description, variables, onEnter, onExit, files);
    }

    private static Map<String, FormatString> variables(@Nullable Place place, Scope scope) {
        var variables = new LinkedHashMap<String, FormatString>();
        if (place == null || !(place.content() instanceof Content.Mapping mapping)) {
            if (place != null)
                place.problem("This must be a group of keys, not " + place.content().kind());
            return variables;
        }
        if (mapping.entries().isEmpty()) place.problem("At least one variable is needed");
        mapping.entries()
                .forEach((name, content) -> {
                    var at =
                            new Place(
                                    place.path() + "." + Numbers.shortened(name),
                                    content,
                                    place.problems());
                    String objection = TextRule.VARIABLE_NAME.objection(name);
                    if (objection != null) at.problem(objection);
                    FormatString value = at.format(TextRule.VARIABLE_VALUE);
                    if (value == null) return;
                    scope.check(value, at);
                    variables.put(name, value);
                });
        return variables;
    }

    private static @Nullable Action action(
            Place place, Scope scope, long notifySeconds, @Nullable Long timeoutSeconds) {
        Fields fields = place.fields();
        if (fields == null) return null;
        Place commandAt = fields.required("command");
        Place argsAt = fields.optional("args");
        Place timeoutAt = fields.optional("timeout");
        Place cancelationAt = fields.optional("cancelation");
        fields.end();
        Written command =
                commandAt == null ? null : Written.read(commandAt, TextRule.COMMAND, scope);
        List<FormatString> args =
                argsAt == null
                        ? List.of()
                        : argsAt.items(0, Integer.MAX_VALUE).stream()
                                .map(item -> Written.read(item, TextRule.ARGUMENT, scope))
                                .filter(Objects::nonNull)
                                .map(Written::format)
                                .toList();
        Long timeout =
                timeoutAt == null ? timeoutSeconds : timeoutAt.integer(false, 1, Long.MAX_VALUE);
        Long notify = cancelationAt == null ? null : cancelation(cancelationAt, notifySeconds);
        return command == null ? null : new Action(command.format(), args, timeout, notify);
    }

    private static @Nullable Long cancelation(Place place, long defaultSeconds) {
        Fields fields = place.fields();
        if (fields == null) return null;
        Place modeAt = fields.required("mode");
        CancelationMode mode =
                modeAt == null ? null : modeAt.oneOf(CancelationMode.class, any -> true);
        Long seconds = null;
        if (mode == CancelationMode.NOTIFY_THEN_TERMINATE) {
            Place secondsAt = fields.optional("notifyPeriodInSeconds");
            seconds =
                    secondsAt == null
                            ? Long.valueOf(defaultSeconds)
                            : secondsAt.integer(false, 1, MAX_NOTIFY_SECONDS);
        }
        fields.end();
        return seconds;
    }

    /** The names only, so that the files may refer to each other. */
    private static List<String> fileNames(@Nullable Place place) {
        if (place == null || !(place.content() instanceof Content.Sequence sequence))
            return List.of();
        var names = new ArrayList<String>();
        for (Content item : sequence.items()) {
            if (item instanceof Content.Mapping mapping
                    && mapping.entries().get("name") instanceof Content.Scalar name) {
                names.add(name.text());
            }
        }
        return names;
    }

    private static List<EmbeddedFile> files(@Nullable Place place, Scope scope) {
        if (place == null) return List.of();
        var names = new HashSet<String>();
        var files = new ArrayList<EmbeddedFile>();
        for (Place item : place.items(1, Integer.MAX_VALUE)) {
            EmbeddedFile file = file(item, scope);
            if (file == null) continue;
            if (!names.add(file.name()))
                item.problem("There is another embedded file `" + file.name() + "`");
            files.add(file);
        }
        return files;
    }

    private static @Nullable EmbeddedFile file(Place place, Scope scope) {
        Fields fields = place.fields();
        if (fields == null) return null;
        Place nameAt = fields.required("name");
        Place typeAt = fields.required("type");
        Place fileNameAt = fields.optional("filename");
        Place runnableAt = fields.optional("runnable");
        Place dataAt = fields.required("data");
        fields.notYet("endOfLine", "Line endings (the extension FEATURE_BUNDLE_1) are");
        fields.end();
        String name = nameAt == null ? null : nameAt.text(TextRule.IDENTIFIER);
        if (typeAt != null) typeAt.oneOf(FileType.class, any -> true);
        String fileName = fileNameAt == null ? null : fileNameAt.text(TextRule.FILE_NAME);
        boolean runnable = runnableAt != null && Boolean.TRUE.equals(runnableAt.bool());
        Written data = dataAt == null ? null : Written.read(dataAt, TextRule.NOT_EMPTY, scope);
        return name == null || data == null
                ? null
                : new EmbeddedFile(name, fileName, runnable, data.format());
    }
}
