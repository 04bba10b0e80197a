package org.lumenyard.core;

/**
 * The agent's final word on a run, given only when no process of it is left.
 *
 * @param reason a stable word for programs, such as {@code done}, {@code disk_full}, {@code killed}
 * @param sentence for people; empty when there is nothing to say
 * @param loadMillis time spent on loading the model; 0 when it was held already
 * @param runMillis time spent on the task itself
 * @param peakMebibytes the most memory that the run's processes held at once; 0 when unknown
 * @param details outputs, warnings and timings, opaque here: JSON
 */
public record Outcome(
        Kind kind,
        String reason,
        String sentence,
        long loadMillis,
        long runMillis,
        long peakMebibytes,
        String details) {

    /** What a run's end means for its task. */
    public enum Kind {
        /** The outputs are verified and in place. */
        DONE,
        /** Speaks against the task: the third one fails it. */
        FAILED,
        /** Ended on the farm's own order, or never started: costs the task nothing. */
        INTERRUPTED,
        /** The node, the agent or the guard died under it: the fifth one counts as a failure. */
        LOST
    }

    /** An outcome without text of its own. */
    public static Outcome of(Kind kind, String reason) {
        return new Outcome(kind, reason, "", 0, 0, 0, "{}");
    }

    /** The same with a sentence. */
    public Outcome because(String why) {
        return new Outcome(kind, reason, why, loadMillis, runMillis, peakMebibytes, details);
    }
}
