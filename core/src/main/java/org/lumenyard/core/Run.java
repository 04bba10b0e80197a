package org.lumenyard.core;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at one task on one node, from its placing to the proof of its end.
 *
 * @param index the task's place in its step's space
 * @param round the step's round when it was placed; a result of an older round is history only
 * @param incarnation the life of the agent that it was given to
 * @param instance the instance that does it, for steps with a model
 * @param slot its place on the node, named by the run that opened it: runs of one slot are done one
 *     after another, in the order of their numbers, and take what the first of them takes
 * @param amounts what is reserved for it, on the node and of limits
 * @param placedAt milliseconds since the epoch
 */
public record Run(
        RunId id,
        JobId job,
        StepId step,
        long index,
        String label,
        int round,
        NodeId node,
        long incarnation,
        @Nullable InstanceId instance,
        RunId slot,
        Map<String, Long> amounts,
        long placedAt) {
    public Run {
        amounts = Collections.unmodifiableSortedMap(new TreeMap<>(amounts));
    }

    /** Whether it opened its slot; any other is begun after another one. */
    public boolean opensItsSlot() {
        return slot.equals(id);
    }

    /** How many seats it holds, by the limit's name. */
    public SortedMap<String, Long> seats() {
        return Requirements.seats(amounts);
    }

    /** The same run in the care of its node's later life. */
    Run in(long laterIncarnation) {
        return new Run(
                id,
                job,
                step,
                index,
                label,
                round,
                node,
                laterIncarnation,
                instance,
                slot,
                amounts,
                placedAt);
    }
}
