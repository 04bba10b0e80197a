package org.lumenyard.openjd;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads numbers from text, however long the text may be. */
final class Numbers {
    private static final int MAX_DIGITS = 1024;
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+");
    private static final Pattern DECIMAL =
            Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]{1,4})?");

    private Numbers() {}

    /** A base-10 integer of 64 bits, or null. */
    static @Nullable Long integer(String text) {
        if (text.length() > MAX_DIGITS || !INTEGER.matcher(text).matches()) return null;
        var value = new BigInteger(text);
        return value.bitLength() < Long.SIZE ? value.longValueExact() : null;
    }

    /** A base-10 number in the range of a double, or null. */
    static @Nullable BigDecimal decimal(String text) {
        if (text.length() > MAX_DIGITS || !DECIMAL.matcher(text).matches()) return null;
        var value = new BigDecimal(text);
        return Double.isFinite(value.doubleValue()) ? value : null;
    }

    /** Text of a stranger, short enough for a sentence. */
    static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }
}
