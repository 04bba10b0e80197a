package org.lumenyard.store.schema;

/** What a line of history is about. */
public enum Subject {
    JOB,
    NODE,
    LIMIT
}
