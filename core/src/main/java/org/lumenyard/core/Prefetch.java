package org.lumenyard.core;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs that wait on their nodes behind others, so that a slot need not wait for us between two
 * short tasks. They are wanted back where somebody else could begin sooner, or when what they wait
 * for takes longer than it should; what comes back has cost nothing.
 *
 * <p>Only which runs wait is state, and follows from the runs in motion. How long tasks take of
 * late, and what was asked back and when, is a guess and a memory aid: after a restart both begin
 * empty.
 */
final class Prefetch {
    /** Nothing waits behind a run that is expected to take longer, or has taken longer already. */
    private static final long LONGEST_MILLIS = 10_000;

    /** What waits in a slot is to last so long, so that a slow word of ours is not felt. */
    private static final long COVERED_MILLIS = 100;

    private static final int MOST_IN_A_SLOT = 16;

    /** So that a turn stays short however many slots are empty. */
    private static final int MOST_IN_A_TURN = 256;

    /** For less than this, or half of what a task takes, it is not worth it to begin elsewhere. */
    private static final long WORTH_MILLIS = 250;

    /** So many waiting runs are looked at for a node that idles, and in a turn. */
    private static final int LOOKS = 64;

    private static final int MOST_LOOKS = 1_024;

    private static final long LOOK_AGAIN_MILLIS = 5_000;

    private final Farm farm;

    /** Those that did not open their slot, and of which nobody has said that they began. */
    private final TreeSet<RunId> waiting = new TreeSet<>();

    private final Map<RunId, Long> askedAt = new HashMap<>();

    /** Nodes of which a slot found nothing that may wait in it. */
    private final TreeSet<NodeId> hungry = new TreeSet<>();

    private long usualMillis;

    /** When to look again at what waits behind runs that take too long. */
    private long looksAt;

    Prefetch(Farm farm) {
        this.farm = farm;
    }

    /** Nodes that, full or not, want to be looked at when something new leads a queue. */
    Collection<NodeId> hungry() {
        return hungry;
    }

    // What follows is called by evolve alone.

    void placed(Run run) {
        if (!run.opensItsSlot()) waiting.add(run.id());
    }

    void began(RunId run) {
        waiting.remove(run);
        askedAt.remove(run);
    }

    void ended(Change.RunEnded ended) {
        began(ended.run().id());
        if (ended.outcome().kind() == Outcome.Kind.DONE) {
            usualMillis = Farm.mean(usualMillis, Math.max(1, ended.outcome().runMillis()));
        }
    }

    // Placing

    /**
     * Gives the slots of nodes what to do next.
     *
     * @param looks nodes with the queues that each is to look at
     */
    void place(Map<NodeId, Queues.BySeats> looks, long now) {
        int left = MOST_IN_A_TURN;
        for (var look : looks.entrySet()) {
            Node node = farm.node(look.getKey());
            if (left <= 0) farm.lookSoonAt(node, now);
            else left -= fill(node, look.getValue(), now);
        }
    }

    /** Says how many runs it placed. */
    private int fill(Node node, Queues.BySeats queues, long now) {
        hungry.remove(node.id);
        int placed = 0;
        Run hopeless = null;
        for (NavigableMap<RunId, Run> slot : node.slots()) {
            while (hasDepth(slot, now)) {
                Run last = slot.lastEntry().getValue();
                if (hopeless != null && isAlike(last, hopeless)) break;
                var choice = behind(node, last, queues, now);
                if (choice == null) {
                    hungry.add(node.id);
                    hopeless = last;
                    break;
                }
                farm.place(node, choice, last, now);
                farm.wakeAt(nextLook(now + LONGEST_MILLIS));
                placed++;
            }
        }
        return placed;
    }

    /** Where some of the queues hold something for a slot, another may hold what is more urgent. */
    private Placement.@Nullable Choice behind(Node node, Run last, Queues.BySeats some, long now) {
        var choice = Placement.behind(farm, node, last, now).next(some);
        var all = farm.queues().bySeats();
        return choice == null || some == all
                ? choice
                : Placement.behind(farm, node, last, now).next(all);
    }

    private static boolean isAlike(Run one, Run other) {
        return one.amounts().equals(other.amounts())
                && Objects.equals(one.instance(), other.instance());
    }

