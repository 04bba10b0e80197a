package org.lumenyard.agent.engine;

/** Ends an engine's work: the cause for machines, and one plain sentence for people. */
final class WorkFailed extends Exception {
    private static final long serialVersionUID = 1;

    private final Reason reason;
    private final String sentence;

    WorkFailed(Reason reason, String sentence) {
        super(sentence);
        this.reason = reason;
        this.sentence = sentence;
    }

    /** Settings or outputs that cannot be followed; the sentence is for the job's owner. */
    static WorkFailed badSettings(String sentence) {
        return new WorkFailed(Reason.BAD_SETTINGS, sentence);
    }

    Reason reason() {
        return reason;
    }

    String sentence() {
        return sentence;
    }
}
