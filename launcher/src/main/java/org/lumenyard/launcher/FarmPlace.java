package org.lumenyard.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.lumenyard.launcher.config.Config;
import org.lumenyard.launcher.config.Setting;
import org.lumenyard.store.Place;

/** Where the settings say that the farm's rows are. */
final class FarmPlace {
    /** PostgreSQL's own name for it, known to its other programs. */
    static final String PASSWORD_VARIABLE = "PGPASSWORD";

    private FarmPlace() {}

    /** A folder or a PostgreSQL database. */
    static Place of(Config config) throws IOException {
        Place.@Nullable Postgres database = postgres(config);
        return database == null ? new Place.Folder(config.path(Setting.DATA)) : database;
    }

    /** The PostgreSQL database; null when the farm is in the data folder. */
    static Place.@Nullable Postgres postgres(Config config) throws IOException {
        String url = config.text(Setting.DATABASE);
        return url.isEmpty() ? null : new Place.Postgres(url, password(config));
    }

    /** A place that was named on the command line, with the password that the settings know. */
    static Place named(String text, Config config) throws IOException {
        return Place.Postgres.isPostgres(text)
                ? new Place.Postgres(text, password(config))
                : new Place.Folder(Path.of(text));
    }

    private static @Nullable String password(Config config) throws IOException {
        String file = config.text(Setting.DATABASE_PASSWORD_FILE);
        if (file.isEmpty()) return System.getenv(PASSWORD_VARIABLE);
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new IOException(
                    "%s: the file %s cannot be read."
                            .formatted(Setting.DATABASE_PASSWORD_FILE.key(), file),
                    e);
        }
    }
}
