package org.lumenyard.simulator;

import java.util.Locale;

/** What may strike a farm at any moment. */
enum Fault {
    CONNECTION_BREAKS,
    ALL_CONNECTIONS_BREAK,
    /** For a while nothing comes through to a node, nor from it. */
    NODE_CUT_OFF,
    /** For a while a node's words are not heard; it hears. */
    NODE_UNHEARD,
    /** For a while a node does not hear; its words are heard. */
    NODE_DEAF,
    AGENT_KILLED,
    /** An agent ends its work, says good-bye and goes; somebody starts it again. */
    AGENT_STOPPED,
    AGENT_STANDS_STILL,
    /** Killed, stopped and cut off in quick succession. */
    AGENT_FLAPS,
    /** An agent's disk is full for a while. */
    AGENT_DISK_FULL,
    /** A machine goes down with all that runs on it, and comes up with a new boot. */
    MACHINE_REBOOTS,
    /** For a while a second machine runs with a copy of a node's folder. */
    MACHINE_DOUBLED,
    SERVER_KILLED,
    SERVER_STANDS_STILL,
    SERVER_AND_AGENTS_KILLED,
    COMMIT_REFUSED,
    COMMIT_OF_UNKNOWN_OUTCOME,
    KILLED_AT_A_COMMIT,
    /** A machine's clock runs at another pace from now on, within what is promised. */
    CLOCK_DRIFTS,
    /** The server's wall clock is set. */
    WALL_CLOCK_JUMPS,
    /** A person submits, holds, releases, retries, cancels, or changes a priority. */
    ORDER,
    /** A person retries a task, or all of a job, whatever runs. */
    RETRY,
    CANCEL;

    /** As people read it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
