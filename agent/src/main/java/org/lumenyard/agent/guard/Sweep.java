package org.lumenyard.agent.guard;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Clears what earlier incarnations of one node left on this machine, for the case that guard and
 * agent were killed together. It looks for the mark of this very farm and node and touches nothing
 * else: other agents share the machine.
 *
 * @param farm the farm's identity, as in {@link Mark}
 * @param node the node's name, as in {@link Mark}
 */
public record Sweep(String farm, String node) {

    /**
     * What a sweep did.
     *
     * @param killed how many processes it killed
     * @param unended process numbers of what has not ended in time: nothing of this node's former
     *     work may be given away while there are any
     */
    public record Swept(int killed, List<Long> unended) {
        /** Whether it is proven that nothing marked is left. */
        public boolean clean() {
            return unended.isEmpty();
        }
    }

    /**
     * Kills every process that an earlier incarnation than this one marked, and waits for those
     * incarnations' guards, which are then clearing away what is below them, marked or not.
     *
     * @param incarnation the first that is spared; {@link Long#MAX_VALUE} before the node has
     *     joined
     * @param patience how long to wait for what does not die
     * @throws InterruptedException if interrupted; nothing is proven then
     */
    public Swept before(long incarnation, Duration patience) throws InterruptedException {
        return new Looks(this, incarnation, BootClock.nowMillis() + patience.toMillis())
                .untilClean();
    }

    private boolean isEarlier(Optional<Mark> mark, long incarnation) {
        return mark.filter(m ->
                        m.farm().equals(farm)
                                && m.node().equals(node)
                                && m.incarnation() < incarnation)
                .isPresent();
    }

    /**
     * One sweep at work: done when two looks in a row find nothing.
     *
     * <p>A look lists the processes and then reads each, which a tree that hops from process to
     * process can outrun: what was listed is dead when it is read, and its child was not listed. So
     * a look goes on to those born since it began, until none was born behind it.
     */
    private static final class Looks {
        private static final int MOST_CHASES = 20_000;
        private static final int WIDEST_CHASE = 10_000;

        /**
         * How long a process may stay without a face: a fork or an exec lasts less, even on a busy
         * machine.
         */
        private static final long FACELESS_MILLIS = 20;

        private final Sweep sweep;
        private final long incarnation;
        private final long giveUpAt;
        private final Set<Long> spared = selfAndAncestors();
        private final Map<Long, ProcessTable.Entry> killed = new HashMap<>();
        private final Map<Long, Long> faceless =
                new HashMap<>(); // process number to the moment it was first seen so
        private final Set<Long> unended = new HashSet<>();

        Looks(Sweep sweep, long incarnation, long giveUpAt) {
            this.sweep = sweep;
            this.incarnation = incarnation;
            this.giveUpAt = giveUpAt;
        }

        Swept untilClean() throws InterruptedException {
            for (int clean = 0; clean < 2; ) {
                look();
                clean = unended.isEmpty() ? clean + 1 : 0;
                if (clean > 0) continue;
                if (BootClock.nowMillis() >= giveUpAt) {
                    return new Swept(killed.size(), unended.stream().sorted().toList());
                }
                Thread.sleep(2); // the dying need a moment, and strangers' deaths send us no signal
            }
            return new Swept(killed.size(), List.of());
        }

        private void look() {
            unended.clear();
            faceless.clear();
            long known = ProcessTable.lastBorn();
            for (long pid : ProcessTable.numbers("/proc")) judge(pid);
            chase(known);
            // The dying show no mark any more, yet may hold locks and files: they count until they
            // are dead.
            for (ProcessTable.Entry process : killed.values()) {
                if (!ProcessTable.isDead(process)) unended.add(process.pid());
            }
        }

        private void chase(long begin) {
            long known = begin;
            for (int chases = 0; chases < MOST_CHASES; chases++) {
                long last = ProcessTable.lastBorn();
                if (last < known
                        || last - known > WIDEST_CHASE) { // the numbers began anew: look at all
                    for (long pid : ProcessTable.numbers("/proc")) judge(pid);
                } else {
                    for (long pid = known + 1; pid <= last; pid++) judge(pid);
                }
                List.copyOf(faceless.keySet()).forEach(this::judge);
                if (last == known && faceless.isEmpty()) return;
                known = last;
            }
            unended.add(known); // births never paused: nothing is proven by this look
        }

        private void judge(long pid) {
            if (spared.contains(pid)) return;
            ProcessTable.Entry process =
                    ProcessTable.entry(pid); // before its mark: a reused number then shows
            byte[] environment = process == null ? null : ProcessTable.environment(pid);
            if (process == null || (environment == null && mayBeMidExec(process))) {
                long since = faceless.computeIfAbsent(pid, first -> BootClock.nowMillis());
                if (BootClock.nowMillis() - since <= FACELESS_MILLIS)
                    return; // being born, or in the middle of an exec
            }
            faceless.remove(pid);
            if (process == null) return;
            if (sweep.isEarlier(markIn(environment), incarnation)) {
                if (Kernel.signal(process, Kernel.SIGKILL)) killed.put(pid, process);
                unended.add(pid);
            } else if (sweep.isEarlier(guardedBy(pid), incarnation)) {
                Kernel.signal(process, Kernel.SIGCONT); // one that somebody stopped could not end
                unended.add(pid);
            }
        }

        /** Kernel threads and the dead have no environment either, for good. */
        private static boolean mayBeMidExec(ProcessTable.Entry process) {
            return process.state() != 'Z'
                    && process.state() != 'X'
                    && process.parent() != 2
                    && process.pid() != 2;
        }
    }

    private static Optional<Mark> markIn(byte @Nullable [] environment) {
        if (environment == null) return Optional.empty();
        String wanted = Mark.VARIABLE + "=";
        for (String entry : new String(environment, StandardCharsets.UTF_8).split("\0")) {
            if (entry.startsWith(wanted)) return Mark.parse(entry.substring(wanted.length()));
        }
        return Optional.empty();
    }

    /** The mark of the run that this process guards, if it is a guard. */
    private static Optional<Mark> guardedBy(long pid) {
        String[] words = ProcessTable.arguments(pid);
        boolean guard =
                words.length > 2 && words[0].endsWith("/runguard") && words[1].equals("--mark");
        return guard ? Mark.parse(words[2]) : Optional.empty();
    }

    private static Set<Long> selfAndAncestors() {
        var found = new HashSet<Long>();
        for (long pid = ProcessHandle.current().pid(); pid > 0; ) {
            ProcessTable.@Nullable Entry entry = ProcessTable.entry(pid);
            if (entry == null || !found.add(pid)) break;
            pid = entry.parent();
        }
        return found;
    }
}
