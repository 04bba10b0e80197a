package org.lumenyard.agent.shell;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.lumenyard.agent.engine.Exit;
import org.lumenyard.agent.engine.OutputLines;
import org.lumenyard.agent.engine.Running;
import org.lumenyard.agent.guard.Death;
import org.lumenyard.agent.guard.GuardedProcess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A guarded process as engines see it. */
final class GuardedRunning implements Running {
    private static final Logger log = LoggerFactory.getLogger(GuardedRunning.class);

    /** Long enough to remove a temporary file, short enough for a person who waits. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final GuardedProcess process;
    private final OutputLines lines = new OutputLines();
    private final Thread pump;
    private final long pid;

    /**
     * Waits until the command runs.
     *
     * @throws IOException when it cannot be started; nothing of it is left then
     */
    GuardedRunning(GuardedProcess process) throws IOException {
        this.process = process;
        this.pump =
                Thread.ofPlatform()
                        .daemon()
                        .name("lines-" + process.mark().work())
                        .unstarted(this::readAll);
        this.pump.start();
        this.pid = awaitStart();
    }

    private long awaitStart() throws IOException {
        try {
            return process.root().join();
        } catch (CancellationException neverRan) {
            Death death = process.death().join();
            if (death.ending() instanceof Death.Ending.NotStarted(String sentence)) {
                throw new IOException(sentence.replaceFirst("\\.$", ""));
            }
            throw new IOException("its guard was killed", neverRan);
        }
    }

    private void readAll() {
        try {
            lines.pump(process.output());
        } catch (InterruptedException abandoned) {
            log.debug("{}: what it said last is not read", process);
        }
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public @Nullable String readLine() throws InterruptedException {
        return lines.next();
    }

    @Override
    public void send(String line) throws IOException {
        OutputStream input =
                process.input()
                        .orElseThrow(() -> new IllegalStateException("started without input"));
        input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    @Override
    public Exit awaitExit() throws InterruptedException {
        try {
            return exit(process.death().get());
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Exit exit(Death death) {
        long peak = death.peakKibibytes() / 1024;
        return switch (death.ending()) {
            case Death.Ending.Exit(int code) -> new Exit(code, 0, peak);
            case Death.Ending.Signal(int number, boolean ignored) -> new Exit(0, number, peak);
            case Death.Ending.NotStarted ignored -> new Exit(127, 0, peak);
            case Death.Ending.Unknown() -> new Exit(0, 9, peak);
        };
    }

    /** Nobody will read its lines any more: what waits to be read shall hold up nothing. */
    void abandon() {
        pump.interrupt();
    }

    /** How many bytes it has printed so far. */
    long heardBytes() {
        return lines.heardBytes();
    }

    /** Its guard's process number: all processes that it started are below that one. */
    long guardPid() {
        return process.guardPid();
    }

    CompletableFuture<Death> death() {
        return process.death();
    }

    boolean isDead() {
        return process.death().isDone();
    }

    void lease(long endsAt) {
        process.lease(endsAt);
    }

    @Override
    public void kill() {
        process.kill(GRACE);
    }

    @Override
    public void close() {
        if (!isDead()) {
            kill();
        }
    }
}
