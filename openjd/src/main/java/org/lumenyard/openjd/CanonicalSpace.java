package org.lumenyard.openjd;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The frozen form of a parameter space:
 *
 * <pre>{"format":"parameter-space/1","parameters":[
 *   {"name":"Frame","type":"CHUNK[INT]","range":"1-250","chunkSize":5,
 *    "rangeConstraint":"CONTIGUOUS"},
 *   {"name":"Camera","type":"STRING","values":["left","right"]}],"combination":"Frame*Camera"}
 * </pre>
 *
 * Plans of running jobs are kept in it: a format once released is read for ever, and what an index
 * means under it does not change.
 */
final class CanonicalSpace {
    private static final String FORMAT = "parameter-space/1";
    private static final ObjectMapper JSON = new ObjectMapper();

    private CanonicalSpace() {}

    static String write(ParameterSpace space) {
        ObjectNode root = JSON.createObjectNode().put("format", FORMAT);
        var parameters = root.putArray("parameters");
        space.parameters().forEach(parameter -> write(parameter, parameters.addObject()));
        CombinationExpression combination = space.combination();
        if (combination != null) root.put("combination", combination.toString());
        return root.toString();
    }

    private static void write(ParameterSpace.Parameter parameter, ObjectNode node) {
        node.put("name", parameter.name()).put("type", parameter.type().word());
        switch (parameter.values()) {
            case TaskValues.Ranged ranged -> node.put("range", ranged.range().toString());
            case TaskValues.Listed listed -> listed.values().forEach(node.putArray("values")::add);
            case TaskValues.Parted parted ->
                    writeChunks(node, parted.range(), parted.chunkSize(), "NONCONTIGUOUS");
            case TaskValues.Contiguous chunks ->
                    writeChunks(node, chunks.range(), chunks.chunkSize(), "CONTIGUOUS");
        }
        long target = parameter.targetRuntimeSeconds();
        if (target > 0) node.put("targetRuntimeSeconds", target);
    }

    private static void writeChunks(
            ObjectNode node, RangeExpression range, long size, String constraint) {
        node.put("range", range.toString())
                .put("chunkSize", size)
                .put("rangeConstraint", constraint);
    }

    static ParameterSpace read(String text) {
        JsonNode root;
        try {
            root = JSON.readTree(text);
        } catch (JsonProcessingException notJson) {
            throw new IllegalArgumentException(
                    "not a parameter space: " + notJson.getOriginalMessage(), notJson);
        }
        String format = root.path("format").asText("");
        if (!format.equals(FORMAT))
            throw new IllegalArgumentException(
                    "not a parameter space that is known here: " + format);
        List<ParameterSpace.Parameter> parameters = new ArrayList<>();
        root.path("parameters").forEach(node -> parameters.add(parameter(node)));
        if (parameters.isEmpty()) return ParameterSpace.ONE_TASK;
        return ParameterSpace.of(parameters, combination(root.path("combination")));
    }

    private static @Nullable CombinationExpression combination(JsonNode node) {
        return node.isTextual() ? CombinationExpression.parse(node.textValue()) : null;
    }

    private static ParameterSpace.Parameter parameter(JsonNode node) {
        String name = node.path("name").asText("");
        ValueType type =
                ValueType.of(node.path("type").asText("")).orElseThrow(() -> damaged(node));
        long target = node.path("targetRuntimeSeconds").asLong(0);
        return new ParameterSpace.Parameter(name, type, values(node), target);
    }

    private static TaskValues values(JsonNode node) {
        if (node.path("values").isArray()) {
            var listed = new ArrayList<String>();
            node.path("values").forEach(value -> listed.add(value.asText("")));
            if (listed.isEmpty()) throw damaged(node);
            return new TaskValues.Listed(listed);
        }
        RangeExpression range = RangeExpression.parsePrinted(node.path("range").asText(""));
        if (!node.has("chunkSize")) return new TaskValues.Ranged(range);
        long size = node.path("chunkSize").asLong(0);
        if (size < 1) throw damaged(node);
        return switch (node.path("rangeConstraint").asText("")) {
            case "CONTIGUOUS" -> new TaskValues.Contiguous(range, size);
            case "NONCONTIGUOUS" -> new TaskValues.Parted(range, size);
            default -> throw damaged(node);
        };
    }

    private static IllegalArgumentException damaged(JsonNode node) {
        return new IllegalArgumentException("not a parameter of a parameter space: " + node);
    }
}
