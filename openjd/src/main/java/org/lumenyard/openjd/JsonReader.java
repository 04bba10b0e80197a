package org.lumenyard.openjd;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** Reads JSON; recursion is bounded by {@link DocumentReader#MAX_DEPTH}. */
final class JsonReader {
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(DocumentReader.MAX_DEPTH)
                                    .maxStringLength(DocumentReader.MAX_CHARACTERS)
                                    .build())
                    .build();

    private final JsonParser parser;
    private int values;

    private JsonReader(JsonParser parser) {
        this.parser = parser;
    }

    static Content read(String document) {
        try (JsonParser parser = JSON.createParser(document)) {
            var reader = new JsonReader(parser);
            Content content = reader.value(parser.nextToken());
            if (parser.nextToken() != null)
                throw DocumentReader.refused(
                        "There is more after the end of the template", reader.line());
            return content;
        } catch (JsonProcessingException notJson) {
            var location = notJson.getLocation();
            int line = location == null ? 0 : location.getLineNr();
            throw DocumentReader.refused("This is not JSON: " + notJson.getOriginalMessage(), line);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private Content value(@Nullable JsonToken token) throws IOException {
        if (token == null) throw DocumentReader.refused("The template ends too early", line());
        if (++values > DocumentReader.MAX_VALUES) throw DocumentReader.tooMany(line());
        return switch (token) {
            case START_OBJECT -> mapping();
            case START_ARRAY -> sequence();
            case VALUE_STRING -> scalar(Content.ScalarKind.STRING);
            case VALUE_NUMBER_INT -> scalar(Content.ScalarKind.INT);
            case VALUE_NUMBER_FLOAT -> scalar(Content.ScalarKind.FLOAT);
            case VALUE_TRUE, VALUE_FALSE -> scalar(Content.ScalarKind.BOOL);
            case VALUE_NULL -> scalar(Content.ScalarKind.NULL);
            default -> throw DocumentReader.refused("Unexpected " + token, line());
        };
    }

    private Content mapping() throws IOException {
        int line = line();
        var entries = new LinkedHashMap<String, Content>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            int keyLine = line();
            String key = DocumentReader.unicode(parser.currentName(), keyLine);
            if (entries.put(key, value(parser.nextToken())) != null)
                throw DocumentReader.twice(key, keyLine);
        }
        return new Content.Mapping(entries, line);
    }

    private Content sequence() throws IOException {
        int line = line();
        var items = new ArrayList<Content>();
        for (JsonToken token = parser.nextToken();
                token != JsonToken.END_ARRAY;
                token = parser.nextToken()) {
            items.add(value(token));
        }
        return new Content.Sequence(items, line);
    }

    private Content scalar(Content.ScalarKind kind) throws IOException {
        return new Content.Scalar(kind, DocumentReader.unicode(parser.getText(), line()), line());
    }

    private int line() {
        return parser.currentTokenLocation().getLineNr();
    }
}
