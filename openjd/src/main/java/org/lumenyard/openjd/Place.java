package org.lumenyard.openjd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A value at its place in a document. Reading it as something answers null, and notes a problem
 * here, where it is not that; so a reader goes on and finds the next fault too.
 *
 * @param path for people, {@code steps[0].script}; empty for the whole document
 */
record Place(String path, Content content, Problems problems) {
    void problem(String message) {
        problems.add(new Problem(path, message, content.line()));
    }

    /** The keys of this value, or null. */
    @Nullable Fields fields() {
        if (content instanceof Content.Mapping mapping) return new Fields(this, mapping);
        problem("This must be a group of keys, not " + content.kind());
        return null;
    }

    /** The items of this list, or no items. */
    List<Place> items(int min, int max) {
        if (!(content instanceof Content.Sequence sequence)) {
            problem("This must be a list, not " + content.kind());
            return List.of();
        }
        int size = sequence.items().size();
        if (size < min)
            problem(
                    min == 1
                            ? "This list must not be empty"
                            : "This list needs at least " + min + " items");
        if (size > max) {
            problem("This list has " + size + " items; at most " + max + " are allowed");
            return List.of();
        }
        var items = new ArrayList<Place>();
        for (int i = 0; i < size; i++)
            items.add(new Place(path + "[" + i + "]", sequence.items().get(i), problems));
        return items;
    }

    /** The text here, where the rule allows it. */
    @Nullable String text(TextRule rule) {
        String text = string();
        if (text == null) return null;
        String objection = rule.objection(text);
        if (objection == null) return text;
        problem(objection);
        return null;
    }

    /** The text here, whatever it is. */
    @Nullable String string() {
        if (content instanceof Content.Scalar(var kind, var text, _)
                && kind == Content.ScalarKind.STRING) return text;
        problem("This must be a text" + quotesHint());
        return null;
    }

    private String quotesHint() {
        if (!(content instanceof Content.Scalar scalar)) return ", not " + content.kind();
        if (scalar.scalarKind() == Content.ScalarKind.NULL) return ", but it is empty";
        return ", not "
                + content.kind()
                + ": put it in quotes, \""
                + Numbers.shortened(scalar.text())
                + "\"";
    }

    /** The format string here. */
    @Nullable FormatString format() {
        String text = string();
        return text == null ? null : format(text);
    }

    /** A text that belongs here as a format string. */
    @Nullable FormatString format(String text) {
        try {
            return FormatString.parse(text);
        } catch (MalformedExpressionException malformed) {
            problem(malformed.sentence());
            return null;
        }
    }

    /**
     * The format string here; the rule holds for its text as written where nothing is referred to.
     */
    @Nullable FormatString format(TextRule rule) {
        FormatString format = format();
        if (format == null) return null;
        String objection = format.isLiteral() ? rule.objection(format.toString()) : null;
        if (objection == null) return format;
        problem(objection);
        return null;
    }

    /** The integer here; a text that spells one counts where asked for. */
    @Nullable Long integer(boolean spelledToo, long min, long max) {
        if (!(content instanceof Content.Scalar scalar)
                || !isNumber(scalar, spelledToo, Content.ScalarKind.INT)) {
            problem("This must be an integer, not " + content.kind());
            return null;
        }
        Long value = Numbers.integer(scalar.text());
        if (value == null) {
            problem(
                    "`"
                            + Numbers.shortened(scalar.text())
                            + "` is not a decimal integer of 64 bits");
        } else if (value < min || value > max) {
            problem(value + " is not allowed here: " + bounds(min, max));
        } else {
            return value;
        }
        return null;
    }

    private static String bounds(long min, long max) {
        return max >= Integer.MAX_VALUE
                ? "it must be at least " + min
                : "it must be from " + min + " to " + max;
    }

    /** The decimal number here as its text; a text that spells one counts where asked for. */
    @Nullable String decimal(boolean spelledToo) {
        boolean number =
                content instanceof Content.Scalar scalar
                        && (isNumber(scalar, spelledToo, Content.ScalarKind.INT)
                                || scalar.scalarKind() == Content.ScalarKind.FLOAT);
        if (number && content instanceof Content.Scalar scalar) {
            if (Numbers.decimal(scalar.text()) != null) return scalar.text();
            problem("`" + Numbers.shortened(scalar.text()) + "` is not a finite decimal number");
        } else {
            problem("This must be a number, not " + content.kind());
        }
        return null;
    }

    private static boolean isNumber(
            Content.Scalar scalar, boolean spelledToo, Content.ScalarKind wanted) {
        return scalar.scalarKind() == wanted
                || (spelledToo && scalar.scalarKind() == Content.ScalarKind.STRING);
    }

    /** True or false, or null. */
    @Nullable Boolean bool() {
        if (content instanceof Content.Scalar scalar
                && scalar.scalarKind() == Content.ScalarKind.BOOL) {
            return scalar.text().toLowerCase(Locale.ROOT).equals("true");
        }
        problem("This must be true or false, not " + content.kind());
        return null;
    }

    /** The constant whose name stands here. */
    <E extends Enum<E>> @Nullable E oneOf(Class<E> type, Predicate<E> allowed) {
        String word = string();
        if (word == null) return null;
        List<E> constants = Arrays.stream(type.getEnumConstants()).filter(allowed).toList();
        for (E constant : constants) {
            if (constant.name().equals(word)) return constant;
        }
        List<String> names = constants.stream().map(Enum::name).toList();
        problem(
                "`"
                        + Numbers.shortened(word)
                        + "` is not one of "
                        + String.join(", ", names)
                        + Suggestion.of(word, names));
        return null;
    }
}
