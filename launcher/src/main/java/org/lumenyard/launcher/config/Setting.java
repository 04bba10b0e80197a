package org.lumenyard.launcher.config;

import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.lumenyard.store.Place;

/**
 * Everything that can be set, with its key in {@code lumenyard.yaml}, its default and its meaning.
 */
public enum Setting {
    HOST("server.host", "the address that the server listens on", e -> "127.0.0.1"),
    PORT("server.port", "its port; when it is busy the next free one is taken", e -> "7227"),
    DATA(
            "server.data",
            "the farm's database, logs and pictures",
            e -> xdg(e, "XDG_DATA_HOME", ".local/share")),
    DATABASE(
            "server.database",
            "a PostgreSQL database, postgresql://user@host/name; empty: SQLite in server.data",
            e -> ""),
    DATABASE_PASSWORD_FILE(
            "server.databasePasswordFile",
            "a file with its password; empty: PGPASSWORD, or PostgreSQL's own password file",
            e -> ""),
    ROOTS(
            "server.roots",
            "folders that scenes are read from and outputs written to",
            e -> e.getOrDefault("HOME", "/")),
    LEASE("server.lease", "how long work goes on without a word from the server", e -> "PT5M"),
    KILL_GRACE("server.killGrace", "how long a stopped process may tidy up", e -> "PT5S"),
    KEEP_FOR(
            "server.keepFor",
            "how long finished jobs are kept, such as P90D; empty: for ever",
            e -> ""),
    KEEP_AT_MOST(
            "server.keepAtMost",
            "how much the farm may take, such as 200 GB; beyond it the oldest finished jobs go; empty: no bound",
            e -> ""),
    KEEP_LOGS_FOR(
            "server.keepLogsFor",
            "how long a finished job's logs are kept, such as P30D; empty: as long as the job",
            e -> ""),
    ARCHIVE_AFTER(
            "server.archiveAfter",
            "when a finished job's tasks and runs go into an archive, such as P14D; empty: never",
            e -> ""),
    LOCAL_AGENT("server.agent", "whether the server starts an agent beside itself", e -> "true"),
    STATE(
            "state",
            "where the command line finds the running server",
            e -> xdg(e, "XDG_STATE_HOME", ".local/state")),
    AGENT_NAME("agent.name", "the node's name in the farm", Setting::hostName),
    AGENT_STATE(
            "agent.state",
            "the agent's own folder",
            e -> xdg(e, "XDG_STATE_HOME", ".local/state") + "/agent"),
    AGENT_SERVER("agent.server", "the server's address; empty: the one on this machine", e -> ""),
    AGENT_TOKEN_FILE(
            "agent.tokenFile",
            "a file with the agent's token; empty: the one of this machine's server",
            e -> ""),
    TOOLS("agent.tools", "where the demo installs Blender and ffmpeg without root", Setting::tools);

    private final String key;
    private final String meaning;
    private final Function<Map<String, String>, String> defaultValue;

    Setting(String key, String meaning, Function<Map<String, String>, String> defaultValue) {
        this.key = key;
        this.meaning = meaning;
        this.defaultValue = defaultValue;
    }

    /** Its place in the file, such as {@code server.port}. */
    public String key() {
        return key;
    }

    /** What it means, in half a sentence. */
    public String meaning() {
        return meaning;
    }

    String defaultValue(Map<String, String> environment) {
        return defaultValue.apply(environment);
    }

    /** The environment variable that sets it: {@code LUMENYARD_SERVER_PORT}. */
    public String variable() {
        return "LUMENYARD_"
                + key.replaceAll("([a-z])([A-Z])", "$1_$2")
                        .replace('.', '_')
                        .toUpperCase(Locale.ROOT);
    }

    static Optional<Setting> of(String key) {
        return Arrays.stream(values()).filter(setting -> setting.key.equals(key)).findFirst();
    }

    /**
     * The setting with this key.
     *
     * @throws ConfigException naming all keys, when there is none
     */
    public static Setting named(String key) {
        return of(key).orElseThrow(() ->
                new ConfigException("no setting is called " + key + "; there are: " + keys()));
    }

    static String keys() {
        return String.join(", ", Arrays.stream(values()).map(Setting::key).toList());
    }

    /** What is wrong with a value, or null. */
    @Nullable String complaint(String value) {
        return switch (this) {
            case DATABASE -> value.isEmpty() ? null : complaintOfDatabase(value);
            case PORT -> isPort(value) ? null : "must be a port from 0 to 65535";
            case LEASE, KILL_GRACE ->
                    isDuration(value) ? null : "must be an ISO 8601 duration such as PT5M";
            case KEEP_FOR, KEEP_LOGS_FOR, ARCHIVE_AFTER ->
                    value.isEmpty() || isDuration(value)
                            ? null
                            : "must be empty or an ISO 8601 duration such as P90D";
            case KEEP_AT_MOST ->
                    value.isEmpty() || Bytes.parse(value).isPresent()
                            ? null
                            : "must be empty or an amount of bytes such as 200 GB";
            case LOCAL_AGENT ->
                    value.equals("true") || value.equals("false") ? null : "must be true or false";
            case DATA, STATE, AGENT_STATE, TOOLS ->
                    Path.of(value).isAbsolute() ? null : "must be an absolute path";
            default -> null;
        };
    }

    private static @Nullable String complaintOfDatabase(String url) {
        try {
            new Place.Postgres(url, null);
            return null;
        } catch (IllegalArgumentException e) {
            return "is not usable. " + e.getMessage();
        }
    }

    /** How a value that is refused is shown: a database's may hold a password. */
    String shown(String refused) {
        return this == DATABASE ? "…" : refused;
    }

    private static boolean isPort(String value) {
        try {
            int port = Integer.parseInt(value);
            return port >= 0 && port <= 65_535;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isDuration(String value) {
        try {
            return Duration.parse(value).isPositive();
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static String xdg(Map<String, String> environment, String variable, String below) {
        String base = environment.getOrDefault(variable, "");
        String home = environment.getOrDefault("HOME", "/");
        return (base.isEmpty() ? home + "/" + below : base) + "/lumenyard";
    }

    private static String tools(Map<String, String> environment) {
        String app = environment.get("LUMENYARD_APP");
        return app == null
                ? xdg(environment, "XDG_DATA_HOME", ".local/share") + "/tools"
                : app + "/.lumenyard/tools";
    }

    private static String hostName(Map<String, String> environment) {
        String given = environment.getOrDefault("HOSTNAME", "");
        if (!given.isEmpty()) return given;
        try {
            return java.net.InetAddress.getLocalHost().getHostName();
        } catch (java.net.UnknownHostException e) {
            return "node";
        }
    }
}
