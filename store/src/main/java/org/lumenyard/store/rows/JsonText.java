package org.lumenyard.store.rows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Doubt;
import org.lumenyard.core.Requirements;
import org.lumenyard.core.Setbacks;

/** Values with parts, as JSON in one column. */
public final class JsonText {
    private static final ObjectMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

    private JsonText() {}

    /** The text of a value that the methods below can read. */
    public static String of(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON for " + value, e);
        }
    }

    /** Amounts by name, sorted by it. */
    public static Map<String, Long> amounts(String text) {
        return Collections.unmodifiableSortedMap(
                read(text, new TypeReference<TreeMap<String, Long>>() {}));
    }

    /** Attributes by name, sorted by it. */
    public static Map<String, Set<String>> attributes(String text) {
        return Collections.unmodifiableSortedMap(
                read(text, new TypeReference<TreeMap<String, Set<String>>>() {}));
    }

    /** Ordinals of steps. */
    public static List<Integer> ordinals(String text) {
        return List.copyOf(read(text, new TypeReference<List<Integer>>() {}));
    }

    /** Setbacks of a step; none where there is no text. */
    public static Setbacks setbacks(@Nullable String text) {
        return text == null ? Setbacks.NONE : read(text, new TypeReference<Setbacks>() {});
    }

    /** Doubts about a node; none where there is no text. */
    public static List<Doubt> doubts(@Nullable String text) {
        return text == null
                ? List.of()
                : List.copyOf(read(text, new TypeReference<List<Doubt>>() {}));
    }

    /** Requirements of a step. */
    public static Requirements requirements(String text) {
        return read(text, new TypeReference<Requirements>() {});
    }

    private static <T> T read(String text, TypeReference<T> type) {
        try {
            return MAPPER.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("unreadable column: " + text, e);
        }
    }
}
