package org.lumenyard.agent.engine;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lumenyard.openjd.MalformedExpressionException;
import org.lumenyard.openjd.RangeExpression;

/** Frame numbers of one run: reading them, showing them, and putting them into file names. */
final class Frames {
    /**
     * More than anybody gives to one run; a typing error like 1-1000000000 must not fill memory.
     */
    private static final int MOST = 1_000_000;

    private static final Pattern PLACE = Pattern.compile("#+");
    private static final Pattern NUMBERED =
            Pattern.compile("(.*?)([0-9]{1,18})([^0-9]*(?:\\.[^.]*)?)");

    private Frames() {}

    /**
     * Reads a range expression, {@code 7}, {@code 5-9} or {@code 1-9:2,20}: rising, each number
     * once.
     */
    static List<Integer> parse(String text) throws WorkFailed {
        RangeExpression range;
        try {
            range = RangeExpression.parseLenient(text.strip());
        } catch (MalformedExpressionException refused) {
            throw WorkFailed.badSettings(
                    "\"" + text + "\" are no frames: " + Sentence.end(refused.sentence()));
        }
        if (range.size() > MOST) {
            throw WorkFailed.badSettings(
                    "\"" + text + "\" are more than a million frames for one run.");
        }
        if (range.first() < -1_048_574 || range.last() > 1_048_574) {
            throw WorkFailed.badSettings(
                    "\"" + text + "\" are frames beyond 1048574, the last that Blender knows.");
        }
        return range.stream().mapToObj(frame -> (int) frame).toList();
    }

    /** Shows numbers as ranges: {@code 1-3,7}. */
    static String show(Collection<Integer> frames) {
        return RangeExpression.ofValues(frames.stream().mapToLong(frame -> frame).toArray())
                .toString();
    }

    /**
     * The file whose number, the last in its name before the extension, is so much higher; nothing
     * for a name without one, or when the number would fall below 0.
     */
    static Optional<Path> neighbour(Path file, int distance) {
        Matcher numbered = NUMBERED.matcher(String.valueOf(file.getFileName()));
        if (!numbered.matches()) {
            return Optional.empty();
        }
        String digits = numbered.group(2);
        long number = Long.parseLong(digits) + distance;
        if (number < 0) {
            return Optional.empty();
        }
        String padded = String.format(Locale.ROOT, "%0" + digits.length() + "d", number);
        return Optional.of(file.resolveSibling(numbered.group(1) + padded + numbered.group(3)));
    }

    /** Whether the name has a place for the frame's number. */
    static boolean hasPlace(String name) {
        return PLACE.matcher(name).find();
    }

    /**
     * Puts the frame's number into the last run of {@code #}, padded with zeros to its length; a
     * negative number's sign stands before the zeros, as Blender writes it.
     */
    static String name(String pattern, int frame) {
        Matcher place = PLACE.matcher(pattern);
        int start = -1;
        int end = -1;
        while (place.find()) {
            start = place.start();
            end = place.end();
        }
        if (start < 0) {
            return pattern;
        }
        String digits = Integer.toString(Math.abs(frame));
        String padded = "0".repeat(Math.max(0, end - start - digits.length())) + digits;
        return pattern.substring(0, start)
                + (frame < 0 ? "-" : "")
                + padded
                + pattern.substring(end);
    }
}
