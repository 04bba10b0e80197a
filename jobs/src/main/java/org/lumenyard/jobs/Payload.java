package org.lumenyard.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lumenyard.openjd.BoundScript;
import org.lumenyard.openjd.CommandScript;
import org.lumenyard.openjd.EngineScript;
import org.lumenyard.openjd.FormatString;
import org.lumenyard.openjd.Job;
import org.lumenyard.openjd.Step;
import org.lumenyard.openjd.ValueType;

/**
 * What the agent does with a step's tasks, as it is kept with the plan. An OpenJD action is the
 * command engine's work like any other.
 *
 * @param format of this text, so that later releases can still read it
 * @param settings with format strings that the agent resolves
 * @param outputs likewise
 * @param parameters the job's, as far as they are referred to
 * @param paths names of those parameters that are paths
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record Payload(
        String format,
        String engine,
        Map<String, Object> settings,
        Map<String, Object> outputs,
        Map<String, String> parameters,
        List<String> paths) {
    private static final String FORMAT = "payload/1";

    /** Thirty years; engines take no longer limit. */
    private static final long NO_END_SECONDS = 1_000_000_000;

    /** Decimals keep the digits that they were written with. */
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    /** A step's, whose script has been found right. */
    static Payload of(Step step, List<Job.Parameter> parameters) {
        BoundScript bound = step.script();
        var values = new LinkedHashMap<String, String>();
        var paths = new ArrayList<String>();
        for (Job.Parameter parameter : parameters) {
            if (!isReferredTo(bound, parameter.name())) continue;
            values.put(parameter.name(), parameter.value());
            if (parameter.type() == ValueType.PATH) paths.add(parameter.name());
        }
        return switch (bound.script()) {
            case EngineScript script ->
                    new Payload(
                            FORMAT,
                            script.name(),
                            map(withoutBlanks(script.settings(), bound)),
                            map(withoutBlanks(script.outputs(), bound)),
                            values,
                            paths);
            case CommandScript script -> {
                ObjectNode settings = JSON.createObjectNode();
                ArrayNode command =
                        settings.putArray("command").add(script.onRun().command().toString());
                script.onRun().args().forEach(argument -> command.add(argument.toString()));
                Long timeout = script.onRun().timeoutSeconds();
                if (timeout != null) settings.put("timeLimit", Math.min(timeout, NO_END_SECONDS));
                yield new Payload(FORMAT, "command", map(settings), Map.of(), values, paths);
            }
        };
    }

    private static boolean isReferredTo(BoundScript script, String name) {
        return script.symbols().containsKey("Param." + name)
                || script.symbols().containsKey("RawParam." + name);
    }

    /** A template has no other way to leave a setting out than to make it empty. */
    private static ObjectNode withoutBlanks(ObjectNode group, BoundScript bound) {
        ObjectNode kept = group.deepCopy();
        group.properties()
                .forEach(entry -> {
                    if (entry.getValue().isTextual()
                            && isBlank(entry.getValue().textValue(), bound))
                        kept.remove(entry.getKey());
                });
        return kept;
    }

    private static boolean isBlank(String text, BoundScript bound) {
        FormatString known = FormatString.parse(text).resolveKnown(bound.symbols()::get);
        return known.isLiteral() && known.toString().isBlank();
    }

    private static Map<String, Object> map(ObjectNode node) {
        try {
            return JSON.readValue(node.toString(), MAP);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    Order order(Map<String, String> values) {
        return new Order(engine, settings, outputs, parameters, paths, values);
    }

    String text() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @throws IllegalArgumentException for any other text
     */
    static Payload read(String text) {
        Payload payload;
        try {
            payload = JSON.readValue(text, Payload.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a payload: " + e.getOriginalMessage(), e);
        }
        if (!FORMAT.equals(payload.format())) {
            throw new IllegalArgumentException(
                    "not a payload that is known here: " + payload.format());
        }
        return payload;
    }
}
