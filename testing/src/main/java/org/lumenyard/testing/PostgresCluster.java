package org.lumenyard.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * A PostgreSQL server of the tests' own: a cluster in a temporary folder, on a port of its own of
 * the loopback address, made and started by the binaries of Debian's package. It refuses to run as
 * root, so root starts it as the user that the package made.
 */
public final class PostgresCluster implements AutoCloseable {
    private static final Path BINARIES = Path.of("/usr/lib/postgresql");
    private static final String USER = "farmer";
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static @Nullable PostgresCluster shared;

    /**
     * A database in a cluster.
     *
     * @param url as people write it, with the user and without the password
     */
    public record Database(String url, String password) {
        /** A connection that goes past everything that is tested. */
        public Connection connect() throws SQLException {
            var properties = new Properties();
            properties.setProperty("user", USER);
            properties.setProperty("password", password);
            return DriverManager.getConnection("jdbc:" + url.replace(USER + "@", ""), properties);
        }

        /** The same database by another way, such as a test's proxy. */
        public Database at(int port) {
            return new Database(url.replaceFirst(":[0-9]+/", ":" + port + "/"), password);
        }
    }

    private final Path binaries;
    private final Path folder;
    private final int port;
    private final String password = UUID.randomUUID().toString();
    private @Nullable Process process;

    private PostgresCluster(Path binaries, Path folder, int port) {
        this.binaries = binaries;
        this.folder = folder;
        this.port = port;
    }

    /** The one that all tests of this process share; nobody may kill it. */
    public static synchronized PostgresCluster shared() {
        if (shared == null) {
            shared = start();
        }
        return shared;
    }

    /**
     * A new cluster.
     *
     * @throws TestAbortedException with the install command, where PostgreSQL is not installed
     */
    public static PostgresCluster start() {
        try {
            Path folder = Files.createTempDirectory("lumenyard-postgres");
            var cluster = new PostgresCluster(binaries(), folder, freePort());
            Runtime.getRuntime().addShutdownHook(new Thread(cluster::close, "end-postgres"));
            cluster.initialise();
            cluster.begin();
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path binaries() throws IOException {
        if (Files.isDirectory(BINARIES)) {
            try (var versions = Files.list(BINARIES)) {
                var newest =
                        versions.map(version -> version.resolve("bin"))
                                .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                                .max(Comparator.comparing(Path::toString));
                if (newest.isPresent()) return newest.get();
            }
        }
        throw new TestAbortedException(
                "NOT TESTED: PostgreSQL is not installed (apt-get install postgresql)");
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private void initialise() throws IOException {
        Path secret = folder.resolve("password");
        Files.writeString(secret, password);
        if (isRoot()) run(List.of("chown", "-R", "postgres", folder.toString()));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        run(
                asUser(
                        binaries.resolve("initdb").toString(),
                        "--pgdata=" + data(),
                        "--username=" + USER,
                        "--pwfile=" + secret,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C.UTF-8",
                        "--no-instructions"));
    }

    /** Starts it, also again after {@link #kill}; when this returns it answers. */
    public void begin() throws IOException {
        long begun = System.nanoTime();
        while (true) {
            process =
                    new ProcessBuilder(
                                    asUser(
                                            binaries.resolve("postgres").toString(),
                                            "-D",
                                            data(),
                                            "-p",
                                            Integer.toString(port),
                                            "-c",
                                            "listen_addresses=127.0.0.1",
                                            "-c",
                                            "unix_socket_directories=" + folder))
                            .redirectErrorStream(true)
                            .redirectOutput(
                                    ProcessBuilder.Redirect.appendTo(
                                            folder.resolve("log").toFile()))
                            .start();
            while (process.isAlive()) {
                if (answers()) return;
                if (System.nanoTime() - begun > START_NANOS) throw failed();
                pause();
            }
            // What a killed one left running must end first.
            if (System.nanoTime() - begun > START_NANOS) throw failed();
            pause();
        }
    }

    private IOException failed() throws IOException {
        return new IOException(
                "PostgreSQL does not start: " + Files.readString(folder.resolve("log")));
    }

    private boolean answers() {
        try (Connection connection = named("postgres").connect()) {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** An empty database. */
    public Database newDatabase() {
        String name = "farm" + DATABASES.incrementAndGet();
        try (Connection connection = named("postgres").connect();
                var statement = connection.createStatement()) {
            statement.execute("create database " + name);
            return named(name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Database named(String name) {
        return new Database(
                "postgresql://%s@127.0.0.1:%d/%s".formatted(USER, port, name), password);
    }

    /** Where it listens, on the loopback address. */
    public int port() {
        return port;
    }

    /** Kills its first process as the kernel does; the others find out and end. */
    public void kill() {
        Process killed = process;
        if (killed != null) {
            killed.destroyForcibly().onExit().join();
        }
    }

    @Override
    public void close() {
        try {
            if (process != null && process.isAlive()) {
                run(List.of("kill", "-INT", Long.toString(process.pid())));
                if (!process.waitFor(10, TimeUnit.SECONDS)) kill();
            }
            run(List.of("rm", "-rf", folder.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static List<String> asUser(String... command) {
        var whole = new ArrayList<String>();
        if (isRoot()) {
            whole.addAll(
                    List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        whole.addAll(List.of(command));
        return whole;
    }

    private static void run(List<String> command) throws IOException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) throw new IOException(command + ": " + said);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
