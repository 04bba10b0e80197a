package org.lumenyard.agent;

/** A warm process, from the first run that needs it until none of its processes is left. */
final class Instance {
    final long id;
    boolean lives;

    /** No run may use its process any more. */
    boolean mustEnd;

    /** It was told to end. */
    boolean ending;

    /** A run was finished on it, so that it holds its model. */
    boolean loaded;

    long idleSince;

    /** MiB that its latest run reserved: they stay taken while it lives. */
    long reserved;

    /** MiB that it was last seen to hold. */
    long mebibytes;

    Instance(long id, long now) {
        this.id = id;
        this.idleSince = now;
    }
}
