package org.lumenyard.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became true. The store writes these; {@link Farm#evolve} is the only code that makes them so
 * in memory. {@code at} is in milliseconds since the epoch.
 */
public sealed interface Change {
    record JobSubmitted(JobId job, List<StepId> steps, JobPlan plan, long at) implements Change {}

    /**
     * @param why the farm holds it; empty when a person does, or when it is released
     */
    record JobHeld(JobId job, boolean held, String why) implements Change {}

    record JobCancelled(JobId job) implements Change {}

    record JobRanked(JobId job, Band band, int priority) implements Change {}

    record JobEdited(JobId job, String name, String notes) implements Change {}

    /** Nobody sees the job any more; what the store holds of it goes bit by bit. */
    record JobDeleted(JobId job, long at) implements Change {}

    /**
     * Another thing is so of where a finished job's rows are. The store makes it so only where it
     * is still {@code from}.
     */
    record JobArchived(JobId job, Archiving from, Archiving to) implements Change {}

    /** The job's logs are kept no longer. */
    record JobLogsDropped(JobId job, long at) implements Change {}

    /** A job's row as it now stands. A finished job leaves memory with it. */
    record JobProgressed(JobId job, JobState state, Counts counts, long at) implements Change {}

    /** A step's row as it now stands; follows from the other changes. */
    record StepProgressed(StepId step, Counts counts) implements Change {}

    /**
     * What the step's runs taught: the most memory of any (MiB), and running means of the time to
     * load its model and to do one task (ms); 0 when unknown.
     */
    record StepMeasured(StepId step, long peakMebibytes, long loadMillis, long runMillis)
            implements Change {}

    /** Runs were killed for want of memory: from now on at least this much is reserved (MiB). */
    record StepGrew(StepId step, long leastMebibytes) implements Change {}

    /** What went wrong in the step since a task of it was last done. */
    record StepSetBack(StepId step, Setbacks setbacks) implements Change {}

    /**
     * Everything in the step is to be done anew: rows of an older round count for nothing, and so
     * do its setbacks.
     */
    record StepRaised(StepId step, int round) implements Change {}

    /**
     * Tasks that failed with a run up to this one wait again, with no failure counted. The step's
     * setbacks are forgotten too.
     */
    record StepForgiven(StepId step, RunId upTo) implements Change {}

    /** This task waits again, with no failure counted. */
    record TaskForgiven(StepId step, long index) implements Change {}

    record NodeJoined(NodeId node, long incarnation, NodeFacts facts, long at) implements Change {}

    record NodeUpdated(NodeId node, NodeFacts facts) implements Change {}

    /** The node's incarnation is over; {@code lost} when nobody said good-bye. */
    record NodeGone(NodeId node, boolean lost, String why, long at) implements Change {}

    /** What speaks against the node, as it now stands. */
    record NodeDoubted(NodeId node, List<Doubt> doubts) implements Change {}

    /** The node is given nothing that another one could do; its doubts are settled by it. */
    record NodeQuarantined(NodeId node, String why, long at) implements Change {}

    /** The node is given work again, and nothing speaks against it. */
    record NodeTrusted(NodeId node) implements Change {}

    record InstanceStarted(Instance instance, long at) implements Change {}

    record InstanceEnded(InstanceId instance, long at) implements Change {}

    record RunPlaced(Run run) implements Change {}

    record RunStarted(RunId run, long at) implements Change {}

    /** The run is to be stopped; its amounts and its task stay taken until it is proven ended. */
    record RunCancelling(RunId run) implements Change {}

    /** The run is handed to its node's new incarnation, which holds its spooled result. */
    record RunAdopted(RunId run, long incarnation) implements Change {}

    /**
     * A run's proven end.
     *
     * @param task where it leaves its task; null for a run of an older round, which leaves it alone
     * @param failures how many failures of the task count now
     * @param losses how many losses of the task count now
     * @param notBefore when the same node may try the task again
     */
    record RunEnded(
            Run run,
            Outcome outcome,
            @Nullable TaskState task,
            int failures,
            int losses,
            long notBefore,
            long at)
            implements Change {}

    /** A limit is made, or has another count or note. */
    record LimitSet(LimitId limit, String name, long count, String note, long at)
            implements Change {}

    record LimitDeleted(LimitId limit, String name) implements Change {}

    /** A line in a job's history. */
    record JobNoted(JobId job, String who, String what, long at) implements Change {}

    /** A line in a limit's history, which outlives it. */
    record LimitNoted(LimitId limit, String who, String what, long at) implements Change {}

    /** A line in a node's history. */
    record NodeNoted(NodeId node, String what, long at) implements Change {}
}
