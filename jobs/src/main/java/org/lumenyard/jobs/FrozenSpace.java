package org.lumenyard.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.lumenyard.core.TaskSpace;
import org.lumenyard.openjd.ParameterSpace;
import org.lumenyard.openjd.RangeExpression;
import org.lumenyard.openjd.ValueType;

/** A step's parameter space as core numbers it, with what its tasks are called. */
final class FrozenSpace implements TaskSpace {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FORMAT = "task-space/1";
    private static final int MOST_LABEL = 200;

    private final String step;
    private final ParameterSpace space;
    private final List<ValueType> types;

    /**
     * @param step the step's name, which its only task goes by when there are no parameters
     */
    FrozenSpace(String step, ParameterSpace space) {
        this.step = step;
        this.space = space;
        this.types = List.copyOf(space.types().values());
    }

    /**
     * Reads what {@link #frozen} wrote.
     *
     * @throws IllegalArgumentException for any other text
     */
    static TaskSpace read(String frozen) {
        JsonNode node;
        try {
            node = JSON.readTree(frozen);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a task space: " + e.getOriginalMessage(), e);
        }
        if (!FORMAT.equals(node.path("format").asText())) {
            throw new IllegalArgumentException(
                    "not a task space that is known here: " + node.path("format").asText());
        }
        return new FrozenSpace(
                node.path("step").asText(),
                ParameterSpace.fromCanonical(node.path("space").asText()));
    }

    @Override
    public String frozen() {
        return JSON.createObjectNode()
                .put("format", FORMAT)
                .put("step", step)
                .put("space", space.toCanonical())
                .toString();
    }

    @Override
    public long size() {
        return space.size();
    }

    /** A frame, a chunk as {@code 5-9}; several values with their names; else the step's name. */
    @Override
    public String label(long index) {
        Map<String, String> values = space.valuesAt(index);
        if (values.isEmpty()) return step;
        if (values.size() > 1) return shortened(named(values));
        String value = values.values().iterator().next();
        return types.getFirst() == ValueType.CHUNK_INT ? chunk(value) : shortened(value);
    }

    private static String named(Map<String, String> values) {
        return values.entrySet().stream()
                .map(value -> value.getKey() + "=" + value.getValue())
                .collect(Collectors.joining(", "));
    }

    /** A chunk of one frame is written {@code 5-5}; people say 5. */
    private static String chunk(String value) {
        RangeExpression frames = RangeExpression.parse(value);
        return frames.size() == 1 ? Long.toString(frames.first()) : value;
    }

    private static String shortened(String label) {
        if (label.codePointCount(0, label.length()) <= MOST_LABEL) return label;
        return label.substring(0, label.offsetByCodePoints(0, MOST_LABEL - 1)) + "…";
    }

    Map<String, String> valuesAt(long index) {
        return space.valuesAt(index);
    }
}
