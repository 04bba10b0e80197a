package org.lumenyard.openjd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A text with references to values in it: {@code frame {{Task.Param.Frame}} of {{Param.Last}}}.
 *
 * <p>There is no way to write two opening or closing braces that are not a reference; so what a
 * value brings in is kept apart as literal text and never read as a reference again.
 */
public final class FormatString {
    /** A resolved string may have at most this many characters. */
    public static final int MAX_RESOLVED = 16 * 1024 * 1024;

    /** Keeps the pattern's recursion small. */
    private static final int MAX_NAME = 1024;

    private static final Pattern NAME =
            Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*+");

    /** A piece of a format string. */
    public sealed interface Part {
        /** Text that stands for itself. */
        record Literal(String text) implements Part {}

        /** The dotted name of a value, for example {@code Param.Scene}. */
        record Reference(String name) implements Part {}
    }

    private final List<Part> parts;

    private FormatString(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /** A format string without references that resolves to this text, braces and all. */
    public static FormatString literal(String text) {
        return new FormatString(text.isEmpty() ? List.of() : List.of(new Part.Literal(text)));
    }

    /**
     * Reads a format string.
     *
     * @throws MalformedExpressionException where braces do not match or what they hold is no name
     */
    public static FormatString parse(String text) {
        var parts = new ArrayList<Part>();
        int at = 0;
        while (true) {
            int open = text.indexOf("{{", at);
            String literal = text.substring(at, open < 0 ? text.length() : open);
            if (literal.contains("}}")) {
                throw new MalformedExpressionException(
                        "There is `}}` without `{{` before it" + spaceHint(literal, "}}"));
            }
            if (!literal.isEmpty()) parts.add(new Part.Literal(literal));
            if (open < 0) return new FormatString(parts);
            int close = text.indexOf("}}", open);
            if (close < 0)
                throw new MalformedExpressionException("There is `{{` without `}}` after it");
            parts.add(new Part.Reference(name(text.substring(open + 2, close))));
            at = close + 2;
        }
    }

    private static String spaceHint(String literal, String braces) {
        return literal.contains("{")
                ? "; to close two braces of your own, write `} }` for `" + braces + "`"
                : "";
    }

    private static String name(String inBraces) {
        String name = inBraces.strip();
        if (name.isEmpty())
            throw new MalformedExpressionException(
                    "There is no name in `{{" + Numbers.shortened(inBraces) + "}}`");
        if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
            throw new MalformedExpressionException(
                    "`"
                            + Numbers.shortened(name)
                            + "` in double braces is not the name of a value,"
                            + " such as `Param.Scene`");
        }
        return name;
    }

    /** The pieces in order. */
    public List<Part> parts() {
        return parts;
    }

    /** The names that are referred to, each as often as it is, in order. */
    public List<String> references() {
        var names = new ArrayList<String>();
        for (Part part : parts) {
            if (part instanceof Part.Reference reference) names.add(reference.name());
        }
        return names;
    }

    /** Whether nothing is referred to. */
    public boolean isLiteral() {
        return parts.stream().allMatch(part -> part instanceof Part.Literal);
    }

    /**
     * The text with all references replaced.
     *
     * @param symbols gives the value of a name, or null where it has none
     * @throws MalformedExpressionException where a name has no value or the text grows beyond
     *     {@link #MAX_RESOLVED}
     */
    public String resolve(Function<String, @Nullable String> symbols) {
        var resolved = new StringBuilder();
        for (Part part : parts) {
            resolved.append(
                    switch (part) {
                        case Part.Literal literal -> literal.text();
                        case Part.Reference reference -> valueOf(reference, symbols);
                    });
            if (resolved.length() > MAX_RESOLVED) {
                throw new MalformedExpressionException(
                        "The resolved text has more than " + MAX_RESOLVED + " characters");
            }
        }
        return resolved.toString();
    }

    private static String valueOf(
            Part.Reference reference, Function<String, @Nullable String> symbols) {
        String value = symbols.apply(reference.name());
        if (value == null)
            throw new MalformedExpressionException("`" + reference.name() + "` has no value here");
        return value;
    }

    /** The text with all references replaced; see {@link #resolve(Function)}. */
    public String resolve(Map<String, String> symbols) {
        return resolve(symbols::get);
    }

    /** This with the references replaced that have a value now; the others stay references. */
    public FormatString resolveKnown(Function<String, @Nullable String> symbols) {
        var left = new ArrayList<Part>();
        var text = new StringBuilder();
        for (Part part : parts) {
            String known =
                    switch (part) {
                        case Part.Literal literal -> literal.text();
                        case Part.Reference reference -> symbols.apply(reference.name());
                    };
            if (known != null) {
                text.append(known);
            } else {
                if (!text.isEmpty()) left.add(new Part.Literal(text.toString()));
                text.setLength(0);
                left.add(part);
            }
        }
        if (!text.isEmpty()) left.add(new Part.Literal(text.toString()));
        return new FormatString(left);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FormatString that && parts.equals(that.parts);
    }

    @Override
    public int hashCode() {
        return parts.hashCode();
    }

    /**
     * As it is written in a template. What {@link #parse} made reads back the same; what {@link
     * #resolveKnown} made may not, as values can hold braces: that text is for people.
     */
    @Override
    public String toString() {
        var text = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Part.Literal literal -> text.append(literal.text());
                case Part.Reference reference ->
                        text.append("{{").append(reference.name()).append("}}");
            }
        }
        return text.toString();
    }
}
