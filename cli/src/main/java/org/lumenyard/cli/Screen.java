package org.lumenyard.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What text is fitted to.
 *
 * @param width in columns
 * @param live whether a person looks on as it is written, so that a line may be drawn anew in place
 * @param colour whether colours are wanted
 * @param unicode whether more than ASCII can be shown
 */
record Screen(int width, boolean live, boolean colour, boolean unicode) {
    /** How a word is shown where there is colour; the word itself always says the same. */
    enum Style {
        PLAIN(""),
        HEAD("1"),
        QUIET("2"),
        GOOD("32"),
        BAD("31"),
        BUSY("36"),
        CARE("33");

        private final String code;

        Style(String code) {
            this.code = code;
        }

        /** The one that fits a state of a job, step, task, run or node. */
        static Style of(String state) {
            return switch (state) {
                case "done", "online" -> GOOD;
                case "failed", "lost", "quarantined" -> BAD;
                case "running", "assigned" -> BUSY;
                case "held", "cancelling", "interrupted" -> CARE;
                case "cancelled", "offline", "blocked" -> QUIET;
                default -> PLAIN;
            };
        }
    }

    /** The screen of a process with this environment that writes to {@code out}. */
    static Screen of(Map<String, String> environment, PrintStream out) {
        boolean live = Terminal.isInteractive();
        boolean colour =
                live
                        && environment.getOrDefault("NO_COLOR", "").isEmpty()
                        && !"dumb".equals(environment.get("TERM"));
        return new Screen(
                Terminal.width(), live, colour, out.charset().newEncoder().canEncode('…'));
    }

    /** In colour, if that is wanted. */
    String paint(Style style, String text) {
        return colour && style != Style.PLAIN && !text.isEmpty()
                ? "\033[" + style.code + "m" + text + "\033[0m"
                : text;
    }

    /** Shortened to so many columns, with a mark where something is left out. */
    String fit(String text, int columns) {
        if (columns(text) <= columns) return text;
        String mark = unicode ? "…" : columns > 6 ? "..." : "~";
        int room = columns - mark.length();
        var kept = new StringBuilder();
        int used = 0;
        for (int at = 0; at < text.length(); ) {
            int point = text.codePointAt(at);
            used += columns(point);
            if (used > room) break;
            kept.appendCodePoint(point);
            at += Character.charCount(point);
        }
        return columns <= 0 ? "" : kept.toString().stripTrailing() + mark;
    }

    /**
     * Broken at spaces into lines of the screen's width, the first and the others begun as given.
     */
    List<String> wrapped(String text, String first, String others) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder(first);
        boolean empty = true;
        for (String word : clean(text).split(" +")) {
            if (!empty && columns(line.toString()) + 1 + columns(word) > width) {
                lines.add(line.toString());
                line = new StringBuilder(others);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        lines.add(line.toString());
        return lines;
    }

    /** How many columns a text takes. */
    static int columns(String text) {
        return text.codePoints().map(Screen::columns).sum();
    }

    private static int columns(int point) {
        return switch (Character.getType(point)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
            default -> isWide(point) ? 2 : 1;
        };
    }

    /** East Asian scripts and pictures take two columns. */
    private static boolean isWide(int point) {
        return (point >= 0x1100 && point <= 0x115f)
                || (point >= 0x2e80 && point <= 0xa4cf)
                || (point >= 0xac00 && point <= 0xd7a3)
                || (point >= 0xf900 && point <= 0xfaff)
                || (point >= 0xfe30 && point <= 0xfe6f)
                || (point >= 0xff00 && point <= 0xff60)
                || (point >= 0xffe0 && point <= 0xffe6)
                || (point >= 0x1f300 && point <= 0x1faff)
                || (point >= 0x20000 && point <= 0x3fffd);
    }

    /** Somebody else's text in one line, with nothing in it that could steer a terminal. */
    static String clean(String text) {
        return text.replaceAll(
                        "[\\s\\p{Cc}\\x{2028}\\x{2029}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}]+",
                        " ")
                .strip();
    }
}
