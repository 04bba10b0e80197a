package org.lumenyard.core;

/** A job in one word. */
public enum JobState {
    /** Nothing runs; something may, now or when a step before it is done. */
    WAITING,
    RUNNING,
    /** Places nothing; what runs is let finish. */
    HELD,
    /** Cancelled, with processes not yet proven ended. */
    CANCELLING,
    DONE,
    /** Nothing more can run, and not all is done. */
    FAILED,
    CANCELLED;

    /** Whether the farm has nothing more to do for it; such a job leaves memory. */
    public boolean isFinished() {
        return this == DONE || this == FAILED || this == CANCELLED;
    }
}
