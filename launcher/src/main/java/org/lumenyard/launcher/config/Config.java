package org.lumenyard.launcher.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The settings in force, each with where it came from: an option, the environment, the file with
 * its line, or the default.
 */
public final class Config {
    /** A value and where it came from. Lists are joined by {@code :}. */
    public record Value(String text, String origin) {}

    private final Map<Setting, Value> values;

    private Config(Map<Setting, Value> values) {
        this.values = values;
    }

    /**
     * Reads what is set.
     *
     * @param options from the command line, by setting
     * @throws ConfigException naming the line, when the file cannot be understood
     */
    public static Config load(
            Map<Setting, String> options, Map<String, String> environment, List<Path> files) {
        var values = new EnumMap<Setting, Value>(Setting.class);
        for (Setting setting : Setting.values()) {
            values.put(setting, new Value(setting.defaultValue(environment), "default"));
        }
        files.stream()
                .filter(Files::isRegularFile)
                .findFirst()
                .ifPresent(file -> read(file, values));
        for (Setting setting : Setting.values()) {
            String given = environment.getOrDefault(setting.variable(), "");
            if (!given.isEmpty()) put(values, setting, given, setting.variable());
        }
        options.forEach((setting, text) -> put(values, setting, text, "command line"));
        return new Config(values);
    }

    /** The files that are looked for, the first one found counts. */
    public static List<Path> places(Map<String, String> environment) {
        var places = new ArrayList<Path>();
        String named = environment.getOrDefault("LUMENYARD_CONFIG", "");
        if (!named.isEmpty()) places.add(Path.of(named));
        String base =
                environment.getOrDefault(
                        "XDG_CONFIG_HOME", environment.getOrDefault("HOME", "/") + "/.config");
        places.add(Path.of(base, "lumenyard", "lumenyard.yaml"));
        String app = environment.getOrDefault("LUMENYARD_APP", "");
        if (!app.isEmpty()) places.add(Path.of(app, "lumenyard.yaml"));
        return places;
    }

    private static void read(Path file, Map<Setting, Value> values) {
        try (var reader = Files.newBufferedReader(file)) {
            Node root = new Yaml(new LoaderOptions()).compose(reader);
            if (root != null) read(file, "", root, values);
        } catch (IOException e) {
            throw new ConfigException(file + ": cannot be read: " + e.getMessage());
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw new ConfigException("%s:%d: %s".formatted(file, line, e.getProblem()));
        }
    }

    private static void read(Path file, String prefix, Node node, Map<Setting, Value> values) {
        if (!(node instanceof MappingNode mapping)) {
            throw new ConfigException(at(file, node) + "expected settings such as \"server:\"");
        }
        for (NodeTuple entry : mapping.getValue()) {
            Node name = entry.getKeyNode();
            String key = prefix + ((ScalarNode) name).getValue();
            var setting = Setting.of(key);
            if (setting.isPresent()) {
                put(
                        values,
                        setting.get(),
                        text(file, entry.getValueNode()),
                        file + ":" + line(name));
            } else if (isGroup(key)) {
                read(file, key + ".", entry.getValueNode(), values);
            } else {
                throw new ConfigException(
                        at(file, name)
                                + "no setting is called "
                                + key
                                + "; there are: "
                                + Setting.keys());
            }
        }
    }

    private static boolean isGroup(String key) {
        return Arrays.stream(Setting.values())
                .anyMatch(setting -> setting.key().startsWith(key + "."));
    }

    private static String text(Path file, Node node) {
        return switch (node) {
            case ScalarNode scalar -> scalar.getValue();
            case SequenceNode list ->
                    String.join(
                            ":", list.getValue().stream().map(item -> text(file, item)).toList());
            default -> throw new ConfigException(at(file, node) + "expected a value or a list");
        };
    }

    private static String at(Path file, Node node) {
        return "%s:%d: ".formatted(file, line(node));
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    private static void put(
            Map<Setting, Value> values, Setting setting, String text, String origin) {
        String complaint = setting.complaint(text);
        if (complaint != null) {
            throw new ConfigException(
                    "%s: %s is \"%s\": it %s"
                            .formatted(origin, setting.key(), setting.shown(text), complaint));
        }
        values.put(setting, new Value(text, origin));
    }

    public Value value(Setting setting) {
        return java.util.Objects.requireNonNull(values.get(setting));
    }

    public String text(Setting setting) {
        return value(setting).text();
    }

    public int number(Setting setting) {
        return Integer.parseInt(text(setting));
    }

    public boolean isOn(Setting setting) {
        return Boolean.parseBoolean(text(setting));
    }

    public Duration duration(Setting setting) {
        return Duration.parse(text(setting));
    }

    /** A duration that may be left out; null without one. */
    public @Nullable Duration durationOrNull(Setting setting) {
        return text(setting).isEmpty() ? null : duration(setting);
    }

    /** An amount of bytes that may be left out; null without one. */
    public @Nullable Long bytesOrNull(Setting setting) {
        return Bytes.parse(text(setting)).orElse(null);
    }

    public Path path(Setting setting) {
        return Path.of(text(setting));
    }

    public List<Path> paths(Setting setting) {
        return Arrays.stream(text(setting).split(":"))
                .filter(s -> !s.isBlank())
                .map(Path::of)
                .toList();
    }
}
