package org.lumenyard.jobs;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lumenyard.core.Requirements.Attribute;

/**
 * The engines that agents have, as far as a template can be held against them before it is stored.
 * Each engine reads its settings itself, and has the last word.
 */
enum EngineRules {
    /** Frames of a scene. By default a task takes 8 cores, or all of a smaller node. */
    BLENDER(
            8,
            List.of(
                    "scene",
                    "frames",
                    "engine",
                    "samples",
                    "resolution",
                    "percentage",
                    "device",
                    "format",
                    "camera",
                    "sceneName",
                    "viewLayer",
                    "allowScripts",
                    "warm",
                    "version",
                    "pictureChecks",
                    "lockFolder"),
            List.of("folder", "pattern"),
            List.of("scene", "frames", "folder", "pattern")),
    /** A film of pictures. */
    ENCODE(
            4,
            List.of("input", "frames", "rate", "codec", "quality"),
            List.of("file"),
            List.of("input", "frames", "file")),
    /** Any program. */
    COMMAND(
            1,
            List.of("command", "environment", "folder", "pictureChecks"),
            List.of("files"),
            List.of("command")),
    /** Pictures that need no program. */
    TESTPATTERN(
            1,
            List.of(
                    "frames",
                    "width",
                    "height",
                    "seconds",
                    "failFrames",
                    "pictureChecks",
                    "lockFolder"),
            List.of("folder", "pattern"),
            List.of("frames", "folder", "pattern"));

    private final int cores;
    private final List<String> settings;
    private final List<String> outputs;
    private final List<String> needed;

    EngineRules(int cores, List<String> settings, List<String> outputs, List<String> needed) {
        this.cores = cores;
        this.settings = Stream.concat(settings.stream(), Stream.of("timeLimit")).toList();
        this.outputs = outputs;
        this.needed = needed;
    }

    static Optional<EngineRules> of(String engine) {
        return Arrays.stream(values()).filter(rules -> rules.engine().equals(engine)).findFirst();
    }

    static String names() {
        return Arrays.stream(values()).map(EngineRules::engine).collect(Collectors.joining(", "));
    }

    /** As templates write it. */
    String engine() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** So many at most does a task get when its template does not say. */
    int cores() {
        return cores;
    }

    /** What a node must offer to have the engine's program at all. */
    List<Attribute> software() {
        return switch (this) {
            case BLENDER -> List.of(new Attribute("attr.software", Set.of("blender"), Set.of()));
            // The program has other names where it comes in a Python package; the engine has not.
            case ENCODE ->
                    List.of(new Attribute("attr.software", Set.of("encode", "ffmpeg"), Set.of()));
            case COMMAND, TESTPATTERN -> List.of();
        };
    }

    /**
     * The names that the engine knows, by the group they stand in; every engine knows timeLimit.
     */
    Map<String, List<String>> known() {
        return Map.of("settings", settings, "outputs", outputs);
    }

    /** Whether it cannot do without. */
    boolean needs(String name) {
        return needed.contains(name);
    }

    /** The settings whose values are paths. */
    static boolean isPath(String name) {
        return List.of("scene", "input", "folder", "file", "files", "lockFolder").contains(name);
    }

    /** A sentence on a name that is not known. */
    String unknown(String group, String name) {
        String there = String.join(", ", new TreeSet<>(known().getOrDefault(group, List.of())));
        return "The engine %s knows no %s `%s`; it knows %s."
                .formatted(engine(), group, name, there);
    }
}
