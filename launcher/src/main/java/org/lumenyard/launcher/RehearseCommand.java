package org.lumenyard.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.lumenyard.cli.ServerState;
import org.lumenyard.launcher.config.Setting;
import picocli.CommandLine.Command;

/**
 * What the JVM's cache is made of: a server starts, some commands speak with it, and all ends. The
 * JVM that runs this notes which classes were used (JDK 25: {@code -XX:AOTCacheOutput}).
 *
 * <p>It uses this user's folders as any command does. Whoever runs it names others: the launcher
 * sets {@code HOME} for it.
 */
@Command(
        name = "rehearse",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "Start a server, speak with it, and end: the JVM learns from it for later.")
final class RehearseCommand implements Callable<Integer> {
    private static final long PATIENCE_NANOS = 120_000_000_000L;

    private static final List<List<String>> LINES =
            List.of(
                    List.of("submit", "--type", "testpattern", "--held", "-p", "Output=picture"),
                    List.of("jobs"),
                    List.of("nodes"),
                    List.of("limits"));

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path state = ServerState.file(new Settings().load().path(Setting.STATE));
        if (Files.exists(state)) {
            System.err.println(
                    "A server was here before ("
                            + state
                            + "). Set HOME to an empty folder to rehearse in.");
            return 1;
        }
        Thread server =
                Thread.ofPlatform()
                        .daemon()
                        .name("rehearsed server")
                        .start(() ->
                                Main.commandLine().execute("server", "--no-agent", "--port", "0"));
        long began = System.nanoTime();
        while (!Files.exists(state)) {
            if (!server.isAlive() || System.nanoTime() - began > PATIENCE_NANOS) return 1;
            Thread.sleep(50);
        }
        for (List<String> line : LINES) Main.commandLine().execute(line.toArray(String[]::new));
        return 0;
    }
}
