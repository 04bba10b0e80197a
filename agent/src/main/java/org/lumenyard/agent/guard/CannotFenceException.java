package org.lumenyard.agent.guard;

import java.io.IOException;

/** This machine cannot run the guard, so nothing may be run here: the node is refused. */
public final class CannotFenceException extends IOException {
    /** The stable word for this refusal. */
    public static final String REASON = "cannot_fence";

    private static final long serialVersionUID = 1;

    /** The message is a whole sentence for people. */
    CannotFenceException(String sentence) {
        super(sentence);
    }

    /** The message is a whole sentence for people. */
    CannotFenceException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
