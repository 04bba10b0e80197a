package org.lumenyard.agent;

import org.jspecify.annotations.Nullable;
import org.lumenyard.protocol.ServerMessage.Start;

/** A run from its assignment until the last of its processes is gone. */
final class Run {
    enum State {
        /**
         * Waits for the run before it in its slot, its instance, memory or the disk; nothing of it
         * was started.
         */
        ASSIGNED,
        /** Told to begin. */
        STARTING,
        /** Has begun. */
        RUNNING
    }

    final Start order;
    State state = State.ASSIGNED;

    /** Why it is being ended before its time, a stable word; null while it may live. */
    @Nullable String endedFor;

    /** The server does not know it: its end is nobody's business. */
    boolean unwanted;

    double fraction;
    String text = "";
    boolean hasNews;

    Run(Start order) {
        this.order = order;
    }

    long id() {
        return order.run();
    }

    boolean isActive() {
        return state != State.ASSIGNED;
    }

    boolean uses(long instance) {
        return instance != 0 && order.instance() == instance;
    }

    long memory() {
        return order.amounts().getOrDefault(AgentCore.MEMORY, 0L);
    }
}
