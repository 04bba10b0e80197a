package org.lumenyard.agent.shell;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.lumenyard.agent.Identity;
import org.lumenyard.agent.engine.Program;
import org.lumenyard.agent.guard.GuardedProcess;
import org.lumenyard.agent.guard.Guards;
import org.lumenyard.agent.guard.Launch;
import org.lumenyard.agent.guard.Mark;

/** Starts processes with the mark of their life and under the lease as it stands. */
final class Launchpad {
    private final Guards guards;
    private final Map<String, AtomicInteger> started = new ConcurrentHashMap<>();
    private volatile long leaseEndsAt;

    Launchpad(Guards guards) {
        this.guards = guards;
    }

    /** Moves the lease of all processes, also of those that are just being started. */
    void renew(long endsAt) {
        leaseEndsAt = endsAt;
        guards.running().forEach(process -> process.lease(endsAt));
    }

    /** The lease as it stands, for what is started from now on. */
    void lease(long endsAt) {
        leaseEndsAt = endsAt;
    }

    /**
     * Starts a process.
     *
     * @param work the run or the instance that it belongs to
     * @throws IOException when it cannot be started
     */
    GuardedRunning start(Identity identity, long work, Program program) throws IOException {
        long until = leaseEndsAt;
        GuardedProcess process = guards.start(launch(identity, work, program, until));
        long now = leaseEndsAt;
        if (now > until) {
            process.lease(now);
        }
        return new GuardedRunning(process);
    }

    private Launch launch(Identity identity, long work, Program program, long until)
            throws IOException {
        try {
            return new Launch(
                    mark(identity, work),
                    program.command(),
                    program.environment(),
                    program.folder().toAbsolutePath(),
                    program.input(),
                    until);
        } catch (IllegalArgumentException notForAKernel) {
            throw new IOException(String.valueOf(notForAKernel.getMessage()), notForAKernel);
        }
    }

    /** No two living processes share a mark: a run's second one has its number after the run's. */
    private Mark mark(Identity identity, long work) {
        int number =
                started.computeIfAbsent(Long.toString(work), key -> new AtomicInteger())
                        .incrementAndGet();
        return new Mark(
                farmWord(identity.farm()),
                Long.toString(identity.node()),
                identity.incarnation(),
                number == 1 ? Long.toString(work) : work + "-" + number);
    }

    void forget(long work) {
        started.remove(Long.toString(work));
    }

    /** The farm's name as marks can carry it. */
    static String farmWord(String farm) {
        String word = farm.replaceAll("[^A-Za-z0-9_-]", "_");
        return word.substring(0, Math.min(100, word.length()));
    }
}
