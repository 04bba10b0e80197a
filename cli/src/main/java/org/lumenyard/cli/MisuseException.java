package org.lumenyard.cli;

/** What was typed makes no sense as it is; the message says what would. */
final class MisuseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MisuseException(String sentence) {
        super(sentence, null, false, false);
    }
}
