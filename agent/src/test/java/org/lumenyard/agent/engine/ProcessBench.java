package org.lumenyard.agent.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A bench of plain processes, without guard or agent: for trying engines alone. */
final class ProcessBench implements Bench, AutoCloseable {
    final List<String> lines = new CopyOnWriteArrayList<>();
    final List<Double> progress = new CopyOnWriteArrayList<>();
    final List<Output> verified = new CopyOnWriteArrayList<>();
    final List<Running> started = new CopyOnWriteArrayList<>();
    final WarmPool pool;

    /** What every command is started through. */
    List<String> before = List.of();

    private final Path scratch;
    private Consumer<String> listener = line -> {};

    ProcessBench(Path scratch) throws IOException {
        this.scratch = Files.createDirectories(scratch);
        this.pool =
                new WarmPool(
                        (key, program) -> start(program),
                        () -> System.nanoTime() / 1_000_000,
                        Duration.ofMinutes(5),
                        8_192);
    }

    /** Hears every line of the log, and every progress, as it comes. */
    void listen(Consumer<String> heard) {
        listener = heard;
    }

    @Override
    public Running start(Program program) throws IOException {
        var command = new ArrayList<>(before);
        command.addAll(program.command());
        var builder = new ProcessBuilder(command).directory(program.folder().toFile());
        builder.environment().putAll(program.environment());
        Process process = builder.redirectErrorStream(true).start();
        if (!program.input()) {
            process.getOutputStream().close();
        }
        var running = new PlainProcess(process, program.input());
        started.add(running);
        return running;
    }

    @Override
    public Seat seat(WarmKey key, Program program) throws IOException {
        return pool.take(key, program);
    }

    @Override
    public Path scratch() {
        return scratch;
    }

    @Override
    public void log(String line) {
        lines.add(line);
        listener.accept(line);
    }

    @Override
    public void progress(double fraction, String text) {
        progress.add(fraction);
        listener.accept("progress " + fraction);
    }

    @Override
    public void verified(Output output) {
        verified.add(output);
    }

    @Override
    public void close() {
        pool.close();
        started.forEach(Running::close);
    }

    private static final class PlainProcess implements Running {
        private final Process process;
        private final boolean input;
        private final OutputLines lines = new OutputLines();

        PlainProcess(Process process, boolean input) {
            this.process = process;
            this.input = input;
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            lines.pump(process.getInputStream());
                        } catch (InterruptedException never) {
                            Thread.currentThread().interrupt();
                        }
                    });
        }

        @Override
        public long pid() {
            return process.pid();
        }

        @Override
        public @Nullable String readLine() throws InterruptedException {
            return lines.next();
        }

        @Override
        public void send(String line) throws IOException {
            if (!input) {
                throw new IllegalStateException("started without input");
            }
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        }

        /** Java tells a signal as 128 + its number; engines must cope with either form. */
        @Override
        public Exit awaitExit() throws InterruptedException {
            return new Exit(process.waitFor(), 0, 0);
        }

        @Override
        public void kill() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }

        @Override
        public void close() {
            kill();
        }
    }
}
