package org.lumenyard.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** This program as a process: how to start it again, and how to know and end one that runs. */
public final class Program {
    private Program() {}

    /** The command line that runs this program with other arguments. */
    public static List<String> command(List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-Dstdout.encoding=UTF-8",
                        "-Dstderr.encoding=UTF-8",
                        "-Dorg.jooq.no-logo=true",
                        "-Dorg.jooq.no-tips=true"));
        command.addAll(cached());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(arguments);
        return command;
    }

    /**
     * The options for the JVM's cache that the launcher names in {@code lumenyard.cache}: the name
     * alone until it is made. The JVM looks for itself whether it fits.
     */
    private static List<String> cached() {
        String cache = System.getProperty("lumenyard.cache", "");
        if (cache.isEmpty()) return List.of();
        String name = "-Dlumenyard.cache=" + cache;
        if (!Files.exists(Path.of(cache))) return List.of(name);
        return List.of(name, "-XX:AOTCache=" + cache, "-XX:+VerifySharedSpaces", "-Xlog:aot*=off");
    }

    /**
     * Starts it in a process session of its own, so that it outlives this one and its terminal.
     *
     * @param log where its output is added
     */
    static Process startApart(List<String> arguments, Map<String, String> environment, Path log)
            throws IOException {
        Files.createDirectories(log.toAbsolutePath().getParent());
        // It may show a login link: for nobody else's eyes.
        if (!Files.exists(log)) {
            Files.createFile(
                    log,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        }
        var command = new ArrayList<String>(List.of("setsid"));
        command.addAll(command(arguments));
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        // Work inherits what its agent knows, and the database is the server's alone.
        if (!arguments.contains("server")) {
            builder.environment().remove(FarmPlace.PASSWORD_VARIABLE);
        }
        return builder.start();
    }

    /** The living process with this number, if it is this program doing {@code what}. */
    static Optional<ProcessHandle> running(long pid, String what) {
        return ProcessHandle.of(pid).filter(process -> isThis(process.pid(), what));
    }

    private static boolean isThis(long pid, String what) {
        try {
            var arguments =
                    List.of(Files.readString(Path.of("/proc/" + pid + "/cmdline")).split("\0"));
            return arguments.contains(Main.class.getName()) && arguments.contains(what);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Asks a process to end and waits; kills it when it does not. Says whether it went by itself.
     */
    static boolean end(ProcessHandle process, long seconds) {
        process.destroy();
        try {
            process.onExit().get(seconds, TimeUnit.SECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException e) {
            // Falls through: it is killed.
        }
        process.destroyForcibly();
        return false;
    }
}