    private boolean hasDepth(NavigableMap<RunId, Run> slot, long now) {
        int waits = slot.size() - 1;
        if (waits >= MOST_IN_A_SLOT) return false;
        Run last = slot.lastEntry().getValue();
        long lasts = expected(last);
        if (lasts == 0 || lasts > LONGEST_MILLIS) return false;
        if (waits > 0 && waits * lasts >= COVERED_MILLIS) return false;
        return !farm.isCancelling(last.id()) && elapsed(slot, now) <= LONGEST_MILLIS;
    }

    /** How long a task of the run's step takes, as far as can be guessed; 0 when it cannot. */
    private long expected(Run run) {
        @Nullable Step step = farm.stepOf(run);
        if (step == null) return 0;
        return step.runMillis() > 0 ? step.runMillis() : usualMillis;
    }

    private long elapsed(NavigableMap<RunId, Run> slot, long now) {
        long startedAt = farm.startedAt(slot.firstKey());
        return startedAt == 0 ? 0 : now - startedAt;
    }

    // Taking back

    /** Somebody does not want them begun any more. */
    void takeBack(Predicate<Run> which, long now) {
        for (RunId id : waiting) if (which.test(farm.run(id))) ask(farm.run(id), now);
    }

    /** What waits long elsewhere may begin at once on those of these nodes that have room. */
    void fetch(Collection<Node> nodes, long now) {
        int looks = waiting.isEmpty() ? 0 : MOST_LOOKS;
        for (Node node : nodes) if (looks > 0 && node.hasRoom()) looks -= fetch(node, now);
    }

    /** As much as fits; says how many runs it looked at. */
    private int fetch(Node node, long now) {
        farm.wakeAt(now + WORTH_MILLIS);
        long room = node.free(Requirements.VCPU);
        int looks = 0;
        for (RunId id : waiting) {
            if (room <= 0 || looks == LOOKS) break;
            looks++;
            Run run = farm.run(id);
            if (!isWorthIt(run, node, now)) continue;
            ask(run, now);
            room -= Math.max(1, run.amounts().getOrDefault(Requirements.VCPU, 1L));
        }
        return looks;
    }

    private boolean isWorthIt(Run run, Node node, long now) {
        @Nullable Step step = farm.stepOf(run);
        if (step == null || run.node().equals(node.id) || wasAsked(run, now)) return false;
        var needs = step.requirements();
        if (!node.hasRoomFor(needs, node.idleInstances())) return false;
        if (node.isQuarantined() || !node.canEverRun(needs)) return false;
        long worth = Math.max(WORTH_MILLIS, expected(run) / 2);
        return waits(run, now) > worth + step.loadMillis();
    }

    /**
     * How long until it begins where it is. What takes longer than it should may take as long
     * again.
     */
    private long waits(Run run, long now) {
        var slot = farm.node(run.node()).slotOf(run);
        long before = slot.headMap(run.id()).size();
        if (before == 0) return 0;
        long each = expected(slot.firstEntry().getValue());
        long elapsed = elapsed(slot, now);
        return (before - 1) * each + (elapsed > each ? elapsed : each - elapsed);
    }

    private boolean wasAsked(Run run, long now) {
        long at = askedAt.getOrDefault(run.id(), Long.MIN_VALUE / 2);
        return Math.abs(now - at) < LOOK_AGAIN_MILLIS;
    }

    private void ask(Run run, long now) {
        askedAt.put(run.id(), now);
        farm.revoke(run);
    }

    /** What waits for too long is wanted back. */
    void look(long now) {
        if (waiting.isEmpty()) return;
        fetch(farm.nodes(), now);
        boolean isEarly = now < looksAt && looksAt - now <= LOOK_AGAIN_MILLIS;
        if (!isEarly) {
            looksAt = nextLook(now + 1);
            takeBackStuck(now);
        }
        farm.wakeAt(looksAt);
    }

    /** Behind a run that takes too long: whoever may do it then. */
    private void takeBackStuck(long now) {
        takeBack(
                run ->
                        elapsed(farm.node(run.node()).slotOf(run), now) > LONGEST_MILLIS
                                && !wasAsked(run, now),
                now);
    }

    private static long nextLook(long time) {
        return Math.ceilDiv(time, LOOK_AGAIN_MILLIS) * LOOK_AGAIN_MILLIS;
    }
}
