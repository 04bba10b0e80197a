package org.lumenyard.agent.guard;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts runs under guards, and takes the place of a guard that is killed. One to a process: it
 * makes the process a subreaper.
 *
 * <p>The agent may start helpers of its own by {@link ProcessBuilder} beside it, as long as these
 * stay in its process session.
 */
public final class Guards implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Guards.class);

    private final Path binary;
    private final Path folder;
    private final Map<Long, GuardedProcess> byGuard = new ConcurrentHashMap<>();
    private final Object births = new Object();
    private final Orphans orphans = new Orphans(births, byGuard::containsKey);

    /**
     * The kernel ties some things to the thread that starts a process, not to its process, and a
     * virtual thread's carrier may end: so one thread that never ends starts them all.
     */
    private final ExecutorService starter =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("guard-starter").factory());

    private volatile boolean closed;

    private Guards(Path binary, Path folder) {
        this.binary = binary;
        this.folder = folder;
    }

    /**
     * Unpacks the guard into this agent's state folder and makes sure that it can do its work here.
     * The caller holds the lock on that folder.
     *
     * @throws CannotFenceException if this machine cannot run the guard
     * @throws IOException if the folder cannot be written
     */
    public static Guards open(Path stateFolder) throws IOException {
        Path folder = stateFolder.toAbsolutePath().resolve("guard");
        Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path binary = GuardBinary.unpack(folder);
        if (!Kernel.becomeSubreaper()) {
            throw new CannotFenceException("The kernel does not let the agent become a subreaper.");
        }
        clearFormerNotes(folder);
        return new Guards(binary, folder);
    }

    /**
     * Starts a run. Comes back as soon as its guard runs; whether the command itself could be
     * started is told by {@link GuardedProcess#root} and {@link GuardedProcess#death}.
     *
     * @throws IOException if not even the guard could be started, as when the machine has no
     *     process to spare; nothing is left then
     * @throws IllegalStateException after {@link #close}
     */
    public GuardedProcess start(Launch launch) throws IOException {
        if (closed) throw new IllegalStateException("the guards are closed");
        Path status = folder.resolve(launch.mark() + ".status");
        InputPipe input =
                launch.input() ? InputPipe.open(folder.resolve(launch.mark() + ".input")) : null;
        try {
            GuardedProcess process =
                    onStarter(builder(launch, status, input), launch, status, input);
            process.attend();
            return process;
        } catch (IOException | RuntimeException e) {
            if (input != null) input.close();
            throw e;
        }
    }

    /** The runs whose end is not proven yet. */
    public List<GuardedProcess> running() {
        return List.copyOf(byGuard.values());
    }

    /**
     * Sees to guards that do not answer renewals, since a guard that somebody stopped enforces
     * nothing. One that has been silent for longer than this is woken; for more than twice as long,
     * it is killed, which ends its run. To be called now and then, say with every heartbeat.
     *
     * @return the runs whose guard was killed
     */
    public List<GuardedProcess> attend(Duration patience) {
        var given = new ArrayList<GuardedProcess>();
        for (GuardedProcess process : running()) {
            long silent = process.silentMillis();
            if (silent <= patience.toMillis()) continue;
            boolean hopeless = silent > 2 * patience.toMillis();
            log.warn(
                    "{}: silent for {} ms, {}",
                    process,
                    silent,
                    hopeless ? "killing it" : "waking it");
            signalGuard(process, hopeless ? Kernel.SIGKILL : Kernel.SIGCONT);
            if (hopeless) given.add(process);
        }
        return given;
    }

    /** Kills all runs at once and waits until nothing of them is left. */
    @Override
    public void close() {
        closed = true;
        synchronized (births) {
            byGuard.values().forEach(process -> process.kill(Duration.ZERO));
        }
        running().forEach(process -> process.death().join());
        starter.shutdown();
    }

    void forget(GuardedProcess process) {
        synchronized (births) {
            byGuard.remove(process.guardPid(), process); // the number may be a newer guard's by now
        }
    }

    /** Comes back when no orphan is left. */
    void clearOrphans(Runnable whenStuck) {
        orphans.clear(whenStuck);
    }

    private ProcessBuilder builder(Launch launch, Path status, @Nullable InputPipe input) {
        var words = new ArrayList<String>();
        words.addAll(List.of(binary.toString(), "--mark", launch.mark().toString()));
        words.addAll(List.of("--lease-ends", Long.toString(launch.leaseEndsAtBootMillis())));
        words.addAll(List.of("--folder", launch.folder().toString()));
        words.addAll(List.of("--status", status.toString(), "--notes-on-stderr"));
        if (input != null) words.addAll(List.of("--input", input.path().toString()));
        words.add("--");
        words.addAll(launch.command());
        var builder = new ProcessBuilder(words);
        // A mark too goes with this: a guard that carried one would fall to the next agent's sweep.
        builder.environment().keySet().removeIf(name -> name.startsWith("LUMENYARD_"));
        builder.environment().putAll(launch.environment());
        builder.environment().remove(Mark.VARIABLE);
        return builder;
    }

    private GuardedProcess onStarter(
            ProcessBuilder builder, Launch launch, Path status, @Nullable InputPipe input)
            throws IOException {
        var born = new CompletableFuture<GuardedProcess>();
        starter.execute(() -> {
            synchronized (births) {
                try {
                    if (closed) throw new IllegalStateException("the guards have just been closed");
                    var process = new GuardedProcess(this, launch, builder.start(), status, input);
                    byGuard.put(process.guardPid(), process);
                    born.complete(process);
                } catch (IOException | RuntimeException e) {
                    born.completeExceptionally(e);
                }
            }
        });
        try {
            return born
                    .join(); // not interruptible: a process that was born needs somebody who knows
            // it
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException cause)
                throw new IOException(cause.getMessage(), cause);
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void signalGuard(GuardedProcess process, int signal) {
        synchronized (
                births) { // while it is known, its number is its own: forgotten comes after reaped
            if (byGuard.get(process.guardPid()) == process && process.guard().isAlive()) {
                Kernel.kill(process.guardPid(), signal);
            }
        }
    }

    /**
     * Notes of runs that ended without this agent, kept for whoever asks the log what became of
     * them.
     */
    private static void clearFormerNotes(Path folder) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "*.{status,input}")) {
            for (Path path : left) {
                if (path.toString().endsWith(".status")) {
                    List<String> notes = Files.readAllLines(path);
                    log.info(
                            "{}: {}",
                            path.getFileName(),
                            notes.isEmpty() ? "no word" : notes.getLast());
                }
                Files.delete(path);
            }
        }
    }
}
