package org.lumenyard.launcher.config;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts of bytes as people write them: {@code 200 GB}, {@code 1.5TiB}. */
final class Bytes {
    private static final Pattern AMOUNT =
            Pattern.compile("([0-9]{1,9}(?:[.][0-9]{1,3})?) ?([kMGT]?)(i?)B");
    private static final String UNITS = "kMGT";

    private Bytes() {}

    /** How many bytes that are; empty when it is no amount above nothing. */
    static Optional<Long> parse(String text) {
        Matcher amount = AMOUNT.matcher(text);
        if (!amount.matches() || (amount.group(2).isEmpty() && !amount.group(3).isEmpty())) {
            return Optional.empty();
        }
        int power = amount.group(2).isEmpty() ? 0 : 1 + UNITS.indexOf(amount.group(2));
        var unit = BigDecimal.valueOf(amount.group(3).isEmpty() ? 1_000 : 1_024).pow(power);
        long bytes = new BigDecimal(amount.group(1)).multiply(unit).longValue();
        return bytes > 0 ? Optional.of(bytes) : Optional.empty();
    }
}
