package org.lumenyard.jobs;

import org.lumenyard.openjd.RangeExpression;

/**
 * Frames as people type them: {@code 1-250x2,300} as well as the standard's {@code 1-250:2,300}.
 */
public final class FrameRange {
    private final RangeExpression frames;

    private FrameRange(RangeExpression frames) {
        this.frames = frames;
    }

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException with a sentence for people, when they cannot be understood
     */
    public static FrameRange parse(String text) {
        return new FrameRange(RangeExpression.parseLenient(text));
    }

    public boolean contains(long frame) {
        return frames.contains(frame);
    }

    /** The standard's way to write them. */
    static String normalised(String field, String text) throws Refusal {
        try {
            return parse(text).frames.toString();
        } catch (IllegalArgumentException e) {
            throw new Refusal("parameters." + field, String.valueOf(e.getMessage()));
        }
    }
}
