package org.lumenyard.launcher;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lumenyard.launcher.config.Setting;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what is set. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        description = "What is set, and where each value comes from.",
        subcommands = ConfigCommand.Show.class)
final class ConfigCommand {
    /** Prints each setting with its origin. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Print every setting with its value and where it comes from.")
    static final class Show implements Runnable {
        @Mixin Settings settings = new Settings();

        @Option(names = "--json", description = "Print one JSON document.")
        boolean json;

        @Override
        public void run() {
            var config = settings.load();
            var rows = new LinkedHashMap<String, Map<String, String>>();
            for (Setting setting : Setting.values()) {
                var value = config.value(setting);
                rows.put(setting.key(), Map.of("value", value.text(), "origin", value.origin()));
            }
            if (json) print(rows);
            else
                rows.forEach((key, row) ->
                        System.out.printf(
                                "%-27s %-40s %s%n", key, row.get("value"), row.get("origin")));
        }

        private static void print(Object document) {
            try {
                System.out.println(
                        new ObjectMapper()
                                .writerWithDefaultPrettyPrinter()
                                .writeValueAsString(document));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
