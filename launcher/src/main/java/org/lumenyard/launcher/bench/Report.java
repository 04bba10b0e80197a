package org.lumenyard.launcher.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A benchmark's figures, told as a table for people or as one line of JSON. */
final class Report {
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Line(String words, String value, String range, String beside) {}

    private final String title;
    private final List<Line> lines = new ArrayList<>();
    private final ObjectNode told = JsonNodeFactory.instance.objectNode();

    /**
     * @param title what was measured, and after which warm-up
     */
    Report(String title) {
        this.title = title;
    }

    /**
     * A figure that was measured several times.
     *
     * @param key its name in JSON; lowest and highest follow under the same name
     * @param unit such as {@code ms}
     */
    Report figure(String key, String words, String unit, Spread spread) {
        return figure(key, words, unit, spread, "");
    }

    /**
     * @param beside what it is to be compared with, such as the limit of the machine
     */
    Report figure(String key, String words, String unit, Spread spread, String beside) {
        told.put(key, rounded(spread.median()));
        told.put(key + "Lowest", rounded(spread.lowest()));
        told.put(key + "Highest", rounded(spread.highest()));
        String range = "(%s to %s)".formatted(text(spread.lowest()), text(spread.highest()));
        lines.add(new Line(words, text(spread.median()) + " " + unit, range, beside));
        return this;
    }

    /** A figure that was measured or counted once. */
    Report figure(String key, String words, String unit, double value) {
        return figure(key, words, unit, value, "");
    }

    Report figure(String key, String words, String unit, double value, String beside) {
        told.put(key, rounded(value));
        lines.add(new Line(words, text(value) + " " + unit, "", beside));
        return this;
    }

    /** What the figures hold for, and who reads the table need not be told: in JSON only. */
    Report fact(String key, Object value) {
        told.putPOJO(key, value);
        return this;
    }

    /** Prints it on standard output. */
    void tell(boolean json) throws JsonProcessingException {
        System.out.println(json ? json() : table());
    }

    /** All figures as one object, in one line. */
    String json() throws JsonProcessingException {
        return JSON.writeValueAsString(told);
    }

    /** All figures under each other, with what is beside them. */
    String table() {
        int words = width(lines.stream().map(Line::words).toList());
        int values = width(lines.stream().map(Line::value).toList());
        int ranges = width(lines.stream().map(Line::range).toList());
        String format = "  %-" + words + "s  %" + values + "s  %-" + ranges + "s  %s";
        var text = new ArrayList<String>();
        text.add(title);
        for (Line line : lines)
            text.add(
                    format.formatted(line.words(), line.value(), line.range(), line.beside())
                            .stripTrailing());
        return String.join("\n", text);
    }

    private static int width(List<String> texts) {
        return Math.max(1, texts.stream().mapToInt(String::length).max().orElse(1));
    }

    static String text(double value) {
        double size = Math.abs(value);
        String format =
                size >= 100 || value == Math.rint(value) ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }

    private static double rounded(double value) {
        return Math.abs(value) >= 1_000 ? Math.round(value) : Math.round(value * 100) / 100.0;
    }
}
