package org.lumenyard.server.link;

import org.jspecify.annotations.Nullable;
import org.lumenyard.protocol.AgentMessage;

/** Who speaks on one connection: an agent by its hello, and the life in whose name it is heard. */
public final class Speaker {
    final Line line;

    /** Which connection this is, in the order in which they were opened. */
    final long number;

    /** What the agent said first; of its hellos on two connections the later sent one counts. */
    private volatile AgentMessage.@Nullable Hello hello;

    /** The life that speaks here; null until it is welcome. */
    private volatile Leases.@Nullable Life life;

    /** False once a report was not stored here: later ones must not be acknowledged then. */
    private volatile boolean intact = true;

    /** When the agent last answered a ping, in the link's time; negative before. */
    private volatile long pongAt = -1;

    /** The latest report that was heard here; of the hearing thread only. */
    private long newest;

    Speaker(Line line, long number) {
        this.line = line;
        this.number = number;
    }

    /** Takes the agent's hello; false when it has said one here before. */
    boolean greets(AgentMessage.Hello said) {
        boolean first = hello == null;
        if (first) {
            hello = said;
        }
        return first;
    }

    /** Whether this is another connection of the very agent that speaks on {@code other}. */
    boolean isSameAgentAs(Speaker other) {
        AgentMessage.Hello mine = hello;
        AgentMessage.Hello its = other.hello;
        return mine != null
                && its != null
                && mine.incarnation() == its.incarnation()
                && mine.facts().machine().equals(its.facts().machine())
                && mine.facts().boot().equals(its.facts().boot())
                && mine.facts().pidNamespace().equals(its.facts().pidNamespace());
    }

    /**
     * Whether the agent sent its hello here before the one on {@code other}: this one is outdated.
     */
    boolean isOlderThan(Speaker other) {
        AgentMessage.Hello mine = hello;
        AgentMessage.Hello its = other.hello;
        return mine != null && its != null && mine.sentAt() < its.sentAt();
    }

    /** Whether a report is later than all that were heard here, and no repetition. */
    boolean isNews(long sequence) {
        boolean isLater = sequence > newest;
        newest = Math.max(newest, sequence);
        return isLater;
    }

    Leases.@Nullable Life life() {
        return life;
    }

    void lives(Leases.@Nullable Life now) {
        life = now;
    }

    boolean intact() {
        return intact;
    }

    void broken() {
        intact = false;
    }

    long pongAt() {
        return pongAt;
    }

    void pongedAt(long now) {
        pongAt = now;
    }
}
