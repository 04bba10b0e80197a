package org.lumenyard.openjd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Our one extension of the standard, {@value #EXTENSION}: inside a step's {@code script}, an {@code
 * engine} in place of {@code actions} names what drives the task's program.
 *
 * <pre>
 * extensions: [LUMENYARD_ENGINE]
 * …
 * script:
 *   engine:
 *     name: blender
 *     settings: {scene: "{{Param.Scene}}", frames: "{{Task.Param.Frame}}"}
 *     outputs: {folder: "{{Param.Out}}", pattern: "####.png"}
 * </pre>
 *
 * Every text inside settings and outputs is a format string; keys are not. What they mean is the
 * engine's business. Everything that knows of the extension is in this file.
 *
 * @param name which engine
 * @param settings what it shall do; its texts are format strings; read only
 * @param outputs what shall come out; its texts are format strings; read only
 */
public record EngineScript(
        String name, ObjectNode settings, ObjectNode outputs, List<EmbeddedFile> embeddedFiles)
        implements Script {
    /** The extension's name in templates. */
    public static final String EXTENSION = "LUMENYARD_ENGINE";

    private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);

    /** Keeps its own copies. */
    public EngineScript {
        settings = settings.deepCopy();
        outputs = outputs.deepCopy();
        embeddedFiles = List.copyOf(embeddedFiles);
    }

    @Override
    public Stream<FormatString> formatStrings() {
        Stream<FormatString> texts =
                Stream.concat(texts(settings), texts(outputs)).map(FormatString::parse);
        return Stream.concat(texts, embeddedFiles.stream().map(EmbeddedFile::data));
    }

    private static Stream<String> texts(JsonNode node) {
        if (node.isTextual()) return Stream.of(node.textValue());
        return StreamSupport.stream(node.spliterator(), false).flatMap(EngineScript::texts);
    }

    /** Settings or outputs with each text replaced. */
    static ObjectNode mapTexts(ObjectNode node, UnaryOperator<String> replacing) {
        return (ObjectNode) mapped(node, replacing);
    }

    private static JsonNode mapped(JsonNode node, UnaryOperator<String> replacing) {
        if (node.isTextual()) return NODES.textNode(replacing.apply(node.textValue()));
        if (node instanceof ArrayNode array) {
            ArrayNode copy = NODES.arrayNode();
            array.forEach(item -> copy.add(mapped(item, replacing)));
            return copy;
        }
        if (!(node instanceof ObjectNode object)) return node;
        ObjectNode copy = NODES.objectNode();
        object.properties()
                .forEach(entry -> copy.set(entry.getKey(), mapped(entry.getValue(), replacing)));
        return copy;
    }

    /** Reads {@code engine}, or answers null where it is wrong. */
    static @Nullable EngineScript read(
            Place place, List<EmbeddedFile> files, Scope scope, Set<String> extensions) {
        if (!extensions.contains(EXTENSION)) {
            place.problem(
                    "`engine` needs `extensions: [" + EXTENSION + "]` at the top of the template");
        }
        Fields fields = place.fields();
        if (fields == null) return null;
        Place nameAt = fields.required("name");
        Place settingsAt = fields.optional("settings");
        Place outputsAt = fields.optional("outputs");
        fields.end();
        String name = nameAt == null ? null : nameAt.text(TextRule.IDENTIFIER);
        ObjectNode settings = group(settingsAt, scope);
        ObjectNode outputs = group(outputsAt, scope);
        return name == null ? null : new EngineScript(name, settings, outputs, files);
    }

    private static ObjectNode group(@Nullable Place place, Scope scope) {
        if (place == null) return NODES.objectNode();
        if (node(place, scope) instanceof ObjectNode group) return group;
        place.problem("This must be a group of keys, not " + place.content().kind());
        return NODES.objectNode();
    }

    private static JsonNode node(Place place, Scope scope) {
        return switch (place.content()) {
            case Content.Mapping mapping -> {
                ObjectNode group = NODES.objectNode();
                mapping.entries()
                        .forEach((key, value) ->
                                group.set(
                                        key,
                                        node(
                                                inside(place, "." + Numbers.shortened(key), value),
                                                scope)));
                yield group;
            }
            case Content.Sequence sequence -> {
                ArrayNode list = NODES.arrayNode();
                for (Content item : sequence.items())
                    list.add(node(inside(place, "[" + list.size() + "]", item), scope));
                yield list;
            }
            case Content.Scalar scalar -> scalar(place, scalar, scope);
        };
    }

    private static Place inside(Place place, String step, Content content) {
        return new Place(place.path() + step, content, place.problems());
    }

    private static JsonNode scalar(Place place, Content.Scalar scalar, Scope scope) {
        return switch (scalar.scalarKind()) {
            case NULL -> NODES.nullNode();
            case BOOL -> NODES.booleanNode(Boolean.TRUE.equals(place.bool()));
            case INT, FLOAT -> number(place, scalar.text());
            case STRING -> {
                FormatString format = place.format(scalar.text());
                if (format != null) scope.check(format, place);
                yield NODES.textNode(scalar.text());
            }
        };
    }

    private static JsonNode number(Place place, String text) {
        Long integer = Numbers.integer(text);
        if (integer != null) {
            // As the JSON parser makes them, so that a script read back is equal to this one.
            boolean small = integer == integer.intValue();
            return small
                    ? NODES.numberNode(integer.intValue())
                    : NODES.numberNode(integer.longValue());
        }
        BigDecimal decimal = Numbers.decimal(text);
        if (decimal != null) return NODES.numberNode(decimal);
        place.problem(
                "`"
                        + Numbers.shortened(text)
                        + "` is not a decimal number of usual size;"
                        + " put it in quotes if it is a text");
        return NODES.nullNode();
    }
}
