package org.lumenyard.agent.shell;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.lumenyard.agent.Policy;

/**
 * How an agent is to run.
 *
 * @param server where the server is: {@code http://host:port}, or https; asked before each
 *     connection, for a server may come back elsewhere
 * @param token what proves this agent to it
 * @param stateFolder a folder of this agent's own: two agents cannot share one
 * @param nodeName the node's name, unique in the farm
 * @param toolFolders folders that are searched for programs before {@code PATH}
 * @param amounts what the node offers where that differs from what the machine has, by OpenJD
 *     capability name; memory in MiB
 * @param policy the agent's own numbers
 * @param lookEvery how often to see whether programs were installed or removed
 */
public record AgentSettings(
        Supplier<URI> server,
        String token,
        Path stateFolder,
        String nodeName,
        List<Path> toolFolders,
        Map<String, Long> amounts,
        Policy policy,
        Duration lookEvery) {
    public AgentSettings {
        toolFolders = List.copyOf(toolFolders);
        amounts = Map.copyOf(amounts);
        stateFolder = stateFolder.toAbsolutePath().normalize();
    }

    /** An agent that offers all that its machine has. */
    public static AgentSettings of(URI server, String token, Path stateFolder, String nodeName) {
        return new AgentSettings(
                () -> server,
                token,
                stateFolder,
                nodeName,
                List.of(),
                Map.of(),
                Policy.USUAL,
                Duration.ofSeconds(15));
    }

    /** Tokens are not for logs. */
    @Override
    public String toString() {
        return "AgentSettings[server=%s, stateFolder=%s, nodeName=%s]"
                .formatted(server.get(), stateFolder, nodeName);
    }
}
