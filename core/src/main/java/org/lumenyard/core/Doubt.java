package org.lumenyard.core;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A failure that may speak against its node: the latest few since it last did a task.
 *
 * @param step and {@code index} of the task
 * @param outdone whether another node has done a task of that step since
 */
public record Doubt(StepId step, long index, Cause cause, boolean outdone) {
    /** A node with so many doubts, all of them outdone, is not trusted any more. */
    static final int ENOUGH = 3;

    /**
     * With one more. Another failure of the same task adds none. Beyond {@link #ENOUGH} the oldest
     * that nobody has outdone is forgotten: a step that fails everywhere must not hide that another
     * fails only here.
     */
    static List<Doubt> with(List<Doubt> doubts, Doubt doubt) {
        var all = new ArrayList<>(doubts);
        boolean known =
                all.stream().anyMatch(d -> d.step.equals(doubt.step) && d.index == doubt.index);
        if (known) return doubts;
        all.add(doubt);
        if (all.size() > ENOUGH) {
            all.stream().filter(d -> !d.outdone).findFirst().ifPresent(all::remove);
        }
        return List.copyOf(all);
    }

    /** What becomes of them when another node has done a task of the step. */
    static List<Doubt> outdone(List<Doubt> doubts, StepId step) {
        return doubts.stream()
                .map(d -> d.step.equals(step) ? new Doubt(step, d.index, d.cause, true) : d)
                .toList();
    }

    static boolean suffice(List<Doubt> doubts) {
        return doubts.size() >= ENOUGH && doubts.stream().allMatch(Doubt::outdone);
    }

    /** All of them in one sentence. */
    static String sentence(List<Doubt> doubts) {
        String causes =
                doubts.stream()
                        .filter(doubt -> doubt.cause != Cause.OTHER)
                        .map(doubt -> doubt.cause.words())
                        .distinct()
                        .collect(Collectors.joining(" and "));
        return "%d tasks in a row failed here%s, while other nodes did such tasks"
                .formatted(doubts.size(), causes.isEmpty() ? "" : " because of " + causes);
    }
}
