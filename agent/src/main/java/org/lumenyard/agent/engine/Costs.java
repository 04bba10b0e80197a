package org.lumenyard.agent.engine;

/**
 * What a run took, for the scheduler to learn from.
 *
 * @param peakMiB the most memory it was seen to hold, in MiB; 0 when nobody saw
 * @param loadSeconds what loading the model took; 0 when nothing was loaded or it was there already
 * @param warm whether a process that already held the model was used
 */
public record Costs(long peakMiB, double loadSeconds, boolean warm) {
    /** Nothing known. */
    public static final Costs UNKNOWN = new Costs(0, 0, false);
}
