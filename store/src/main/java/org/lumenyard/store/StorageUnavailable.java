package org.lumenyard.store;

/**
 * The database cannot be written or read now. Whether the transaction was stored is not known: the
 * reign is over, and a new one ({@link Store#takeOver}) will see what is true.
 */
public final class StorageUnavailable extends StoreFailure {
    private static final long serialVersionUID = 1;

    /** What stands in the way. */
    public enum Reason {
        DISK_FULL,
        READ_ONLY,
        BUSY,
        BROKEN,
        UNREACHABLE,
        /** Another server has it. */
        IN_USE,
        CLOSED
    }

    private final Reason reason;

    StorageUnavailable(Reason reason, String sentence, Throwable cause) {
        super(sentence, cause);
        this.reason = reason;
    }

    StorageUnavailable(Reason reason, String sentence) {
        super(sentence);
        this.reason = reason;
    }

    /** In one word, for programs; the message is a sentence for people. */
    public Reason reason() {
        return reason;
    }
}
