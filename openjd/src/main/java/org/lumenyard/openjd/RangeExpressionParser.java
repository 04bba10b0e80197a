package org.lumenyard.openjd;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Reads the elements of a range expression; the grammar is {@code IntRangeExpr} of the standard.
 *
 * <p>Two decisions where its sources differ: a range that counts down needs a negative step, and
 * elements overlap when their spans <em>as written</em> do, so {@code 1-10:4,10-15} is refused.
 */
final class RangeExpressionParser {
    private record Element(long low, long high, IntRange values, String text) {}

    private final String text;
    private final boolean lenient;
    private final int maxElements;
    private int at;

    RangeExpressionParser(String text, boolean lenient, int maxElements) {
        this.text = text;
        this.lenient = lenient;
        this.maxElements = maxElements;
    }

    /** The elements in ascending order, at least one, none reaching into the next. */
    List<IntRange> elements() {
        var elements = new ArrayList<Element>();
        do {
            if (elements.size() == maxElements) {
                throw new MalformedExpressionException(
                        "There are more than " + maxElements + " elements");
            }
            elements.add(element());
        } while (take(','));
        if (at < text.length()) throw unexpected("a comma or the end");
        elements.sort(Comparator.comparingLong(Element::low));
        for (int i = 1; i < elements.size(); i++) {
            if (elements.get(i).low() <= elements.get(i - 1).high())
                throw overlap(elements.get(i - 1), elements.get(i));
        }
        return elements.stream().map(Element::values).toList();
    }

    private Element element() {
        int begin = at;
        long from = integer("a number");
        skipBlanks();
        Element element;
        if (take('-')) {
            long to = integer("a number");
            skipBlanks();
            boolean stepped = take(':') || (lenient && (take('x') || take('X')));
            element = range(from, to, stepped ? integer("a step") : 1, stepped, begin);
            skipBlanks();
        } else {
            element = new Element(from, from, IntRange.of(from), Long.toString(from));
        }
        return element;
    }

    private Element range(long from, long to, long step, boolean stepped, int begin) {
        String written = text.substring(begin, at).strip();
        if (step == 0) throw new MalformedExpressionException("The step of `" + written + "` is 0");
        if (from < to && step < 0) {
            throw new MalformedExpressionException(
                    "`" + written + "` goes up, so its step cannot be negative");
        }
        if (from > to && step > 0) {
            String hint =
                    stepped
                            ? "make its step negative"
                            : "write `" + from + "-" + to + ":-1` or `" + to + "-" + from + "`";
            throw new MalformedExpressionException("`" + written + "` goes down: " + hint);
        }
        if (from == to) return new Element(from, from, IntRange.of(from), written);
        long reached = from + (to - from) / step * step;
        long first = Math.min(from, reached);
        long last = Math.max(from, reached);
        IntRange values =
                first == last ? IntRange.of(first) : new IntRange(first, last, Math.abs(step));
        return new Element(Math.min(from, to), Math.max(from, to), values, written);
    }

    private long integer(String wanted) {
        skipBlanks();
        boolean negative = take('-');
        int begin = at;
        long value = 0;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            int digit = text.charAt(at) - '0';
            if (value > (RangeExpression.LIMIT - 1 - digit) / 10) {
                throw new MalformedExpressionException(
                        "The number at column " + (begin + 1) + " is too large");
            }
            value = value * 10 + digit;
            at++;
        }
        if (at == begin) throw unexpected(wanted);
        return negative ? -value : value;
    }

    private boolean take(char wanted) {
        if (at >= text.length() || text.charAt(at) != wanted) return false;
        at++;
        return true;
    }

    private void skipBlanks() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) at++;
    }

    private MalformedExpressionException unexpected(String wanted) {
        String found =
                at >= text.length()
                        ? "it ends"
                        : "there is `" + Character.toString(text.codePointAt(at)) + "`";
        return new MalformedExpressionException(
                "At column " + (at + 1) + " " + found + " where " + wanted + " is expected");
    }

    private static MalformedExpressionException overlap(Element one, Element other) {
        return new MalformedExpressionException(
                "`" + one.text() + "` and `" + other.text() + "` overlap: no value may be in both");
    }
}
