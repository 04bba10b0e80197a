package org.lumenyard.core;

/** Where a task stands. Whether a waiting one is blocked or held is a fact of its step or job. */
public enum TaskState {
    WAITING,
    RUNNING,
    DONE,
    FAILED
}
