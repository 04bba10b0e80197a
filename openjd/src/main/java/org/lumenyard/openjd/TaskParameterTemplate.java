package org.lumenyard.openjd;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A task parameter as the template has it.
 *
 * @param expression its range expression, or null where it has a list
 * @param list its values one by one, or empty
 * @param chunks how it is cut, of CHUNK[INT] only
 */
record TaskParameterTemplate(
        String name,
        ValueType type,
        @Nullable Written expression,
        List<Written> list,
        @Nullable Chunks chunks) {
    static final String EXTENSION = "TASK_CHUNKING";

    private static final int MAX_ITEMS = 1024;

    enum RangeConstraint {
        CONTIGUOUS,
        NONCONTIGUOUS
    }

    record Chunks(
            Written defaultTaskCount,
            @Nullable Written targetRuntimeSeconds,
            RangeConstraint constraint) {}

    static @Nullable TaskParameterTemplate read(Place place, Scope scope, Set<String> extensions) {
        Fields fields = place.fields();
        if (fields == null) return null;
        Place nameAt = fields.required("name");
        Place typeAt = fields.required("type");
        Place rangeAt = fields.required("range");
        String name = nameAt == null ? null : nameAt.text(TextRule.IDENTIFIER);
        ValueType type = typeAt == null ? null : type(typeAt, extensions);
        if (type == null) return null;
        Chunks chunks =
                type == ValueType.CHUNK_INT ? chunks(fields.required("chunks"), scope) : null;
        fields.end();
        if (name == null || rangeAt == null || (type == ValueType.CHUNK_INT && chunks == null))
            return null;
        boolean integers = type == ValueType.INT || type == ValueType.CHUNK_INT;
        if (integers && rangeAt.content() instanceof Content.Scalar) {
            Written expression = Written.read(rangeAt, TextRule.NOT_EMPTY, scope);
            return expression == null
                    ? null
                    : new TaskParameterTemplate(name, type, expression, List.of(), chunks);
        }
        List<Place> items = rangeAt.items(1, MAX_ITEMS);
        List<Written> list =
                items.stream()
                        .map(item -> item(item, type, scope))
                        .filter(Objects::nonNull)
                        .toList();
        return list.isEmpty() ? null : new TaskParameterTemplate(name, type, null, list, chunks);
    }

    private static @Nullable ValueType type(Place place, Set<String> extensions) {
        String word = place.string();
        if (word == null) return null;
        ValueType type = ValueType.of(word).orElse(null);
        if (type == null) {
            List<String> words = ValueType.words();
            place.problem(
                    "`"
                            + Numbers.shortened(word)
                            + "` is not one of "
                            + String.join(", ", words)
                            + Suggestion.of(word, words));
        } else if (type == ValueType.CHUNK_INT && !extensions.contains(EXTENSION)) {
            place.problem(
                    "CHUNK[INT] needs `extensions: ["
                            + EXTENSION
                            + "]` at the top of the template");
        }
        return type;
    }

    private static @Nullable Written item(Place place, ValueType type, Scope scope) {
        return switch (type) {
            case STRING, PATH -> Written.read(place, TextRule.NOT_EMPTY, scope);
            case INT, CHUNK_INT -> number(place, scope, Content.ScalarKind.INT);
            case FLOAT -> number(place, scope, Content.ScalarKind.INT, Content.ScalarKind.FLOAT);
        };
    }

    /** A number as such, or a text that is or resolves to one. */
    private static @Nullable Written number(Place place, Scope scope, Content.ScalarKind... kinds) {
        if (place.content() instanceof Content.Scalar(var kind, var text, _)
                && List.of(kinds).contains(kind)) {
            return Written.at(place, FormatString.literal(text));
        }
        if (place.content() instanceof Content.Scalar(var kind, _, _)
                && kind == Content.ScalarKind.STRING) {
            return Written.read(place, TextRule.NOT_EMPTY, scope);
        }
        place.problem("This must be a number, not " + place.content().kind());
        return null;
    }

    private static @Nullable Chunks chunks(@Nullable Place place, Scope scope) {
        Fields fields = place == null ? null : place.fields();
        if (fields == null) return null;
        Place countAt = fields.required("defaultTaskCount");
        Place targetAt = fields.optional("targetRuntimeSeconds");
        Place constraintAt = fields.required("rangeConstraint");
        fields.end();
        Written count = countAt == null ? null : number(countAt, scope, Content.ScalarKind.INT);
        Written target = targetAt == null ? null : number(targetAt, scope, Content.ScalarKind.INT);
        RangeConstraint constraint =
                constraintAt == null
                        ? null
                        : constraintAt.oneOf(RangeConstraint.class, any -> true);
        return count == null || constraint == null ? null : new Chunks(count, target, constraint);
    }

    /**
     * The parameter where all its values are known, else null; notes what is wrong with those
     * known.
     */
    ParameterSpace.@Nullable Parameter resolve(
            Function<String, @Nullable String> symbols, Problems problems) {
        Chunks cut = chunks;
        if (cut == null) {
            TaskValues values =
                    type == ValueType.INT && expression != null
                            ? ranged(symbols, problems)
                            : listed(symbols, problems);
            return values == null ? null : new ParameterSpace.Parameter(name, type, values, 0);
        }
        Long size = integer(cut.defaultTaskCount(), 1, symbols, problems);
        Written targetAt = cut.targetRuntimeSeconds();
        Long target = targetAt == null ? Long.valueOf(0) : integer(targetAt, 0, symbols, problems);
        RangeExpression range =
                expression == null ? set(symbols, problems) : range(symbols, problems);
        if (size == null || target == null || range == null) return null;
        TaskValues values =
                switch (cut.constraint()) {
                    case CONTIGUOUS -> new TaskValues.Contiguous(range, size);
                    case NONCONTIGUOUS -> new TaskValues.Parted(range, size);
                };
        return new ParameterSpace.Parameter(name, type, values, target);
    }

    private @Nullable TaskValues ranged(
            Function<String, @Nullable String> symbols, Problems problems) {
        RangeExpression range = range(symbols, problems);
        return range == null ? null : new TaskValues.Ranged(range);
    }

    private @Nullable RangeExpression range(
            Function<String, @Nullable String> symbols, Problems problems) {
        Written written = Objects.requireNonNull(expression);
        String text = written.resolve(symbols, TextRule.NOT_EMPTY, problems);
        if (text == null) return null;
        try {
            return RangeExpression.parse(text);
        } catch (MalformedExpressionException malformed) {
            String from =
                    written.format().isLiteral() ? "" : " (in `" + Numbers.shortened(text) + "`)";
            written.problem(problems, malformed.sentence() + from);
            return null;
        }
    }

    /** A list of integers as a set, as chunks need it. */
    private @Nullable RangeExpression set(
            Function<String, @Nullable String> symbols, Problems problems) {
        TaskValues.Listed listed = listed(symbols, problems);
        if (listed == null) return null;
        try {
            return RangeExpression.ofValues(
                    listed.values().stream().mapToLong(Long::parseLong).toArray());
        } catch (MalformedExpressionException unfit) {
            list.getFirst().problem(problems, unfit.sentence());
            return null;
        }
    }

    private TaskValues.@Nullable Listed listed(
            Function<String, @Nullable String> symbols, Problems problems) {
        var values = new ArrayList<String>();
        for (Written written : list) {
            String value = value(written, symbols, problems);
            if (value != null) values.add(value);
        }
        return values.size() < list.size() ? null : new TaskValues.Listed(values);
    }

    private @Nullable String value(
            Written written, Function<String, @Nullable String> symbols, Problems problems) {
        return switch (type) {
            case STRING, PATH -> written.resolve(symbols, TextRule.TASK_VALUE, problems);
            case INT, CHUNK_INT -> {
                Long value = integer(written, Long.MIN_VALUE, symbols, problems);
                yield value == null ? null : value.toString();
            }
            case FLOAT -> {
                String text = written.resolve(symbols, TextRule.TASK_VALUE, problems);
                if (text != null && Numbers.decimal(text) == null) {
                    written.problem(
                            problems,
                            "`" + Numbers.shortened(text) + "` is not a finite decimal number");
                    text = null;
                }
                yield text;
            }
        };
    }

    private static @Nullable Long integer(
            Written written,
            long min,
            Function<String, @Nullable String> symbols,
            Problems problems) {
        String text = written.resolve(symbols, TextRule.TASK_VALUE, problems);
        if (text == null) return null;
        Long value = Numbers.integer(text);
        if (value == null)
            written.problem(
                    problems, "`" + Numbers.shortened(text) + "` is not an integer of 64 bits");
        else if (value < min)
            written.problem(problems, "This must be at least " + min + ", not " + value);
        else return value;
        return null;
    }
}
