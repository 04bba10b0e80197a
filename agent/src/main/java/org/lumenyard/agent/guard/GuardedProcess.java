package org.lumenyard.agent.guard;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.lumenyard.agent.guard.Death.Cause;
import org.lumenyard.agent.guard.Death.Ending;
import org.lumenyard.agent.guard.Death.Proof;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run under its guard: a command, and all that it starts. All methods may be called from any
 * thread.
 */
public final class GuardedProcess {
    private static final Logger log = LoggerFactory.getLogger(GuardedProcess.class);

    /** Less than a pipe holds, so that an order to a guard that does not read never waits. */
    private static final int MOST_UNREAD_ORDERS = 32 * 1024;

    private final Launch launch;
    private final Process guard;
    private final Path status;
    private final @Nullable InputPipe input;
    private final Guards guards;
    private final CompletableFuture<Long> root = new CompletableFuture<>();
    private final CompletableFuture<Death> death = new CompletableFuture<>();

    private final Object orders = new Object();
    private int unreadOrders;
    private volatile long silentSince;
    private volatile boolean stuck;

    private String refusal = "";
    private @Nullable Map<String, String> end;
    private String lastWords = "";

    GuardedProcess(
            Guards guards, Launch launch, Process guard, Path status, @Nullable InputPipe input) {
        this.guards = guards;
        this.launch = launch;
        this.guard = guard;
        this.status = status;
        this.input = input;
    }

    /** Whose run this is. */
    public Mark mark() {
        return launch.mark();
    }

    /** The guard's process number. */
    public long guardPid() {
        return guard.pid();
    }

    /**
     * The command's process number, once it runs. Cancelled if it never does, which {@link #death}
     * then tells.
     */
    public CompletableFuture<Long> root() {
        var own = new CompletableFuture<Long>(); // copy() would wrap the cancellation
        root.whenComplete((pid, never) -> {
            if (never == null) own.complete(pid);
            else own.cancel(false);
        });
        return own;
    }

    /**
     * What the command and its descendants write to standard output and standard error, in order.
     * It must be read, or the command waits; it ends when none of them is left.
     */
    public InputStream output() {
        return guard.getInputStream();
    }

    /**
     * The command's standard input, if the launch asked for one: unbuffered, a write waits while
     * the command does not read, and fails once it is dead.
     */
    public Optional<OutputStream> input() {
        return Optional.ofNullable(input).map(InputPipe::writer);
    }

    /**
     * Renews the lease: it now ends at this moment, in milliseconds of {@link BootClock}. The guard
     * answers; how long it has not is {@link #silentMillis}.
     */
    public void lease(long bootMillis) {
        if (silentSince == 0) silentSince = BootClock.nowMillis();
        order("L " + bootMillis + "\nP\n");
    }

    /**
     * Stops the run: SIGTERM to the command's process group at once, death to the whole tree after
     * the grace. A second call may only hasten it. {@link #death} tells when it is done.
     */
    public void kill(Duration grace) {
        order("K " + Math.max(0, grace.toMillis()) + "\n");
    }

    /** Completes when nothing of the run is left, and not before; never exceptionally. */
    public CompletableFuture<Death> death() {
        return death.copy();
    }

    /**
     * Whether something of the run withstands SIGKILL just now, as a process does that waits for a
     * dead file server.
     */
    public boolean stuck() {
        return stuck && !death.isDone();
    }

    /** For how many milliseconds a renewal has waited for the guard's answer; 0 if none does. */
    public long silentMillis() {
        long since = silentSince;
        return since == 0 || death.isDone() ? 0 : Math.max(0, BootClock.nowMillis() - since);
    }

    @Override
    public String toString() {
        return "GuardedProcess[" + mark() + ", guard " + guardPid() + "]";
    }

    /** Begins to listen to the guard; once, after the guards know this process. */
    void attend() {
        Thread.ofPlatform().daemon().name("guard-" + mark().work()).start(this::listen);
    }

    Process guard() {
        return guard;
    }

    private void order(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        synchronized (orders) {
            if (unreadOrders + bytes.length > MOST_UNREAD_ORDERS)
                return; // its lease runs out: the safe side
            unreadOrders += bytes.length;
            try {
                guard.getOutputStream().write(bytes);
                guard.getOutputStream().flush();
            } catch (IOException gone) {
                log.debug("{}: the guard is gone, its end will tell", this);
            }
        }
    }

