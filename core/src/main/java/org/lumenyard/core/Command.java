package org.lumenyard.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be asked of the farm. {@code by} is who asks, for the job's history. */
public sealed interface Command {
    /** A command about one job, which must be in memory when it is applied. */
    sealed interface OfJob extends Command {
        JobId job();
    }

    /** A command about one limit, by its name. */
    sealed interface OfLimit extends Command {
        String name();
    }

    record Submit(JobPlan plan) implements Command {}

    /** Places nothing more of the job; what runs is let finish. */
    record Hold(JobId job, String by) implements OfJob {}

    record Release(JobId job, String by) implements OfJob {}

    /** Ends the job for good: what runs is stopped. */
    record Cancel(JobId job, String by) implements OfJob {}

    /** Gives the step's task another chance, whatever became of it. */
    record RetryTask(JobId job, StepId step, long index, String by) implements OfJob {}

    record RetryFailed(JobId job, String by) implements OfJob {}

    /** Does everything anew. */
    record RetryAll(JobId job, String by) implements OfJob {}

    record Reprioritise(JobId job, Band band, int priority, String by) implements OfJob {}

    /** Null leaves a text as it is. */
    record Edit(JobId job, @Nullable String name, @Nullable String notes, String by)
            implements OfJob {}

    /** Makes a limit, or sets one to this count; without a note it keeps the one it has. */
    record SetLimit(String name, long count, @Nullable String note, String by) implements OfLimit {}

    /** Null leaves a value as it is. */
    record EditLimit(String name, @Nullable Long count, @Nullable String note, String by)
            implements OfLimit {}

    /** Refused while a run holds a seat: set to none before, it runs empty. */
    record DeleteLimit(String name, String by) implements OfLimit {}

    /**
     * Removes a finished job with all its history: it is gone at once, its rows go in slices. It
     * need not be in memory: a job that is there has not finished.
     */
    record Delete(JobId job, String by) implements Command {}

    /**
     * A command about where a finished job's rows are. Such a job is not in memory, so it says as
     * what the job was seen: where that is no longer so, nothing changes.
     */
    sealed interface OfArchive extends Command {
        JobId job();

        Archiving seen();
    }

    /** Puts a finished job's rows away into a file. */
    record Archive(JobId job, Archiving seen, String by) implements OfArchive {}

    /** Brings the rows back. */
    record Unarchive(JobId job, Archiving seen, String by) implements OfArchive {}

    /** What was under way is done. */
    record ArchivingDone(JobId job, Archiving seen) implements OfArchive {}

    /** The logs of a finished job are kept no longer. */
    record DropLogs(JobId job) implements Command {}

    /**
     * An agent begins a life.
     *
     * @param swept it has proven that nothing of its node's earlier lives runs any more; an agent
     *     without a memory of its own cannot know
     * @param spooled runs whose final results it found on its disk and will report
     */
    record Join(NodeFacts facts, boolean swept, List<RunId> spooled) implements Command {}

    /**
     * An agent that was away is back in the same life.
     *
     * @param runs all that it knows: started, ended or spooled
     * @param instances all that live
     */
    record Return(NodeId node, long incarnation, List<RunId> runs, List<InstanceId> instances)
            implements Command {}

    /** The agent's node has changed while it lives, such as by an installed program. */
    record Update(NodeId node, long incarnation, NodeFacts facts) implements Command {}

    /** A person's word that a quarantined node should be given work again. */
    record TryAgain(NodeId node, String by) implements Command {}

    record Started(RunId run, long incarnation) implements Command {}

    record Ended(RunId run, long incarnation, Outcome outcome) implements Command {}

    /** No process of the instance is left. */
    record InstanceEnded(InstanceId instance, long incarnation) implements Command {}

    /** The agent's lease and the margin are over, or its death is proven otherwise. */
    record Lose(NodeId node, long incarnation, String why) implements Command {}

    /** The agent has ended all its work and goes. */
    record Leave(NodeId node, long incarnation) implements Command {}

    /** Time has passed: what waited for it may be placed. */
    record Wake() implements Command {}
}
