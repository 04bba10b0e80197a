package org.lumenyard.openjd;

/**
 * A range expression, combination expression or format string is not well formed; the message says
 * where and why.
 */
public final class MalformedExpressionException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** With a sentence that its author can act on. */
    public MalformedExpressionException(String message) {
        super(message);
    }

    /** The sentence. */
    public String sentence() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
