package org.lumenyard.store;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where a farm's rows are kept. */
public sealed interface Place {
    /** A SQLite database in a folder on a disk of this machine. */
    record Folder(Path path) implements Place {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * A PostgreSQL database. Its tables stand in the first schema of the user's search path.
     *
     * @param url such as {@code postgresql://user@host:5432/farm?sslmode=verify-full}, with any
     *     parameter of PostgreSQL's JDBC driver, and never with a password
     * @param password null where none is needed, or PostgreSQL's own password file has it
     */
    record Postgres(String url, @Nullable String password) implements Place {
        private static final String SCHEME = "postgresql://";

        /**
         * @throws IllegalArgumentException with a sentence that shows nothing of the URL
         */
        public Postgres {
            if (!isPostgres(url)) {
                throw new IllegalArgumentException(
                        "A PostgreSQL database is named as postgresql://user@host/database.");
            }
            if (user(url).contains(":") || database(url).contains("@") || hasSecret(url)) {
                throw new IllegalArgumentException(
                        "A database's URL must not hold a password: put it in a file of its own.");
            }
            if (database(url).isEmpty()) {
                throw new IllegalArgumentException(
                        "A PostgreSQL URL ends with the database's name: postgresql://user@host/database.");
            }
        }

        /** Whether a text is meant as a URL of PostgreSQL. */
        public static boolean isPostgres(String text) {
            return text.toLowerCase(Locale.ROOT).startsWith(SCHEME);
        }

        /** The same for the driver, which wants the user as a parameter. */
        public String driverUrl() {
            String user = user(url);
            String url = "jdbc:" + SCHEME + authority(this.url) + path(this.url);
            if (user.isEmpty()) return url;
            String parameter = "user=" + URLEncoder.encode(decoded(user), StandardCharsets.UTF_8);
            return url + (url.contains("?") ? "&" : "?") + parameter;
        }

        private static String user(String url) {
            String whole = wholeAuthority(url);
            return whole.contains("@") ? whole.substring(0, whole.lastIndexOf('@')) : "";
        }

        private static String authority(String url) {
            String whole = wholeAuthority(url);
            return whole.substring(whole.lastIndexOf('@') + 1);
        }

        private static String wholeAuthority(String url) {
            String rest = url.substring(SCHEME.length());
            return rest.contains("/") ? rest.substring(0, rest.indexOf('/')) : rest;
        }

        private static String path(String url) {
            return url.substring(SCHEME.length() + wholeAuthority(url).length());
        }

        private static String database(String url) {
            return path(url).replaceFirst("\\?.*", "").replaceFirst("^/", "");
        }

        /** The driver knows several parameters that are passwords. */
        private static boolean hasSecret(String url) {
            return url.contains("?")
                    && Arrays.stream(url.substring(url.indexOf('?') + 1).split("&"))
                            .map(parameter -> parameter.replaceFirst("=.*", ""))
                            .anyMatch(name -> name.toLowerCase(Locale.ROOT).endsWith("password"));
        }

        private static String decoded(String text) {
            return java.net.URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        }

        /** Without the password. */
        @Override
        public String toString() {
            return url;
        }
    }
}
