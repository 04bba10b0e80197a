package org.lumenyard.agent.guard;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@link TestAgent} in a process, group and session of its own. */
final class AgentProcess implements AutoCloseable {
    private final Process process;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

    private AgentProcess(Process process) {
        this.process = process;
        Thread.ofPlatform().daemon().start(this::listen);
    }

    static AgentProcess start(Path folder, long incarnation, long leaseMillis)
            throws IOException, InterruptedException {
        var words = new ArrayList<String>();
        words.addAll(
                List.of(
                        "setsid",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        words.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1"));
        words.addAll(
                List.of("-cp", System.getProperty("java.class.path"), TestAgent.class.getName()));
        words.addAll(
                List.of(folder.toString(), Long.toString(incarnation), Long.toString(leaseMillis)));
        var agent =
                new AgentProcess(
                        new ProcessBuilder(words)
                                .redirectError(folder.resolve("agent.err").toFile())
                                .start());
        agent.await("ready");
        return agent;
    }

    long pid() {
        return process.pid();
    }

    /** Starts a run and returns its guard's process number. */
    long run(String work, List<String> command) throws IOException, InterruptedException {
        order("start\t" + work + "\t" + String.join("\t", command));
        String started = await("started " + work + " ");
        return Long.parseLong(started.substring(started.lastIndexOf(' ') + 1));
    }

    void order(String text) throws IOException {
        process.getOutputStream().write((text + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** The first line not yet seen that begins so; lines before it are passed over. */
    String await(String beginning) throws InterruptedException {
        for (String line; (line = said.poll(60, TimeUnit.SECONDS)) != null; ) {
            if (line.startsWith(beginning)) return line;
        }
        throw new AssertionError("waited in vain for the agent to say " + beginning);
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        Kernel.kill(pid(), Kernel.SIGCONT);
        kill();
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line; (line = lines.readLine()) != null; ) said.add(line);
        } catch (IOException killed) {
            said.add("gone");
        }
    }
}
