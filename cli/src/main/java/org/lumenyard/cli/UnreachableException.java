package org.lumenyard.cli;

/** There is no server there, or it went away before it answered. */
public final class UnreachableException extends FarmClient.Failed {
    private static final long serialVersionUID = 1;

    private final boolean sent;

    /**
     * @param sentence what happened and what to do about it
     * @param sent whether the request may have arrived
     */
    UnreachableException(String sentence, boolean sent) {
        super(sentence);
        this.sent = sent;
    }

    /** Whether the request may have arrived, so that only the answer is missing. */
    public boolean mayHaveArrived() {
        return sent;
    }
}
