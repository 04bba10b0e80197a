package org.lumenyard.launcher;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lumenyard.cli.ServerState;
import org.lumenyard.launcher.config.Config;
import org.lumenyard.launcher.config.Setting;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Ends what runs on this machine. */
@Command(
        name = "stop",
        mixinStandardHelpOptions = true,
        description = {
            "End the server of this user on this machine, its agent and all work, within 10 seconds.",
            "Nothing is lost: interrupted tasks are queued again, with no attempt used."
        })
final class StopCommand implements Callable<Integer> {
    @Mixin Settings settings = new Settings();

    @Override
    public Integer call() {
        Config config = settings.load();
        var server = server(config);
        boolean agent = new LocalAgent(config).stop(8);
        server.ifPresent(process -> Program.end(process, 8));
        if (server.isEmpty() && !agent) {
            System.out.println("Nothing runs here.");
            return 0;
        }
        System.out.println(
                "Stopped"
                        + (server.isPresent() ? " the server" : "")
                        + (agent && server.isPresent() ? " and" : "")
                        + (agent ? " the agent" : "")
                        + ".");
        return 0;
    }

    static Optional<ProcessHandle> server(Config config) {
        try {
            var state = ServerState.read(ServerState.file(config.path(Setting.STATE)));
            return Program.running(state.pid(), "server");
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
