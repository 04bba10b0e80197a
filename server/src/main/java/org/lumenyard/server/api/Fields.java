package org.lumenyard.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the fields of a JSON body and collects everything that is wrong with them, so that one
 * answer names it all. Call {@link #done()} before using what was read.
 */
final class Fields {
    private final JsonNode body;
    private final List<Problem.Field> wrong = new ArrayList<>();
    private final Set<String> read = new HashSet<>();

    /**
     * @throws Problem when the body is no JSON object
     */
    Fields(byte[] bytes) {
        body = Json.body(bytes);
        if (!body.isObject()) {
            throw Problem.of(400, "bad_request", "The body has to be a JSON object.");
        }
    }

    Optional<String> text(String name, int least, int most) {
        return field(name)
                .flatMap(node -> {
                    if (!node.isTextual()) {
                        return fault(name, "has to be text");
                    }
                    return checkedText(name, node.textValue(), least, most);
                });
    }

    OptionalLong integer(String name, long least, long most) {
        var found =
                field(name)
                        .flatMap(node -> {
                            if (!node.isIntegralNumber() || !node.canConvertToLong()) {
                                return this.<Long>fault(name, "has to be a whole number");
                            }
                            long value = node.longValue();
                            if (value < least || value > most) {
                                return this.<Long>fault(
                                        name, "has to be from " + least + " to " + most);
                            }
                            return Optional.of(value);
                        });
        return found.isPresent() ? OptionalLong.of(found.get()) : OptionalLong.empty();
    }

    boolean flag(String name) {
        return field(name)
                .flatMap(node ->
                        node.isBoolean()
                                ? Optional.of(node.booleanValue())
                                : this.<Boolean>fault(name, "has to be true or false"))
                .orElse(false);
    }

    <E extends Enum<E>> Optional<E> oneOf(String name, Class<E> type) {
        return text(name, 0, 100)
                .flatMap(word ->
                        Arrays.stream(type.getEnumConstants())
                                .filter(e -> word(e).equals(word))
                                .findFirst()
                                .or(() -> fault(name, "has to be one of " + words(type))));
    }

    /** A flat object of texts, numbers and truth values; all come out as text. */
    Map<String, String> parameters(String name) {
        var found = new LinkedHashMap<String, String>();
        field(name)
                .ifPresent(node -> {
                    if (!node.isObject()) {
                        fault(name, "has to be an object");
                        return;
                    }
                    node.properties()
                            .forEach(e -> parameter(name, e.getKey(), e.getValue(), found));
                });
        return found;
    }

    private void parameter(String name, String key, JsonNode value, Map<String, String> found) {
        String path = name + "." + key;
        if (!value.isValueNode() || value.isNull()) {
            fault(path, "has to be text, a number, true or false");
        } else {
            checkedText(path, value.asText(), 0, 100_000).ifPresent(text -> found.put(key, text));
        }
    }

    /** One more thing that is wrong. */
    <T> Optional<T> fault(String name, String message) {
        wrong.add(new Problem.Field(name, message));
        return Optional.empty();
    }

    /** The value, or a fault that it is needed. */
    <T> Optional<T> needed(String name, Optional<T> value) {
        return value.isPresent() || wrong.stream().anyMatch(f -> f.path().equals(name))
                ? value
                : fault(name, "is needed");
    }

    /**
     * Ends the reading.
     *
     * @throws Problem when anything was wrong or fields are left over that nobody asked for
     */
    void done() {
        body.fieldNames()
                .forEachRemaining(name -> {
                    if (!read.contains(name)) {
                        fault(shown(name), "is not known here");
                    }
                });
        if (!wrong.isEmpty()) {
            var said =
                    wrong.stream()
                            .limit(5)
                            .map(f -> f.path() + " " + f.message())
                            .collect(Collectors.joining("; "));
            throw Problem.of(400, "bad_request", said + ".", wrong);
        }
    }

    private Optional<JsonNode> field(String name) {
        read.add(name);
        return Optional.ofNullable(body.get(name)).filter(node -> !node.isNull());
    }

    private Optional<String> checkedText(String name, String text, int least, int most) {
        if (text.length() < least) {
            return fault(name, "has to have at least " + least + " characters");
        }
        if (text.length() > most) {
            return fault(name, "has to have at most " + most + " characters");
        }
        if (!storable(text)) {
            return fault(name, "holds a NUL or half a character");
        }
        return Optional.of(text);
    }

    /** Whether every database can hold the text: no NUL, no lone surrogate. */
    static boolean storable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isLowSurrogate(c)) {
                return false;
            }
            if (Character.isHighSurrogate(c)
                    && (++i == text.length() || !Character.isLowSurrogate(text.charAt(i)))) {
                return false;
            }
        }
        return true;
    }

    /** Somebody's text, short and harmless enough for a sentence of ours. */
    static String shown(String text) {
        var kept = text.length() > 40 ? text.substring(0, 40) + "…" : text;
        return kept.replaceAll("[\\p{Cntrl}\\p{Cs}<>]", "?");
    }

    /** A name as it stands at a line's beginning. */
    static String title(String name) {
        return name.isEmpty() ? name : Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    static String words(Class<? extends Enum<?>> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(Fields::word)
                .collect(Collectors.joining(", "));
    }
}
