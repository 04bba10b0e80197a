package org.lumenyard.openjd;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The form in which a {@link BoundScript} is stored with a step and sent to nodes. */
final class CanonicalScript {
    private static final String FORMAT = "script/1";
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
                    .build();

    private CanonicalScript() {}

    static String write(BoundScript bound) {
        ObjectNode root = JSON.createObjectNode().put("format", FORMAT);
        ObjectNode symbols = root.putObject("symbols");
        new TreeMap<>(bound.symbols()).forEach(symbols::put);
        new TreeSet<>(bound.mapped()).forEach(root.putArray("mapped")::add);
        switch (bound.script()) {
            case CommandScript(Action run, _) -> writeAction(run, root.putObject("command"));
            case EngineScript(String name, var settings, var outputs, _) -> {
                ObjectNode engine = root.putObject("engine").put("name", name);
                engine.set("settings", settings);
                engine.set("outputs", outputs);
            }
        }
        var files = root.putArray("files");
        bound.script().embeddedFiles().forEach(file -> writeFile(file, files.addObject()));
        return root.toString();
    }

    private static void writeAction(Action action, ObjectNode node) {
        node.put("command", action.command().toString());
        var args = node.putArray("args");
        action.args().forEach(arg -> args.add(arg.toString()));
        Long timeout = action.timeoutSeconds();
        if (timeout != null) node.put("timeoutSeconds", timeout);
        Long notify = action.notifySeconds();
        if (notify != null) node.put("notifySeconds", notify);
    }

    private static void writeFile(EmbeddedFile file, ObjectNode node) {
        node.put("name", file.name());
        if (file.fileName() != null) node.put("fileName", file.fileName());
        node.put("runnable", file.runnable()).put("data", file.data().toString());
    }

    static BoundScript read(String text) {
        JsonNode root;
        try {
            root = JSON.readTree(text);
        } catch (JsonProcessingException notJson) {
            throw new IllegalArgumentException(
                    "not a script: " + notJson.getOriginalMessage(), notJson);
        }
        String format = root.path("format").asText("");
        if (!format.equals(FORMAT))
            throw new IllegalArgumentException("not a script that is known here: " + format);
        var symbols = new HashMap<String, String>();
        root.path("symbols")
                .properties()
                .forEach(entry -> symbols.put(entry.getKey(), entry.getValue().asText("")));
        var mapped = new HashSet<String>();
        root.path("mapped").forEach(name -> mapped.add(name.asText("")));
        return new BoundScript(script(root), symbols, mapped);
    }

    private static Script script(JsonNode root) {
        var files = new ArrayList<EmbeddedFile>();
        root.path("files").forEach(node -> files.add(file(node)));
        JsonNode engine = root.path("engine");
        if (engine.path("settings") instanceof ObjectNode settings
                && engine.path("outputs") instanceof ObjectNode outputs) {
            return new EngineScript(engine.path("name").asText(""), settings, outputs, files);
        }
        if (root.path("command").isObject())
            return new CommandScript(action(root.path("command")), files);
        throw new IllegalArgumentException("a script without command and engine");
    }

    private static Action action(JsonNode node) {
        List<FormatString> args = new ArrayList<>();
        node.path("args").forEach(arg -> args.add(FormatString.parse(arg.asText(""))));
        FormatString command = FormatString.parse(node.path("command").asText(""));
        return new Action(
                command,
                args,
                seconds(node.path("timeoutSeconds")),
                seconds(node.path("notifySeconds")));
    }

    private static @Nullable Long seconds(JsonNode node) {
        return node.isNumber() ? node.longValue() : null;
    }

    private static EmbeddedFile file(JsonNode node) {
        String fileName =
                node.path("fileName").isTextual() ? node.path("fileName").textValue() : null;
        FormatString data = FormatString.parse(node.path("data").asText(""));
        return new EmbeddedFile(
                node.path("name").asText(""), fileName, node.path("runnable").asBoolean(), data);
    }
}
