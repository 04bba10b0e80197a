package org.lumenyard.openjd;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a step: one for each combination of its task parameters' values. Values are held as
 * ranges and combinations as a rule, so that a million frames by eight cameras cost nothing; a task
 * is found by its index in time that grows with the logarithm of the number of ranges.
 *
 * <p>Which task has which index never changes: {@link #toCanonical} freezes it, without the
 * template and across releases.
 */
public final class ParameterSpace {
    /** The space of a step without parameters: exactly one task, without values. */
    public static final ParameterSpace ONE_TASK = new ParameterSpace(List.of(), null);

    /**
     * A task parameter and what it goes through.
     *
     * @param targetRuntimeSeconds of chunks: how long a chunk should run; 0 where nothing was said
     */
    record Parameter(String name, ValueType type, TaskValues values, long targetRuntimeSeconds) {}

    private final List<Parameter> parameters;
    private final @Nullable CombinationExpression combination;
    private final Axis axis;

    private ParameterSpace(
            List<Parameter> parameters, @Nullable CombinationExpression combination) {
        this.parameters = List.copyOf(parameters);
        this.combination = combination;
        this.axis =
                combination == null
                        ? new Axis.Cross(List.of())
                        : axis(combination, byName(parameters));
    }

    /**
     * A space of at least one parameter, combined as told or else all with all.
     *
     * @throws MalformedExpressionException where the combination does not fit the parameters
     */
    static ParameterSpace of(
            List<Parameter> parameters, @Nullable CombinationExpression combination) {
        List<String> names = parameters.stream().map(Parameter::name).toList();
        CombinationExpression combined =
                combination == null ? CombinationExpression.productOf(names) : combination;
        return new ParameterSpace(parameters, combined);
    }

    private static Map<String, Integer> indexes(List<Parameter> parameters) {
        var indexes = new TreeMap<String, Integer>();
        for (int i = 0; i < parameters.size(); i++) indexes.put(parameters.get(i).name(), i);
        return indexes;
    }

    private static Map<String, Axis> byName(List<Parameter> parameters) {
        var axes = new TreeMap<String, Axis>();
        indexes(parameters)
                .forEach((name, index) ->
                        axes.put(name, new Axis.Line(index, parameters.get(index).values())));
        return axes;
    }

    /** Takes each parameter's axis out of the map, so that one used twice is missed. */
    private static Axis axis(CombinationExpression expression, Map<String, Axis> left) {
        Axis axis = build(expression, left);
        if (!left.isEmpty()) {
            throw new MalformedExpressionException(
                    "The task parameter `" + left.keySet().iterator().next() + "` is missing");
        }
        return axis;
    }

    private static Axis build(CombinationExpression expression, Map<String, Axis> left) {
        return switch (expression) {
            case CombinationExpression.Parameter(String name) -> {
                Axis line = left.remove(name);
                if (line == null) {
                    throw new MalformedExpressionException(
                            "`" + name + "` is no task parameter, or stands there twice");
                }
                yield line;
            }
            case CombinationExpression.Product(var factors) ->
                    new Axis.Cross(factors.stream().map(factor -> build(factor, left)).toList());
            case CombinationExpression.Association(var members) ->
                    new Axis.Zip(
                            members.stream().map(member -> build(member, left)).toList(),
                            expression.toString());
        };
    }

    /** How many tasks there are, at least 1. */
    public long size() {
        return axis.size();
    }

    /** The names of the parameters, in the order of the template. */
    public List<String> names() {
        return parameters.stream().map(Parameter::name).toList();
    }

    /** The types of the parameters by name, in the order of the template. */
    public Map<String, ValueType> types() {
        var types = new LinkedHashMap<String, ValueType>();
        parameters.forEach(parameter -> types.put(parameter.name(), parameter.type()));
        return Collections.unmodifiableMap(types);
    }

    /**
     * The values of a task by parameter name, in the order of the template. A chunk is {@code a-b},
     * or a range expression where it may have gaps.
     *
     * @throws IndexOutOfBoundsException below 0, or from {@link #size} on
     */
    public Map<String, String> valuesAt(long index) {
        String[] texts = textsAt(index);
        var values = new LinkedHashMap<String, String>();
        for (int i = 0; i < texts.length; i++) values.put(parameters.get(i).name(), texts[i]);
        return Collections.unmodifiableMap(values);
    }

    /** The values of a task for people, {@code 12 · left}; empty for a step without parameters. */
    public String labelAt(long index) {
        return String.join(" · ", textsAt(index));
    }

    private String[] textsAt(long index) {
        if (index < 0 || index >= size())
            throw new IndexOutOfBoundsException("task " + index + " of " + size());
        String[] texts = new String[parameters.size()];
        axis.put(index, texts);
        return texts;
    }

    List<Parameter> parameters() {
        return parameters;
    }

    @Nullable CombinationExpression combination() {
        return combination;
    }

    /**
     * The whole space as one line of JSON with its format's version. Spaces with equal text give
     * equal values at every index.
     */
    public String toCanonical() {
        return CanonicalSpace.write(this);
    }

    /**
     * The space that {@link #toCanonical} wrote, in this or an earlier release.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static ParameterSpace fromCanonical(String text) {
        return CanonicalSpace.read(text);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ParameterSpace that && toCanonical().equals(that.toCanonical());
    }

    @Override
    public int hashCode() {
        return toCanonical().hashCode();
    }

    @Override
    public String toString() {
        return toCanonical();
    }
}
