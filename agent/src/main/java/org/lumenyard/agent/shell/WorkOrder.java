package org.lumenyard.agent.shell;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.lumenyard.agent.engine.Work;
import org.lumenyard.openjd.FormatString;
import org.lumenyard.openjd.RangeExpression;
import org.lumenyard.protocol.ServerMessage.Start;

/** Turns the server's order into an engine's work: format strings get their values here. */
final class WorkOrder {
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final String VCPU = "amount.worker.vcpu";
    private static final String MEMORY = "amount.worker.memory";

    private WorkOrder() {}

    /**
     * @param scratch the run's own folder, {@code Session.WorkingDirectory} to format strings
     * @throws IllegalArgumentException when a reference has no value, or the frames are none; the
     *     message is a sentence
     */
    static Work read(Start order, Path scratch) {
        Map<String, String> symbols = symbols(order, scratch);
        return new Work(
                order.run(),
                resolved(order.settings(), symbols),
                resolved(order.outputs(), symbols),
                (int) Math.clamp(order.amounts().getOrDefault(VCPU, 1L), 1, 4096),
                order.amounts().getOrDefault(MEMORY, 0L),
                verified(order.done()),
                Long.toString(order.run()));
    }

    private static Map<String, String> symbols(Start order, Path scratch) {
        var symbols = new HashMap<String, String>();
        symbols.put("Session.WorkingDirectory", scratch.toString());
        order.parameters().forEach((name, value) -> put(symbols, "", name, value));
        order.values().forEach((name, value) -> put(symbols, "Task.", name, value));
        return symbols;
    }

    private static void put(Map<String, String> symbols, String scope, String name, String value) {
        symbols.put(scope + "Param." + name, value);
        symbols.put(scope + "RawParam." + name, value);
    }

    private static JsonNode resolved(Object value, Map<String, String> symbols) {
        return JSON.valueToTree(plain(value, symbols));
    }

    private static Object plain(Object value, Map<String, String> symbols) {
        return switch (value) {
            case String text -> FormatString.parse(text).resolve(symbols);
            case List<?> list -> {
                var all = new ArrayList<Object>();
                list.forEach(each -> all.add(plain(each, symbols)));
                yield all;
            }
            case Map<?, ?> map -> {
                var all = new LinkedHashMap<String, Object>();
                map.forEach((name, each) -> all.put(String.valueOf(name), plain(each, symbols)));
                yield all;
            }
            case null -> JSON.nullNode();
            default -> value;
        };
    }

    private static Set<String> verified(String frames) {
        if (frames.isBlank()) {
            return Set.of();
        }
        return RangeExpression.parseLenient(frames).stream()
                .mapToObj(Long::toString)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The folders in which the work may leave parts. */
    static Set<Path> outputFolders(Work work) {
        var folders = new LinkedHashSet<Path>();
        add(folders, work.outputs().path("folder").asText(""), false);
        add(folders, work.outputs().path("file").asText(""), true);
        work.outputs().path("files").forEach(file -> add(folders, file.asText(""), true));
        return folders;
    }

    private static void add(Set<Path> folders, String text, boolean isFile) {
        try {
            Path path = Path.of(text).normalize();
            Path folder = isFile ? path.getParent() : path;
            if (path.isAbsolute() && folder != null) {
                folders.add(folder);
            }
        } catch (InvalidPathException noPath) {
            return; // the engine will say so
        }
    }
}
