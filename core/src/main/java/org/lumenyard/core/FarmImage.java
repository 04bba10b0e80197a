package org.lumenyard.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the store holds of unfinished work, as rows: {@link Farm#load} makes a farm of it that is
 * equal to the one whose changes were stored.
 *
 * @param nextId the number that the next job, step, run, node, instance or limit gets
 */
public record FarmImage(
        long nextId,
        List<JobImage> jobs,
        List<NodeImage> nodes,
        List<Instance> instances,
        List<RunImage> runs,
        List<LimitImage> limits) {

    /** A farm that nothing was ever done with. */
    public static FarmImage empty() {
        return new FarmImage(1, List.of(), List.of(), List.of(), List.of(), List.of());
    }

    /**
     * @param plan as submitted, with the name, notes, band and priority of now
     * @param heldWhy empty unless the farm holds it
     */
    public record JobImage(
            JobId id,
            JobPlan plan,
            boolean held,
            String heldWhy,
            boolean cancelled,
            long submittedAt,
            List<StepImage> steps) {}

    /**
     * @param forgivenUpTo null when nothing was forgiven
     * @param done tasks done in this round
     * @param tasks all other rows of this round: waiting ones with a past, running and failed ones
     */
    public record StepImage(
            StepId id,
            int round,
            @Nullable RunId forgivenUpTo,
            long peakMebibytes,
            long loadMillis,
            long runMillis,
            long leastMebibytes,
            Setbacks setbacks,
            List<IndexRange> done,
            List<TaskRow> tasks) {}

    /**
     * @param avoid the node of the last failed run; null without one
     * @param run the latest run
     */
    public record TaskRow(
            long index,
            TaskState state,
            int failures,
            int losses,
            @Nullable NodeId avoid,
            long notBefore,
            RunId run) {}

    /**
     * @param quarantine why it is given nothing that another could do; null while it is trusted
     */
    public record NodeImage(
            NodeId id,
            long incarnation,
            boolean online,
            NodeFacts facts,
            List<Doubt> doubts,
            @Nullable String quarantine,
            long joinedAt) {}

    public record LimitImage(LimitId id, String name, long count, String note) {}

    /**
     * A run without proven end.
     *
     * @param startedAt 0 when the agent has not said that it started
     */
    public record RunImage(Run run, long startedAt, boolean cancelling) {}
}