    private void listen() {
        try (BufferedReader notes = guard.errorReader(StandardCharsets.UTF_8)) {
            for (String note; (note = notes.readLine()) != null; ) hear(note);
        } catch (IOException e) {
            log.debug("{}: lost its notes", this, e);
        }
        try {
            int code = waitForGuard();
            guards.forget(this);
            conclude(code);
        } catch (RuntimeException e) {
            log.error(
                    "{}: its end cannot be proven",
                    this,
                    e); // so it stays unproven: nothing is given away
        }
    }

    private void hear(String note) throws IOException {
        String word = note.contains(" ") ? note.substring(0, note.indexOf(' ')) : note;
        Map<String, String> values = values(note);
        switch (word) {
            case "pong" -> answered();
            case "started" -> {
                if (input != null) input.handOver();
                root.complete(Long.parseLong(values.getOrDefault("root", "0")));
            }
            case "refused" -> refusal = refusal(values);
            case "stuck" -> {
                stuck = true;
                log.warn(
                        "{}: something of it cannot be killed, for {} ms by now",
                        this,
                        values.get("for_ms"));
            }
            case "end" -> end = values;
            case "cause" -> log.trace("{}: {}", this, note);
            default -> lastWords = note;
        }
    }

    private void answered() {
        synchronized (orders) {
            unreadOrders = 0;
            silentSince = 0;
        }
    }

    private void conclude(int code) {
        Map<String, String> told = end;
        Death result = told == null ? withoutProof(code) : proven(told);
        try {
            if (input != null) input.close();
            guard.getOutputStream().close();
            Files.deleteIfExists(status);
        } catch (IOException e) {
            log.debug("{}: while clearing up", this, e);
        }
        root.cancel(false);
        death.complete(result);
    }

    /**
     * The guard left no proof, so the agent makes its own: whatever was below a lost guard has come
     * to this process.
     */
    private Death withoutProof(int code) {
        guards.clearOrphans(() -> stuck = true);
        boolean killed = code > 128 || root.isDone();
        return killed
                ? new Death(new Ending.Unknown(), Cause.GUARD_KILLED, Proof.AGENT, 0, 0)
                : new Death(
                        new Ending.NotStarted(
                                "The process guard could not start: " + lastWords + "."),
                        Cause.NONE,
                        Proof.AGENT,
                        0,
                        0);
    }

    private Death proven(Map<String, String> told) {
        return new Death(
                ending(told),
                cause(told),
                Proof.GUARD,
                number(told, "peak_kib"),
                number(told, "cpu_ms"));
    }

    private Ending ending(Map<String, String> told) {
        if (!refusal.isEmpty()) return new Ending.NotStarted(refusal);
        if (!root.isDone()) return new Ending.NotStarted("It was stopped before it began.");
        return told.containsKey("signal")
                ? new Ending.Signal((int) number(told, "signal"), told.containsKey("core"))
                : new Ending.Exit((int) number(told, "exit"));
    }

    private static Cause cause(Map<String, String> told) {
        return switch (told.getOrDefault("cause", "")) {
            case "none" -> Cause.NONE;
            case "order" -> Cause.ORDER;
            case "lease" -> Cause.LEASE;
            case "agent-gone" -> Cause.AGENT_GONE;
            default -> Cause.GUARD_BROKEN;
        };
    }

    private String refusal(Map<String, String> told) {
        String program = launch.command().getFirst();
        String why =
                switch (told.getOrDefault("errno", "")) {
                    case "2" -> "is not there";
                    case "13" -> "may not be used by this user";
                    case "20" -> "is not a folder";
                    case "8" -> "is not a program for this machine";
                    case "7" -> "was given more arguments than the system allows";
                    default -> "cannot be used (error " + told.get("errno") + ")";
                };
        return switch (told.getOrDefault("step", "")) {
            case "exec" -> "The program " + program + " " + why + ".";
            case "folder" -> "The working folder " + launch.folder() + " " + why + ".";
            default -> "The " + told.get("step") + " of " + program + " " + why + ".";
        };
    }

    private int waitForGuard() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return guard.waitFor();
                } catch (InterruptedException e) {
                    interrupted = true; // nobody should; the end still has to be told
                }
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    private static Map<String, String> values(String note) {
        var values = new HashMap<String, String>();
        for (String word : note.split(" ")) {
            int equals = word.indexOf('=');
            if (equals > 0) values.put(word.substring(0, equals), word.substring(equals + 1));
        }
        return values;
    }

    private static long number(Map<String, String> values, String name) {
        return Long.parseLong(values.getOrDefault(name, "0"));
    }
}
