package org.lumenyard.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.lumenyard.cli.ServerState;
import org.lumenyard.jobs.Planner;
import org.lumenyard.launcher.config.Config;
import org.lumenyard.launcher.config.Setting;
import org.lumenyard.launcher.demo.DemoScene;
import org.lumenyard.server.Keeping;
import org.lumenyard.server.LumenyardServer;
import org.lumenyard.server.ServerSettings;
import org.lumenyard.server.auth.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the farm's server. */
@Command(
        name = "server",
        mixinStandardHelpOptions = true,
        description = {
            "Run the farm's server, with an agent beside it, until Ctrl-C.",
            "All that is acknowledged is on disk: kill it, start it again, and the farm goes on."
        })
final class ServerCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServerCommand.class);

    @Mixin Settings settings = new Settings();

    @Option(names = "--port", description = "The port; when it is busy the next free one is taken.")
    @Nullable Integer port;

    @Option(names = "--no-agent", description = "Start no agent beside it.")
    boolean noAgent;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var own = new EnumMap<Setting, String>(Setting.class);
        if (port != null) own.put(Setting.PORT, port.toString());
        if (noAgent) own.put(Setting.LOCAL_AGENT, "false");
        Config config = settings.load(own);
        ownOnly(config.path(Setting.DATA));
        ownOnly(config.path(Setting.STATE));
        RestoredFarm.awaitItsAgents(config.path(Setting.DATA));
        var agent = new LocalAgent(config);
        var stopped = new CountDownLatch(1);
        LumenyardServer server =
                LumenyardServer.start(serverSettings(config), new Planner(roots(config)));
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> stop(config, agent, server, stopped), "stop"));
        try {
            publish(config, server);
            if (config.isOn(Setting.LOCAL_AGENT) && agent.ensure(agentEnvironment(config))) {
                LOG.info("an agent is started beside this server; its log is {}", agent.log());
            }
            System.out.println("Lumenyard serves at " + server.url());
            System.out.println("Log in with  " + server.loginLink("local"));
            stopped.await();
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
        return 0;
    }

    /** What the farm keeps is for its user's eyes only. */
    private static void ownOnly(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    /** Ctrl-C and SIGTERM end the agent beside the server too, and with it all its work. */
    private static void stop(
            Config config, LocalAgent agent, LumenyardServer server, CountDownLatch stopped) {
        if (config.isOn(Setting.LOCAL_AGENT)) agent.stop(8);
        server.close();
        stopped.countDown();
    }

    private static ServerSettings serverSettings(Config config) throws IOException {
        return new ServerSettings(
                config.path(Setting.DATA),
                config.text(Setting.HOST),
                config.number(Setting.PORT),
                false,
                config.duration(Setting.LEASE),
                config.duration(Setting.KILL_GRACE),
                new Keeping(
                        config.durationOrNull(Setting.KEEP_FOR),
                        config.bytesOrNull(Setting.KEEP_AT_MOST),
                        config.durationOrNull(Setting.KEEP_LOGS_FOR),
                        config.durationOrNull(Setting.ARCHIVE_AFTER)),
                roots(config),
                List.of(config.path(Setting.STATE), config.path(Setting.AGENT_STATE)),
                Set.of(),
                DemoScene.submission(config),
                FarmPlace.postgres(config));
    }

    private static List<Path> roots(Config config) {
        var roots = new ArrayList<>(config.paths(Setting.ROOTS));
        roots.add(DemoScene.folder(config));
        return roots;
    }

    /** Tells this user's commands and agents where the server is and what opens it. */
    private static void publish(Config config, LumenyardServer server) throws IOException {
        Path file = ServerState.file(config.path(Setting.STATE));
        @Nullable ServerState former = former(file);
        String token =
                former != null && server.opens(former.token(), Role.ADMIN)
                        ? former.token()
                        : server.issueToken("local", Role.ADMIN).text();
        String agentToken =
                former != null && server.opens(former.agentToken(), Role.AGENT)
                        ? former.agentToken()
                        : server.issueToken("local agent", Role.AGENT).text();
        new ServerState(server.url(), token, agentToken, ProcessHandle.current().pid()).write(file);
    }

    private static @Nullable ServerState former(Path file) {
        try {
            return ServerState.read(file);
        } catch (IOException e) {
            return null;
        }
    }

    /** The agent is given the same settings, wherever this server has them from. */
    private static Map<String, String> agentEnvironment(Config config) {
        var environment = new java.util.TreeMap<String, String>();
        for (Setting setting :
                List.of(Setting.STATE, Setting.AGENT_STATE, Setting.AGENT_NAME, Setting.TOOLS)) {
            environment.put(setting.variable(), config.text(setting));
        }
        return environment;
    }
}
