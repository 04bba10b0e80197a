package org.lumenyard.agent.guard;

/**
 * How a run ended. A value of this type exists only once the end is proven: no process of the run
 * is left.
 *
 * @param ending what became of the command itself
 * @param cause why its tree was killed, {@link Cause#NONE} if the command ended by itself
 * @param proof who says so
 * @param peakKibibytes the most resident memory that any one process of the tree had, in KiB; 0 if
 *     unknown
 * @param cpuMillis processor time of the whole tree, in milliseconds; 0 if unknown
 */
public record Death(Ending ending, Cause cause, Proof proof, long peakKibibytes, long cpuMillis) {

    /** What became of the command itself, apart from what it had started. */
    public sealed interface Ending {
        /** It ended with this code, 0 to 255. */
        record Exit(int code) implements Ending {}

        /** A signal ended it. */
        record Signal(int number, boolean core) implements Ending {}

        /** It never ran; the sentence says why. */
        record NotStarted(String sentence) implements Ending {}

        /** Its guard was killed, and with it the knowledge. */
        record Unknown() implements Ending {}
    }

    /** Why the tree was killed. */
    public enum Cause {
        /** It was not: the command ended, and what it had left running was cleared away. */
        NONE,
        /** The agent, or a SIGTERM to the guard, ordered it. */
        ORDER,
        /** The lease's moment came. */
        LEASE,
        /** The guard could no longer see the agent. */
        AGENT_GONE,
        /** The guard was killed; the kernel ended the command, the agent the rest. */
        GUARD_KILLED,
        /** The guard's own waiting failed, which should not happen. */
        GUARD_BROKEN
    }

    /** Who proved that nothing is left. */
    public enum Proof {
        /** The kernel told the guard that it has no descendant. */
        GUARD,
        /** The agent, in a killed guard's place, found nothing left in two looks in a row. */
        AGENT
    }

    /** Whether the command ended by itself with code 0. */
    public boolean succeeded() {
        return ending instanceof Ending.Exit(int code) && code == 0 && cause == Cause.NONE;
    }
}
