package org.lumenyard.openjd;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How task parameters are combined: {@code (A, B) * C} pairs A with B and crosses the pairs with C.
 * The rightmost factor of a product varies fastest.
 */
sealed interface CombinationExpression {
    /** More characters than this are refused by the standard. */
    int MAX_LENGTH = 1280;

    record Parameter(String name) implements CombinationExpression {
        @Override
        public String toString() {
            return name;
        }
    }

    /** All combinations; at least two factors, none itself a product. */
    record Product(List<CombinationExpression> factors) implements CombinationExpression {
        @Override
        public String toString() {
            return joined(factors, "*");
        }
    }

    /** First with first, second with second; the standard calls it associative. */
    record Association(List<CombinationExpression> members) implements CombinationExpression {
        @Override
        public String toString() {
            return "(" + joined(members, ",") + ")";
        }
    }

    /** The names that occur, each as often as it does. */
    default Stream<String> names() {
        return switch (this) {
            case Parameter parameter -> Stream.of(parameter.name());
            case Product product ->
                    product.factors().stream().flatMap(CombinationExpression::names);
            case Association association ->
                    association.members().stream().flatMap(CombinationExpression::names);
        };
    }

    /** The product of all, in this order; at least one name. */
    static CombinationExpression productOf(List<String> names) {
        List<CombinationExpression> factors =
                names.stream().<CombinationExpression>map(Parameter::new).toList();
        return factors.size() == 1 ? factors.getFirst() : new Product(factors);
    }

    /** Reads an expression, or throws {@link MalformedExpressionException}. */
    static CombinationExpression parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new MalformedExpressionException(
                    "It has more than " + MAX_LENGTH + " characters");
        }
        return new Parser(text).whole();
    }

    private static String joined(List<CombinationExpression> parts, String separator) {
        return parts.stream().map(Object::toString).collect(Collectors.joining(separator));
    }

    /** By recursion, as deep as there are parentheses; {@link #MAX_LENGTH} bounds that. */
    final class Parser {
        private final String text;
        private int at;

        private Parser(String text) {
            this.text = text;
        }

        private CombinationExpression whole() {
            CombinationExpression all = product();
            if (at < text.length()) throw unexpected("`*` or the end");
            return all;
        }

        private CombinationExpression product() {
            var factors = new ArrayList<CombinationExpression>();
            do {
                factors.add(element());
            } while (take('*'));
            return factors.size() == 1 ? factors.getFirst() : new Product(List.copyOf(factors));
        }

        private CombinationExpression element() {
            if (!take('(')) return parameter();
            var members = new ArrayList<CombinationExpression>();
            do {
                members.add(product());
            } while (take(','));
            if (!take(')')) throw unexpected("`)`, `,` or `*`");
            return new Association(List.copyOf(members));
        }

        private CombinationExpression parameter() {
            int begin = at;
            while (at < text.length() && isNameLetter(text.charAt(at), at > begin)) at++;
            if (at == begin) throw unexpected("the name of a task parameter or `(`");
            String name = text.substring(begin, at);
            skipBlanks();
            return new Parameter(name);
        }

        private static boolean isNameLetter(char c, boolean inside) {
            return (c >= 'A' && c <= 'Z')
                    || (c >= 'a' && c <= 'z')
                    || c == '_'
                    || (inside && c >= '0' && c <= '9');
        }

        private boolean take(char wanted) {
            skipBlanks();
            if (at >= text.length() || text.charAt(at) != wanted) return false;
            at++;
            skipBlanks();
            return true;
        }

        private void skipBlanks() {
            while (at < text.length() && text.charAt(at) == ' ') at++;
        }

        private MalformedExpressionException unexpected(String wanted) {
            String found =
                    at >= text.length()
                            ? "it ends"
                            : "there is `" + Character.toString(text.codePointAt(at)) + "`";
            return new MalformedExpressionException(
                    "At column " + (at + 1) + " " + found + " where " + wanted + " is expected");
        }
    }
}
