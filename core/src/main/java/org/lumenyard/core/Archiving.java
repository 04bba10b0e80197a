package org.lumenyard.core;

/**
 * Where a finished job's task and run rows are. An archived job's are in a file, and in no table.
 * They move in slices, so a job is on its way for a while; which of the two counts is never in
 * doubt.
 *
 * <pre>
 * NONE --archived--> WRITING --written--> REMOVING --removed--> ARCHIVED
 *   ^                   |                  ^    |                   |
 *   |              unarchived       archived  unarchived       unarchived
 *   |                   v                  |    v                   |
 *   +----tidied------ RETURNED <--returned-- RETURNING <------------+
 * </pre>
 *
 * A job that is RETURNED may be archived anew; it is WRITING then.
 */
public enum Archiving {
    /** In the tables; there is no file. */
    NONE,
    /** In the tables; a file of them is being made. */
    WRITING,
    /** In the file, which is whole and on disk; the tables are being emptied of them. */
    REMOVING,
    /** In the file, and in no table. */
    ARCHIVED,
    /** In the file; the tables are being filled from it. */
    RETURNING,
    /** In the tables; the file is to go. */
    RETURNED;

    /** What follows when somebody wants the job archived. */
    public Archiving wanted() {
        return switch (this) {
            case NONE, RETURNED -> WRITING;
            case RETURNING -> REMOVING;
            case WRITING, REMOVING, ARCHIVED -> this;
        };
    }

    /** What follows when somebody wants the job back. */
    public Archiving unwanted() {
        return switch (this) {
            case WRITING -> RETURNED;
            case REMOVING, ARCHIVED -> RETURNING;
            case NONE, RETURNING, RETURNED -> this;
        };
    }

    /** What follows when that which this asks for is done. */
    public Archiving done() {
        return switch (this) {
            case WRITING -> REMOVING;
            case REMOVING -> ARCHIVED;
            case RETURNING -> RETURNED;
            case RETURNED -> NONE;
            case NONE, ARCHIVED -> this;
        };
    }

    /** Whether something is to be done: rows or files are on their way. */
    public boolean isUnderWay() {
        return done() != this;
    }
}
