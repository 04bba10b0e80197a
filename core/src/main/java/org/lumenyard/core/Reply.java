package org.lumenyard.core;

import java.util.List;

/** The answer to a command. */
public sealed interface Reply {
    record Done() implements Reply {}

    record Submitted(JobId job) implements Reply {}

    /**
     * @param known the runs that the farm holds to be on this node: what else the agent finds is to
     *     be stopped, and no other spooled result may be published
     */
    record Joined(NodeId node, long incarnation, List<RunId> known) implements Reply {}

    /** Nothing changed, and this is why. */
    record Refused(Reason reason, String detail) implements Reply {}

    /** Stable words; the API shows them in lower case. */
    enum Reason {
        UNKNOWN_JOB,
        UNKNOWN_STEP,
        UNKNOWN_TASK,
        UNKNOWN_NODE,
        UNKNOWN_LIMIT,
        LIMIT_HELD,
        JOB_FINISHED,
        JOB_UNFINISHED,
        TASK_RUNNING,
        NOTHING_TO_RETRY,
        STALE_INCARNATION,
        NOT_SWEPT
    }
}
