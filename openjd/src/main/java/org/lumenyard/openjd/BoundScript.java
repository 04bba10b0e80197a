package org.lumenyard.openjd;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A step's script with the job's values that it refers to: all that a node needs to run any task of
 * the step, apart from the task's own values and what only the node knows.
 *
 * <p>Format strings stay as the template has them until {@link #resolve}, so that a value with
 * braces in it is never read as a reference.
 *
 * @param script the script as in the template
 * @param symbols the values of those of {@code Param.*} and {@code RawParam.*} that it refers to
 * @param mapped which of {@code Param.*} and {@code Task.Param.*} are paths, to be mapped on the
 *     node
 */
public record BoundScript(Script script, Map<String, String> symbols, Set<String> mapped) {
    private static final String TASK = "Task.Param.";
    private static final String RAW_TASK = "Task.RawParam.";

    /** Keeps its own copies. */
    public BoundScript {
        symbols = Map.copyOf(symbols);
        mapped = Set.copyOf(mapped);
    }

    /** Keeps of the job's symbols what the script refers to. */
    static BoundScript bind(
            Script script,
            Map<String, String> symbols,
            Set<String> pathSymbols,
            ParameterSpace space) {
        var references = new LinkedHashSet<String>();
        script.formatStrings().forEach(format -> references.addAll(format.references()));
        var kept = new TreeMap<>(symbols);
        kept.keySet().retainAll(references);
        var mapped = new TreeSet<>(pathSymbols);
        space.types()
                .forEach((name, type) -> {
                    if (type == ValueType.PATH) mapped.add(TASK + name);
                });
        mapped.retainAll(references);
        return new BoundScript(script, kept, mapped);
    }

    /**
     * What one task does, with nothing left to resolve.
     *
     * @param task the task's values by parameter name, from {@link ParameterSpace#valuesAt}
     * @param host what only the node knows: {@code Session.*} and {@code Task.File.*} by full name
     * @param mapPath turns a path of the submitter's into the node's
     * @throws MalformedExpressionException where something referred to has no value
     */
    public ReadyScript resolve(
            Map<String, String> task, Map<String, String> host, UnaryOperator<String> mapPath) {
        return ready(name -> value(name, task, host, mapPath));
    }

    /**
     * The script as far as it is known before any task: paths as submitted, and what is not known
     * yet as <code>{{its name}}</code>. For showing and early checks, never for running.
     */
    public ReadyScript preview() {
        return ready(name -> symbols.getOrDefault(name, "{{" + name + "}}"));
    }

    /** Everything that the script refers to, by full name. */
    public Set<String> references() {
        var references = new TreeSet<String>();
        script.formatStrings().forEach(format -> references.addAll(format.references()));
        return references;
    }

    private @Nullable String value(
            String name,
            Map<String, String> task,
            Map<String, String> host,
            UnaryOperator<String> mapPath) {
        String value;
        if (name.startsWith(TASK)) value = task.get(name.substring(TASK.length()));
        else if (name.startsWith(RAW_TASK)) value = task.get(name.substring(RAW_TASK.length()));
        else value = symbols.containsKey(name) ? symbols.get(name) : host.get(name);
        return value != null && mapped.contains(name) ? mapPath.apply(value) : value;
    }

    private ReadyScript ready(Function<String, @Nullable String> values) {
        List<ReadyScript.File> files =
                script.embeddedFiles().stream()
                        .map(file ->
                                new ReadyScript.File(
                                        file.name(),
                                        file.fileName(),
                                        file.runnable(),
                                        file.data().resolve(values)))
                        .toList();
        return switch (script) {
            case CommandScript(Action run, _) ->
                    new ReadyScript.Command(
                            run.command().resolve(values),
                            run.args().stream().map(arg -> arg.resolve(values)).toList(),
                            run.timeoutSeconds(),
                            run.notifySeconds(),
                            files);
            case EngineScript(String name, var settings, var outputs, _) -> {
                UnaryOperator<String> resolving = text -> FormatString.parse(text).resolve(values);
                yield new ReadyScript.Engine(
                        name,
                        EngineScript.mapTexts(settings, resolving),
                        EngineScript.mapTexts(outputs, resolving),
                        files);
            }
        };
    }

    /** The script as one line of JSON with its format's version, for a node to read. */
    public String toCanonical() {
        return CanonicalScript.write(this);
    }

    /**
     * The script that {@link #toCanonical} wrote, in this or an earlier release.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static BoundScript fromCanonical(String text) {
        return CanonicalScript.read(text);
    }
}
