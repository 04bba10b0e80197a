package org.lumenyard.openjd;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A format string and where in the template it stands, for what goes wrong when it is resolved. */
record Written(FormatString format, String path, int line) {
    static Written at(Place place, FormatString format) {
        return new Written(format, place.path(), place.content().line());
    }

    /**
     * A format string read here and checked against what may be referred to; null where it is
     * wrong.
     */
    static @Nullable Written read(Place place, TextRule rule, Scope scope) {
        FormatString format = place.format(rule);
        if (format == null) return null;
        scope.check(format, place);
        return at(place, format);
    }

    /** The resolved text where all references have values and the rule allows it, else null. */
    @Nullable String resolve(
            Function<String, @Nullable String> symbols, TextRule rule, Problems problems) {
        if (format.references().stream().anyMatch(name -> symbols.apply(name) == null)) return null;
        String text = format.resolve(symbols);
        String objection = rule.objection(text);
        if (objection == null) return text;
        problem(
                problems,
                format.isLiteral()
                        ? objection
                        : objection + " (from `" + Numbers.shortened(format.toString()) + "`)");
        return null;
    }

    void problem(Problems problems, String message) {
        problems.add(new Problem(path, message, line));
    }
}
