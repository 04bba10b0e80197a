package org.lumenyard.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.lumenyard.cli.FarmClient;
import org.lumenyard.cli.ServerState;
import org.lumenyard.launcher.config.Config;
import org.lumenyard.launcher.config.Setting;

/** This user's farm on this machine, as other processes: a server, and the agent beside it. */
public final class LocalFarm {
    private static final long START_MILLIS = 60_000;
    private final Config config;
    private final LocalAgent agent;

    public LocalFarm(Config config) {
        this.config = config;
        this.agent = new LocalAgent(config);
    }

    /** Whether its server runs. */
    public boolean isRunning() {
        return server().isPresent();
    }

    /** The server's process. */
    public Optional<ProcessHandle> server() {
        return StopCommand.server(config);
    }

    /** The agent's process. */
    public Optional<ProcessHandle> agent() {
        return agent.running();
    }

    /** Starts the server in a process session of its own; when this returns it answers. */
    public void start() throws IOException, InterruptedException {
        Path log = config.path(Setting.STATE).resolve("server.log");
        Process process = Program.startApart(List.of("server"), environment(), log);
        long deadline = System.nanoTime() + START_MILLIS * 1_000_000;
        while (System.nanoTime() < deadline) {
            if (answers(process.pid())) return;
            if (!process.isAlive())
                throw new IOException("The server ended at once; its log is " + log);
            Thread.sleep(50);
        }
        throw new IOException("The server did not answer within a minute; its log is " + log);
    }

    /** Starts the agent beside the server, unless one is there. */
    public void startAgent() throws IOException {
        agent.ensure(environment());
    }

    private Map<String, String> environment() {
        var environment = new TreeMap<String, String>();
        for (Setting setting : Setting.values())
            environment.put(setting.variable(), config.text(setting));
        return environment;
    }

    private boolean answers(long pid) {
        @Nullable ServerState state = state();
        if (state == null || state.pid() != pid) return false;
        try {
            client().get("/farm");
            return true;
        } catch (FarmClient.Failed e) {
            return false;
        }
    }

    private @Nullable ServerState state() {
        try {
            return ServerState.read(ServerState.file(config.path(Setting.STATE)));
        } catch (IOException e) {
            return null;
        }
    }

    /** Speaks with its server. */
    public FarmClient client() {
        @Nullable ServerState state = state();
        if (state == null) throw new IllegalStateException("no server of this user is known");
        return new FarmClient(state.url(), state.token());
    }

    /** A link that logs a browser in, once. */
    public String loginLink() {
        return client().post("/login-links", null, null).path("url").asText();
    }

    /** Ends agent, work and server. */
    public void stop() {
        agent.stop(8);
        server().ifPresent(process -> Program.end(process, 8));
    }

    /** Waits until its server has ended. */
    public void awaitEnd() {
        server().ifPresent(process -> process.onExit().join());
    }
}
