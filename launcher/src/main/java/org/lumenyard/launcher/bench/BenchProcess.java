package org.lumenyard.launcher.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lumenyard.launcher.Program;

/** A helper process of a benchmark: takes a line, answers a line. */
final class BenchProcess implements AutoCloseable {
    private final String name;
    private final Process process;
    private final PrintStream to;
    private final BufferedReader from;

    private BenchProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.to = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.from = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts {@code lumenyard bench NAME}; what it complains of is shown. */
    static BenchProcess start(String name, Path state, List<String> more) throws IOException {
        var arguments = new ArrayList<>(List.of("--state", state.toString()));
        arguments.addAll(more);
        return start(name, arguments);
    }

    /** The same without a farm that it works for. */
    static BenchProcess start(String name, List<String> more) throws IOException {
        var arguments = new ArrayList<>(List.of("bench", name));
        arguments.addAll(more);
        var builder =
                new ProcessBuilder(Program.command(arguments))
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "end-" + name));
        return new BenchProcess(name, process);
    }

    void say(String line) {
        to.println(line);
    }

    /** Waits for its next line. */
    String hear() throws IOException {
        String line = from.readLine();
        if (line == null) throw new IOException("The benchmark's process \"" + name + "\" ended.");
        return line;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
