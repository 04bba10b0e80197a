package org.lumenyard.launcher;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lumenyard.agent.Policy;
import org.lumenyard.agent.shell.AgentProcess;
import org.lumenyard.agent.shell.AgentSettings;
import org.lumenyard.cli.ServerState;
import org.lumenyard.launcher.config.Config;
import org.lumenyard.launcher.config.Setting;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs an agent. */
@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        description = {
            "Run an agent: it offers this machine to the farm and does the work it is given.",
            "Without options it joins this user's server on this machine.",
            "A second agent on one machine wants a name and a folder of its own:",
            "  lumenyard agent --name second --state ~/second-agent --amount amount.worker.vcpu=2"
        })
final class AgentCommand implements Callable<Integer> {
    @Mixin Settings settings = new Settings();

    @Option(names = "--server", paramLabel = "URL", description = "The server's address.")
    @Nullable String server;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "A file with the agent's token.")
    @Nullable Path tokenFile;

    @Option(names = "--name", description = "The node's name.")
    @Nullable String name;

    @Option(names = "--state", paramLabel = "FOLDER", description = "The agent's own folder.")
    @Nullable Path state;

    @Option(
            names = "--amount",
            paramLabel = "NAME=AMOUNT",
            description = "Offer so much, such as amount.worker.vcpu=2.")
    @Nullable Map<String, Long> amounts;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var own = new EnumMap<Setting, String>(Setting.class);
        if (server != null) own.put(Setting.AGENT_SERVER, server);
        if (tokenFile != null) own.put(Setting.AGENT_TOKEN_FILE, tokenFile.toString());
        if (name != null) own.put(Setting.AGENT_NAME, name);
        if (state != null) own.put(Setting.AGENT_STATE, state.toAbsolutePath().toString());
        String end = AgentProcess.run(agentSettings(settings.load(own)));
        System.out.println("The agent has ended: " + end);
        return 0;
    }

    private AgentSettings agentSettings(Config config) throws IOException {
        String given = config.text(Setting.AGENT_SERVER);
        String file = config.text(Setting.AGENT_TOKEN_FILE);
        String token = file.isEmpty() ? "" : Files.readString(Path.of(file)).strip();
        URI fixed = URI.create(given);
        Supplier<URI> address = () -> fixed;
        if (given.isEmpty() || token.isEmpty()) {
            ServerState local = local(config);
            if (given.isEmpty()) address = addressOfLocal(config, URI.create(local.url()));
            if (token.isEmpty()) token = local.agentToken();
        }
        return new AgentSettings(
                address,
                token,
                config.path(Setting.AGENT_STATE),
                config.text(Setting.AGENT_NAME),
                List.of(config.path(Setting.TOOLS)),
                amounts == null ? Map.of() : new HashMap<>(amounts),
                Policy.USUAL,
                Duration.ofSeconds(5));
    }

    /**
     * A server that was killed may be back on another port: its file tells, {@code first} until
     * then.
     */
    private static Supplier<URI> addressOfLocal(Config config, URI first) {
        Path file = ServerState.file(config.path(Setting.STATE));
        return () -> {
            try {
                return URI.create(ServerState.read(file).url());
            } catch (IOException gone) {
                return first;
            }
        };
    }

    private static ServerState local(Config config) throws IOException {
        Path file = ServerState.file(config.path(Setting.STATE));
        try {
            return ServerState.read(file);
        } catch (IOException e) {
            throw new IOException(
                    "No server of yours is known on this machine ("
                            + file
                            + "). Start one with: lumenyard server, or give --server and --token-file.",
                    e);
        }
    }
}
