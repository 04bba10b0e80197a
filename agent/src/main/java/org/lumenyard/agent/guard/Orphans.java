package org.lumenyard.agent.guard;

import java.util.Map;
import java.util.function.LongPredicate;

/**
 * Takes a killed guard's place. What was below it has become a child of the agent, the next
 * subreaper above; the kernel has already ended the command itself.
 *
 * <p>Who is an orphan: a descendant of this process whose topmost ancestor below it is no living
 * guard and has another process session. Guards and runs leave the agent's session first thing, and
 * no process can ever enter a session from outside, so what is still in it is the agent's own
 * helper.
 */
final class Orphans {
    private static final int FAST_ROUNDS = 200;
    private static final int STUCK_AFTER_ROUNDS = 2000;

    private final Object births;
    private final LongPredicate isGuard;
    private final long self = ProcessHandle.current().pid();
    private final long session;

    /**
     * @param births held while a guard is being started, and here while orphans are told from
     *     guards
     * @param isGuard whether this is a living guard's process number
     */
    Orphans(Object births, LongPredicate isGuard) {
        this.births = births;
        this.isGuard = isGuard;
        ProcessTable.Entry own = ProcessTable.entry(self);
        if (own == null) throw new IllegalStateException("/proc does not show this process");
        this.session = own.session();
    }

    /**
     * Kills all orphans; comes back when two looks in a row found none, since one look may miss a
     * child born behind it.
     */
    void clear(Runnable whenStuck) {
        boolean interrupted = false;
        for (int clean = 0, round = 1; clean < 2; round++) {
            int found;
            synchronized (births) {
                killChildren();
                found = killDescendants();
            }
            clean = found == 0 ? clean + 1 : 0;
            if (round == STUCK_AFTER_ROUNDS) whenStuck.run();
            if (clean > 0) continue;
            try {
                Thread.sleep(
                        round < STUCK_AFTER_ROUNDS
                                ? 1
                                : 100); // the dying need a moment; there is no signal to await
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    /**
     * The fast way, against trees that hop from process to process: they land here with every hop.
     */
    private void killChildren() {
        for (int round = 0; round < FAST_ROUNDS; round++) {
            long[] children = ProcessTable.children(self);
            if (children == null) return;
            int strangers = 0;
            for (long child : children) {
                if (isGuard.test(child)) continue;
                ProcessTable.Entry entry = ProcessTable.entry(child);
                if (entry == null || entry.session() == session) continue;
                strangers++;
                killChild(child);
            }
            if (strangers == 0) return;
        }
    }

    private int killDescendants() {
        Map<Long, ProcessTable.Entry> table = ProcessTable.read();
        int found = 0;
        for (ProcessTable.Entry process : table.values()) {
            if (!isOrphan(process, table)) continue;
            found++;
            if (process.parent() == self) killChild(process.pid());
            else Kernel.signal(process, Kernel.SIGKILL);
        }
        return found;
    }

    private boolean isOrphan(ProcessTable.Entry process, Map<Long, ProcessTable.Entry> table) {
        ProcessTable.Entry at = process;
        for (int depth = 0; depth < table.size(); depth++) {
            if (isGuard.test(at.pid())) return false;
            if (at.parent() == self) return at.session() != session;
            ProcessTable.Entry parent = table.get(at.parent());
            if (parent == null) return false; // the next look will see it where it has gone
            at = parent;
        }
        return false;
    }

    /**
     * A child that is no helper is reaped by nobody but us, so its number is safe to use until we
     * do.
     */
    private static void killChild(long child) {
        Kernel.kill(child, Kernel.SIGKILL);
        Kernel.reap(child);
    }
}
