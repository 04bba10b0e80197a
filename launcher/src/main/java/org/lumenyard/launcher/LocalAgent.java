package org.lumenyard.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lumenyard.launcher.config.Config;
import org.lumenyard.launcher.config.Setting;

/**
 * The agent that a server starts beside itself: a process of its own in a session of its own, which
 * outlives the server. The lock on its folder says whether one is there, so there are never two.
 */
final class LocalAgent {
    private final Path folder;

    LocalAgent(Config config) {
        folder = config.path(Setting.AGENT_STATE);
    }

    Path log() {
        return folder.resolve("agent.log");
    }

    /** Starts one unless one is there. Says whether it did. */
    boolean ensure(Map<String, String> environment) throws IOException {
        if (running().isPresent() || isLocked()) return false;
        Program.startApart(List.of("agent"), environment, log());
        return true;
    }

    /** Ends it and all its work. Says whether there was one. */
    boolean stop(long seconds) {
        var agent = running();
        agent.ifPresent(process -> Program.end(process, seconds));
        return agent.isPresent();
    }

    Optional<ProcessHandle> running() {
        try {
            long pid = Long.parseLong(Files.readString(folder.resolve("agent.pid")).strip());
            return Program.running(pid, "agent");
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private boolean isLocked() throws IOException {
        Path lock = folder.resolve("lock");
        if (!Files.exists(lock)) return false;
        try (var channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                var held = channel.tryLock()) {
            return held == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }
}
