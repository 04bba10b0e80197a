package org.lumenyard.launcher;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lumenyard.launcher.config.Config;
import org.lumenyard.launcher.config.Setting;
import picocli.CommandLine.Option;

/** The options that every command of a process has: any setting, by its key. */
public final class Settings {
    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set something for this time, such as server.port=8000; see: config show")
    @Nullable Map<String, String> set;

    /** What is in force with these options. */
    public Config load() {
        return load(Map.of());
    }

    /** What is in force with these options and those that the command has of its own. */
    public Config load(Map<Setting, String> more) {
        var options = new EnumMap<Setting, String>(Setting.class);
        if (set != null) set.forEach((key, value) -> options.put(Setting.named(key), value));
        options.putAll(more);
        return Config.load(options, System.getenv(), Config.places(System.getenv()));
    }
}
