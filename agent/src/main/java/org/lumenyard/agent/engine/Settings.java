package org.lumenyard.agent.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Typed reading of an engine's settings or outputs. Format strings resolve to text, so numbers and
 * truth values are taken as text too. An empty text counts as not given: a template's optional
 * parameter has no other way to say so.
 */
final class Settings {
    private final String where;
    private final JsonNode node;

    private Settings(String where, JsonNode node) {
        this.where = where;
        this.node = node;
    }

    /**
     * Wraps an object and refuses keys that the engine does not know, so that a typing error is
     * told.
     */
    static Settings of(String where, JsonNode node, String... known) throws WorkFailed {
        if (!node.isObject()) {
            throw WorkFailed.badSettings(
                    "The engine's " + where + " must be an object of names and values.");
        }
        var unknown = new TreeSet<String>();
        node.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(Set.of(known));
        if (!unknown.isEmpty()) {
            throw WorkFailed.badSettings(
                    "Unknown %s: %s. Known are: %s."
                            .formatted(
                                    where,
                                    String.join(", ", unknown),
                                    String.join(", ", new TreeSet<>(Set.of(known)))));
        }
        return new Settings(where, node);
    }

    /** An engine's settings: these, and the ones that every engine takes. */
    static Settings ofEngine(Work work, String... known) throws WorkFailed {
        var all = Stream.concat(Stream.of(known), Stream.of(TimeLimit.NAME));
        Settings settings = of("settings", work.settings(), all.toArray(String[]::new));
        var unused = TimeLimit.read(settings); // refuses what makes no sense
        return settings;
    }

    /** Whatever names there are: for who reads only the ones that he knows. */
    static Settings any(String where, JsonNode node) {
        return new Settings(where, node);
    }

    boolean has(String name) {
        JsonNode value = node.get(name);
        return value != null
                && !value.isNull()
                && !(value.isTextual() && value.textValue().isBlank());
    }

    Optional<String> text(String name) throws WorkFailed {
        if (!has(name)) {
            return Optional.empty();
        }
        JsonNode value = node.path(name);
        if (!value.isValueNode()) {
            throw wrong(name, "a text");
        }
        String text = value.asText();
        if (text.indexOf('\0') >= 0) {
            throw wrong(name, "a text without NUL characters");
        }
        return Optional.of(text);
    }

    String neededText(String name) throws WorkFailed {
        return text(name).orElseThrow(() -> missing(name));
    }

    /** An absolute path. */
    Path neededPath(String name) throws WorkFailed {
        return path(name, neededText(name));
    }

    Optional<Path> path(String name) throws WorkFailed {
        Optional<String> text = text(name);
        return text.isPresent() ? Optional.of(path(name, text.get())) : Optional.empty();
    }

    private Path path(String name, String text) throws WorkFailed {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) {
                return path.normalize();
            }
        } catch (InvalidPathException refused) {
            throw wrong(name, "a path that this system can express");
        }
        throw wrong(name, "an absolute path");
    }

    OptionalInt integer(String name, int least, int most) throws WorkFailed {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        try {
            int value = Integer.parseInt(text.get().strip());
            if (value >= least && value <= most) {
                return OptionalInt.of(value);
            }
        } catch (NumberFormatException refused) {
            throw wrong(name, "a whole number");
        }
        throw wrong(name, "from " + least + " to " + most);
    }

    OptionalDouble number(String name, double least, double most) throws WorkFailed {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return OptionalDouble.empty();
        }
        try {
            double value = Double.parseDouble(text.get().strip());
            if (value >= least && value <= most) {
                return OptionalDouble.of(value);
            }
        } catch (NumberFormatException refused) {
            throw wrong(name, "a number");
        }
        throw wrong(name, "from " + plain(least) + " to " + plain(most));
    }

    boolean truth(String name, boolean otherwise) throws WorkFailed {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        return switch (text.get().strip().toLowerCase(java.util.Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> throw wrong(name, "true or false");
        };
    }

    /** One of the given words, compared without case, or the first of them when not given. */
    String choice(String name, String... words) throws WorkFailed {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return words[0];
        }
        for (String word : words) {
            if (word.equalsIgnoreCase(text.get().strip())) {
                return word;
            }
        }
        throw wrong(name, "one of " + String.join(", ", words));
    }

    List<String> texts(String name) throws WorkFailed {
        JsonNode list = node.path(name);
        if (!has(name)) {
            return List.of();
        }
        if (!list.isArray()) {
            throw wrong(name, "a list of texts");
        }
        var texts = new ArrayList<String>();
        for (JsonNode item : list) {
            if (!item.isValueNode() || item.isNull() || item.asText().indexOf('\0') >= 0) {
                throw wrong(name, "a list of texts");
            }
            texts.add(item.asText());
        }
        return texts;
    }

    Map<String, String> textMap(String name) throws WorkFailed {
        JsonNode map = node.path(name);
        if (!has(name)) {
            return Map.of();
        }
        if (!map.isObject()) {
            throw wrong(name, "an object of names and texts");
        }
        var texts = new LinkedHashMap<String, String>();
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            JsonNode value = entry.getValue();
            boolean fine = value.isValueNode() && value.asText().indexOf('\0') < 0;
            if (!fine || entry.getKey().isEmpty() || entry.getKey().matches("(?s).*[=\0].*")) {
                throw wrong(name, "an object of names and texts");
            }
            texts.put(entry.getKey(), value.asText());
        }
        return texts;
    }

    /** A width and a height: {@code [1920, 1080]} or {@code 1920x1080}. */
    Optional<int[]> size(String name) throws WorkFailed {
        if (!has(name)) {
            return Optional.empty();
        }
        JsonNode value = node.path(name);
        String text =
                value.isArray() && value.size() == 2
                        ? value.path(0).asText() + "x" + value.path(1).asText()
                        : value.asText();
        if (!text.matches("\\d{1,5}x\\d{1,5}")) {
            throw wrong(name, "a width and a height, such as 1920x1080");
        }
        String[] sides = text.split("x");
        int width = Integer.parseInt(sides[0]);
        int height = Integer.parseInt(sides[1]);
        if (width < 1 || height < 1 || width > 65_536 || height > 65_536) {
            throw wrong(name, "a width and a height from 1 to 65536");
        }
        return Optional.of(new int[] {width, height});
    }

    /** Frame numbers as a range expression: {@code 7}, {@code 5-9}, {@code 1-9:2,20}. */
    List<Integer> frames(String name) throws WorkFailed {
        return Frames.parse(neededText(name));
    }

    WorkFailed missing(String name) {
        return WorkFailed.badSettings("The " + where + " lack \"" + name + "\".");
    }

    WorkFailed wrong(String name, String must) {
        return WorkFailed.badSettings(
                "\"" + name + "\" in the " + where + " must be " + must + ".");
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
