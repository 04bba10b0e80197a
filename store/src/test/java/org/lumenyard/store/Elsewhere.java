package org.lumenyard.store;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A process of its own with a place to open. */
final class Elsewhere {
    private static final String PASSWORD = "PLACE_PASSWORD";

    private Elsewhere() {}

    /** Runs that class's main method, for this place. */
    static Process start(Place place, Class<?> main) throws IOException {
        var builder =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                "-Dorg.jooq.no-logo=true",
                                "-Dorg.jooq.no-tips=true",
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.getName(),
                                place.toString())
                        .redirectErrorStream(true);
        if (place instanceof Place.Postgres(String url, String password)) {
            builder.environment().put(PASSWORD, password);
        }
        return builder.start();
    }

    /** In that process: the place that it was started for. */
    static Place place(String[] arguments) {
        @Nullable String password = System.getenv(PASSWORD);
        return password == null
                ? new Place.Folder(Path.of(arguments[0]))
                : new Place.Postgres(arguments[0], password);
    }
}
