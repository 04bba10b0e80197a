package org.lumenyard.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A server or an agent: a process, what it says, and where that is kept. */
public final class Daemon {
    private static final int TAIL = 40;
    private final String name;
    private final Path log;
    private final Process process;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();

    private Daemon(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts one.
     *
     * @param sign a word of the line by which it tells that it is ready
     */
    static Daemon start(String name, ProcessBuilder builder, Path log, String sign)
            throws IOException {
        Process process =
                builder.redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                        .start();
        var daemon = new Daemon(name, log, process);
        Thread.ofPlatform().daemon().name("log of " + name).start(() -> daemon.read(sign));
        return daemon;
    }

    private void read(String sign) {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Files.writeString(
                        log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                if (line.contains(sign)) ready.complete(null);
            }
        } catch (IOException closed) {
            // It was killed.
        }
        ready.completeExceptionally(
                new IOException("the " + name + " ended before it said \"" + sign + "\""));
    }

    /** Waits until it says that it is ready. */
    Daemon awaitReady() throws InterruptedException {
        try {
            ready.get(90, TimeUnit.SECONDS);
            return this;
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the " + name + " did not come up", e);
        }
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /**
     * What the kernel says of it: its state's letter, and its threads that are at work or in the
     * disk's hands.
     */
    String state() {
        return Kernel.state(pid());
    }

    /** kill -9, and waits until it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** kill -9, without waiting. */
    void strike() {
        process.destroyForcibly();
    }

    void awaitEnd() throws InterruptedException {
        process.waitFor();
    }

    /** Waits so many seconds; says whether it has gone. */
    boolean awaitEnd(long seconds) throws InterruptedException {
        return process.waitFor(seconds, TimeUnit.SECONDS);
    }

    /** SIGTERM; says whether it went by itself in this time. */
    public boolean end(long seconds) throws InterruptedException {
        process.destroy();
        if (process.waitFor(seconds, TimeUnit.SECONDS)) return true;
        kill();
        return false;
    }

    String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last lines of its log. */
    String tail() {
        List<String> lines = log().lines().toList();
        return "--- "
                + name
                + ", "
                + log
                + "\n"
                + String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
    }
}
