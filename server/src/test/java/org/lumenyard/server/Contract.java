package org.lumenyard.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code openapi.yaml}, and whether an answer is what it promises. */
final class Contract {
    record Operation(String method, String path) {}

    private final JsonNode contract;

    Contract() throws IOException {
        try (InputStream in = Contract.class.getResourceAsStream("/openapi/openapi.yaml")) {
            contract = new ObjectMapper(new YAMLFactory()).readTree(in);
        }
    }

    List<Operation> operations() {
        var operations = new ArrayList<Operation>();
        contract.path("paths")
                .properties()
                .forEach(path ->
                        path.getValue()
                                .fieldNames()
                                .forEachRemaining(method -> {
                                    if (Set.of("get", "post", "put", "patch", "delete")
                                            .contains(method)) {
                                        operations.add(new Operation(method, path.getKey()));
                                    }
                                }));
        return operations;
    }

    /** What is wrong with an answer; empty when it is as promised. */
    List<String> faults(String method, String path, Station.Answer answer) {
        JsonNode responses = contract.path("paths").path(path).path(method).path("responses");
        JsonNode response = responses.path(Integer.toString(answer.status()));
        if (response.isMissingNode()) {
            response = responses.path("default");
        }
        response = resolved(response);
        if (response.isMissingNode()) {
            return List.of("answers " + answer.status() + ", which is not promised");
        }
        String type = answer.type().replaceAll(";.*", "");
        JsonNode content = response.path("content");
        if (content.isMissingNode()) {
            return List.of();
        }
        JsonNode schema = content.path(type).path("schema");
        if (schema.isMissingNode()) {
            boolean picture = type.startsWith("image/") && content.has("image/*");
            return picture
                    ? List.of()
                    : List.of("answers with " + type + ", which is not promised");
        }
        return type.endsWith("json") ? faults(schema, answer.json()) : List.of();
    }

    private List<String> faults(JsonNode schema, JsonNode value) {
        ObjectNode whole = schema.deepCopy();
        whole.set("components", contract.path("components"));
        // What is sent beyond the promise would be a field that nobody can rely on.
        whole.put("unevaluatedProperties", false);
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(whole)
                .validate(value)
                .stream()
                .map(Object::toString)
                .collect(Collectors.toList());
    }

    private JsonNode resolved(JsonNode node) {
        String ref = node.path("$ref").asText();
        return ref.isEmpty() ? node : contract.at(ref.substring(1));
    }
}
