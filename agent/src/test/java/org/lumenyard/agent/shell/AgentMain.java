package org.lumenyard.agent.shell;

import java.net.URI;
import java.nio.file.Path;

/** An agent in a process of its own, for tests that kill it. */
final class AgentMain {
    private AgentMain() {}

    public static void main(String[] arguments) throws Exception {
        String why =
                AgentProcess.run(
                        AgentSettings.of(
                                URI.create(arguments[0]),
                                FakeServer.TOKEN,
                                Path.of(arguments[1]),
                                "r01"));
        System.out.println(why);
    }

    static Process start(URI server, Path stateFolder) throws java.io.IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty(
                                "surefire.test.class.path", System.getProperty("java.class.path")),
                        AgentMain.class.getName(),
                        server.toString(),
                        stateFolder.toString())
                .redirectErrorStream(true)
                .redirectOutput(
                        stateFolder.resolveSibling(stateFolder.getFileName() + ".out").toFile())
                .start();
    }
}
