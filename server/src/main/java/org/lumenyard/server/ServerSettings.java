package org.lumenyard.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lumenyard.store.Place;

/**
 * What a server is started with.
 *
 * @param dataFolder holds the database, logs, thumbnails and archives; one server at a time
 * @param host the address to listen on; loopback unless somebody decided otherwise
 * @param port the port to listen on; 0 for any
 * @param portFixed whether a busy port is an error; if not, the next free one is taken
 * @param lease how long agents' work lives without word from the server
 * @param killGrace how long an agent's kill of a process tree may take
 * @param keeping how long, and how much of it, what is over is kept
 * @param roots folders under which users' scenes and outputs may lie
 * @param privateFolders folders whose files are never shown as outputs, beside the data folder
 * @param hostNames names that this server goes by, beside {@code localhost}
 * @param demo what "Render the demo scene" submits; null without one
 * @param database the farm's PostgreSQL database; null for one in the data folder
 */
public record ServerSettings(
        Path dataFolder,
        String host,
        int port,
        boolean portFixed,
        Duration lease,
        Duration killGrace,
        Keeping keeping,
        List<Path> roots,
        List<Path> privateFolders,
        Set<String> hostNames,
        @Nullable Demo demo,
        Place.@Nullable Postgres database) {

    /** All folders whose files are never shown as outputs. */
    List<Path> ownFolders() {
        var own = new ArrayList<>(privateFolders);
        own.add(dataFolder);
        return own;
    }

    /**
     * The built-in demo's submission.
     *
     * @param jobType a built-in job type
     * @param parameters its parameters
     */
    public record Demo(String name, String jobType, Map<String, String> parameters) {}

    /** A server on loopback with leases of five minutes, for files under {@code roots}. */
    public static ServerSettings local(Path dataFolder, int port, List<Path> roots) {
        return new ServerSettings(
                dataFolder,
                "127.0.0.1",
                port,
                false,
                Duration.ofMinutes(5),
                Duration.ofSeconds(5),
                Keeping.ALL,
                roots,
                List.of(),
                Set.of(),
                null,
                null);
    }

    /** The same with another lease. */
    public ServerSettings withLease(Duration other, Duration otherGrace) {
        return new ServerSettings(
                dataFolder,
                host,
                port,
                portFixed,
                other,
                otherGrace,
                keeping,
                roots,
                privateFolders,
                hostNames,
                demo,
                database);
    }

    /** The same, with finished jobs kept for so long. */
    public ServerSettings withKeepFor(Duration other) {
        return withKeeping(new Keeping(other, null, null, null));
    }

    /** The same, keeping no more than that. */
    public ServerSettings withKeeping(Keeping other) {
        return new ServerSettings(
                dataFolder,
                host,
                port,
                portFixed,
                lease,
                killGrace,
                other,
                roots,
                privateFolders,
                hostNames,
                demo,
                database);
    }

    /** The same with a demo. */
    public ServerSettings withDemo(Demo other) {
        return new ServerSettings(
                dataFolder,
                host,
                port,
                portFixed,
                lease,
                killGrace,
                keeping,
                roots,
                privateFolders,
                hostNames,
                other,
                database);
    }

    /** The same with its farm in PostgreSQL. */
    public ServerSettings withDatabase(Place.@Nullable Postgres other) {
        return new ServerSettings(
                dataFolder,
                host,
                port,
                portFixed,
                lease,
                killGrace,
                keeping,
                roots,
                privateFolders,
                hostNames,
                demo,
                other);
    }
}
