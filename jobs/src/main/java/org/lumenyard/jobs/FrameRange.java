package org.lumenyard.jobs;

import org.lumenyard.openjd.MalformedExpressionException;
import org.lumenyard.openjd.RangeExpression;

/**
 * Frames as people type them: {@code 1-250x2,300} as well as the standard's {@code 1-250:2,300}.
 */
final class FrameRange {
    private FrameRange() {}

    /** The standard's way to write them. */
    static String normalised(String field, String text) throws Refusal {
        try {
            return RangeExpression.parseLenient(text).toString();
        } catch (MalformedExpressionException e) {
            throw new Refusal("parameters." + field, e.sentence());
        }
    }
}
