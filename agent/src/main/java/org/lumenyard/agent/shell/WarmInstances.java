package org.lumenyard.agent.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.lumenyard.agent.Event;
import org.lumenyard.agent.Identity;
import org.lumenyard.agent.engine.Program;
import org.lumenyard.agent.engine.Running;
import org.lumenyard.agent.engine.Seat;
import org.lumenyard.agent.engine.WarmKey;

/**
 * The processes of the server's instances, one each. Whether one may live on is decided by the
 * core; here they are started, lent to one run at a time, and ended.
 */
final class WarmInstances {
    /** A living process and what it holds; {@code gone} completes after its death was told. */
    private record Warm(WarmKey key, GuardedRunning process, CompletableFuture<Void> gone) {}

    private static final long PAGE_BYTES = 4096;

    private final Launchpad launchpad;
    private final Mailbox mailbox;
    private final Map<Long, Warm> warm = new ConcurrentHashMap<>();

    WarmInstances(Launchpad launchpad, Mailbox mailbox) {
        this.launchpad = launchpad;
        this.mailbox = mailbox;
    }

    /**
     * The instance's process, if it holds what is wanted; else a new one, after the death of the
     * other.
     *
     * @throws IOException when it cannot be started
     */
    Lent take(Identity identity, long instance, WarmKey key, Program program) throws IOException {
        Warm held = warm.get(instance);
        if (held != null && held.key().equals(key) && !held.process().isDead()) {
            return new Lent(held.process(), false);
        }
        if (held != null) {
            held.process().close();
            held.process().abandon();
            held.gone().join();
        }
        GuardedRunning process = launchpad.start(identity, instance, program);
        mailbox.post(new Event.InstanceBegan(instance));
        var gone = new CompletableFuture<Void>();
        var begun = new Warm(key, process, gone);
        warm.put(instance, begun);
        process.death()
                .thenRun(() -> {
                    warm.remove(instance, begun);
                    mailbox.post(new Event.InstanceEnded(instance));
                    gone.complete(null);
                });
        return new Lent(process, true);
    }

    /** Ends the instance's process; its death will be told. */
    void end(long instance) {
        Warm held = warm.get(instance);
        if (held != null) {
            held.process().close();
            held.process().abandon();
        } else {
            mailbox.post(new Event.InstanceEnded(instance));
        }
    }

    /** Tells how much memory each holds. */
    void measure() {
        warm.forEach((instance, held) ->
                mailbox.post(new Event.InstanceMeasured(instance, residentMebibytes(held))));
    }

    private static long residentMebibytes(Warm held) {
        try {
            String pages =
                    Files.readString(Path.of("/proc", Long.toString(held.process().pid()), "statm"))
                            .split(" ")[1];
            return Long.parseLong(pages) * PAGE_BYTES >> 20;
        } catch (IOException | RuntimeException gone) {
            return 0;
        }
    }

    /**
     * An instance's process in the hands of a run: it ends with the run unless the run keeps it.
     */
    static class Lent implements Seat {
        private final GuardedRunning process;
        private final boolean isNew;
        private volatile boolean kept;

        Lent(GuardedRunning process, boolean isNew) {
            this.process = process;
            this.isNew = isNew;
        }

        @Override
        public Running process() {
            return process;
        }

        @Override
        public boolean isNew() {
            return isNew;
        }

        @Override
        public void keep(long residentMiB) {
            kept = true;
        }

        @Override
        public void close() {
            if (!kept) {
                process.close();
            }
        }

        /** The process, also after it was given back. */
        GuardedRunning guarded() {
            return process;
        }

        /** The process that must be gone before the run is over; null if it lives on. */
        @Nullable GuardedRunning toBeGone() {
            return kept ? null : process;
        }

        /** Ends the process while the run has it; one that was given back is none of the run's. */
        void kill() {
            if (!kept) {
                process.kill();
            }
        }
    }
}
