package org.lumenyard.openjd;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a text may be. Lengths are in Unicode code points.
 *
 * @param pattern what it must match, or null
 * @param patternSays the pattern in words, after "it must"
 */
record TextRule(
        int min, int max, Controls controls, @Nullable Pattern pattern, String patternSays) {
    /** Which characters of Unicode's category Cc a text may hold. */
    enum Controls {
        ANY,
        LINES_AND_TABS,
        NONE
    }

    static final TextRule ANY = length(0, Integer.MAX_VALUE, Controls.ANY);
    static final TextRule NOT_EMPTY = length(1, Integer.MAX_VALUE, Controls.ANY);
    static final TextRule JOB_NAME = length(1, 128, Controls.NONE);
    static final TextRule NAME = length(1, 64, Controls.NONE);
    static final TextRule LABEL = NAME;
    static final TextRule DESCRIPTION = length(1, 2048, Controls.LINES_AND_TABS);
    static final TextRule PARAMETER_VALUE = length(0, 1024, Controls.ANY);
    static final TextRule TASK_VALUE = length(1, 1024, Controls.ANY);
    static final TextRule COMMAND = length(1, Integer.MAX_VALUE, Controls.NONE);
    static final TextRule ARGUMENT = length(0, Integer.MAX_VALUE, Controls.NONE);
    static final TextRule VARIABLE_VALUE = length(0, 2048, Controls.ANY);
    static final TextRule IDENTIFIER =
            length(1, 64, Controls.NONE)
                    .matching(
                            "[A-Za-z_][A-Za-z0-9_]*",
                            "begin with a letter or `_`, then have letters, digits or `_` only");
    static final TextRule VARIABLE_NAME =
            length(1, 256, Controls.NONE)
                    .matching(
                            "[A-Za-z_][A-Za-z0-9_]*",
                            "begin with a letter or `_`, then have letters, digits or `_` only");
    static final TextRule ATTRIBUTE_VALUE =
            length(1, 100, Controls.NONE)
                    .matching(
                            "[A-Za-z_][A-Za-z0-9_-]*",
                            "begin with a letter or `_`, then have letters, digits, `_` or `-` only");
    static final TextRule FILE_NAME =
            length(1, 64, Controls.NONE)
                    .matching("(?!\\.{1,2}$)[^/\\\\]+", "be the name of a file, without a folder");
    static final TextRule EXTENSION =
            length(3, 128, Controls.NONE)
                    .matching("[A-Z_0-9]+", "have capital letters, digits or `_` only");

    static TextRule length(int min, int max, Controls controls) {
        return new TextRule(min, max, controls, null, "");
    }

    TextRule matching(String regex, String says) {
        return new TextRule(min, max, controls, Pattern.compile(regex, Pattern.DOTALL), says);
    }

    /** Why a text is not allowed, as a sentence, or null. */
    @Nullable String objection(String text) {
        int length = text.codePointCount(0, text.length());
        if (length < min)
            return min == 1
                    ? "This must not be empty"
                    : "This needs at least " + min + " characters";
        if (length > max)
            return "This has " + length + " characters; at most " + max + " are allowed";
        if (text.codePoints().anyMatch(this::isForbidden))
            return "Control characters are not allowed here";
        if (pattern != null && !pattern.matcher(text).matches()) {
            return "`" + Numbers.shortened(text) + "` is not allowed here: it must " + patternSays;
        }
        return null;
    }

    private boolean isForbidden(int character) {
        if (Character.getType(character) != Character.CONTROL) return false;
        return switch (controls) {
            case ANY -> false;
            case LINES_AND_TABS -> character != '\n' && character != '\r' && character != '\t';
            case NONE -> true;
        };
    }
}
