package org.lumenyard.store.schema;

/** A run in one word: where it stands, and once it has ended, how. */
public enum RunState {
    /** Given to a node that has not said yet that it started. */
    ASSIGNED,
    RUNNING,
    /** To be stopped, and not yet proven ended. */
    CANCELLING,
    DONE,
    FAILED,
    INTERRUPTED,
    LOST
}
