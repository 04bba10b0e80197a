package org.lumenyard.launcher.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lumenyard.launcher.config.Setting;
import org.lumenyard.store.Place;

/** Where a benchmark's farm keeps its rows: in its own folder, or on a PostgreSQL server. */
sealed interface BenchDatabase extends AutoCloseable {
    /** What the farm's server is told of it. */
    Map<Setting, String> settings();

    /** Where the same statements are measured without a farm. */
    Place limit(Path scratch);

    String name();

    @Override
    void close() throws IOException;

    /**
     * SQLite, or two databases of its own on the server that a URL names, which go again.
     *
     * @param url null for SQLite
     * @throws IOException when the server cannot be reached or does not let them be made
     */
    static BenchDatabase of(@Nullable String url) throws IOException {
        return url == null ? new Sqlite() : Postgres.make(url);
    }

    /** The default. */
    record Sqlite() implements BenchDatabase {
        @Override
        public Map<Setting, String> settings() {
            return Map.of();
        }

        @Override
        public Place limit(Path scratch) {
            return new Place.Folder(scratch.resolve("limit"));
        }

        @Override
        public String name() {
            return "sqlite";
        }

        @Override
        public void close() {}
    }

    /** Two databases beside the one that the URL names. */
    record Postgres(Place.Postgres server, String farm, String alone) implements BenchDatabase {
        private static Postgres make(String url) throws IOException {
            long now = System.currentTimeMillis();
            var server = new Place.Postgres(url, System.getenv("PGPASSWORD"));
            var made = new Postgres(server, "bench_farm_" + now, "bench_alone_" + now);
            made.run("CREATE DATABASE " + made.farm);
            made.run("CREATE DATABASE " + made.alone);
            return made;
        }

        private void run(String statement) throws IOException {
            try (var connection =
                            DriverManager.getConnection(
                                    server.driverUrl(), null, server.password());
                    var sql = connection.createStatement()) {
                sql.execute(statement);
            } catch (SQLException e) {
                throw new IOException(
                        "The benchmark makes databases of its own on that server, and could not: "
                                + e.getMessage(),
                        e);
            }
        }

        @Override
        public Map<Setting, String> settings() {
            return Map.of(Setting.DATABASE, urlOf(farm));
        }

        @Override
        public Place limit(Path scratch) {
            return new Place.Postgres(urlOf(alone), server.password());
        }

        /** The server's URL with another database. */
        private String urlOf(String database) {
            URI known = URI.create(server.url());
            String query = known.getRawQuery() == null ? "" : "?" + known.getRawQuery();
            return "postgresql://%s/%s%s"
                    .formatted(
                            Objects.requireNonNullElse(known.getRawAuthority(), ""),
                            database,
                            query);
        }

        @Override
        public String name() {
            return "postgresql";
        }

        @Override
        public void close() throws IOException {
            run("DROP DATABASE IF EXISTS " + farm + " WITH (FORCE)");
            run("DROP DATABASE IF EXISTS " + alone + " WITH (FORCE)");
        }
    }
}
