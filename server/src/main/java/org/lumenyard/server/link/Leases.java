package org.lumenyard.server.link;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lumenyard.core.NodeId;

/**
 * When an agent's silence has lasted long enough for its work to be given away. A pure value: all
 * times are milliseconds of a clock that goes on in the machine's sleep, and are passed in.
 *
 * <p>An agent lets its work live for L from when it <em>sent</em> a heartbeat that was answered. We
 * count L + M from when we <em>received</em> it, M being what clocks may differ by, what a kill may
 * take, and a second. We are never the one who is early, as long as our own slowness is not taken
 * for the agent's: see {@link #stalled}, and the second look of {@link #expired}.
 */
public final class Leases {
    /** How long a life that was due must stay silent while everything that waits for us is read. */
    static final long DRAIN_MILLIS = 1_000;

    /**
     * @param lease L: how long an agent's work may live without an answered heartbeat
     * @param killGrace how long a kill of a process tree may take
     */
    public record Terms(Duration lease, Duration killGrace) {
        /** M: how much longer we wait than the agent does. */
        public Duration margin() {
            return lease.dividedBy(50).plus(killGrace).plusSeconds(1);
        }
    }

    /** One life of an agent. */
    public record Life(NodeId node, long incarnation) {}

    private static final class Deadline {
        private final long incarnation;
        private long at;

        /** When it was first seen to be over; negative before. */
        private long dueSince = -1;

        private Deadline(long incarnation, long at) {
            this.incarnation = incarnation;
            this.at = at;
        }
    }

    private final long length;
    private final Map<NodeId, Deadline> deadlines = new HashMap<>();

    /** The latest life of each node whose end was declared. */
    private final Map<NodeId, Long> over = new HashMap<>();

    /** When word of a node was last read. */
    private final Map<NodeId, Long> heard = new HashMap<>();

    Leases(Terms terms) {
        length = terms.lease().plus(terms.margin()).toMillis();
    }

    /**
     * A life has begun, or was heard of, at {@code now}. Word from a life before the known one, or
     * from one whose end was declared, is nothing.
     *
     * @return whether the life goes on: only then may its heartbeat be answered, since work of a
     *     life whose end was declared is being given away
     */
    boolean renew(NodeId node, long incarnation, long now) {
        if (incarnation <= over.getOrDefault(node, 0L)) {
            return false;
        }
        Deadline known = deadlines.get(node);
        if (known == null || incarnation > known.incarnation) {
            deadlines.put(node, new Deadline(incarnation, now + length));
        } else if (incarnation == known.incarnation) {
            known.at = Math.max(known.at, now + length);
            known.dueSince = -1;
        }
        return known == null || incarnation >= known.incarnation;
    }

    /** Word of the node was read at {@code now}, or is known to have been. */
    void heard(NodeId node, long now) {
        heard.merge(node, now, Math::max);
    }

    /**
     * Whether word of the node was read after that moment. A machine whose present boot began
     * before the former agent was last heard is not the former agent's machine begun anew: the two
     * ran side by side.
     */
    boolean wasHeardSince(NodeId node, long moment) {
        return heard.getOrDefault(node, Long.MIN_VALUE) > moment;
    }

    /** The life is over; nothing is to be waited for. */
    void end(NodeId node, long incarnation) {
        Deadline known = deadlines.get(node);
        if (known != null && known.incarnation <= incarnation) {
            deadlines.remove(node);
        }
    }

    /** For a new reign: every lease is to start afresh. A declared end stays declared. */
    void clear() {
        deadlines.clear();
    }

    /** A declared end was not stored: the life goes on, with a lease begun afresh. */
    void reprieve(Life life, long now) {
        over.remove(life.node(), life.incarnation());
        renew(life.node(), life.incarnation(), now);
    }

    /**
     * We ourselves stood still for so long, and may have kept heartbeats waiting: nobody is due
     * yet.
     */
    void stalled(long millis) {
        for (Deadline deadline : deadlines.values()) {
            deadline.at += millis;
            deadline.dueSince = -1;
        }
    }

    /**
     * Lives whose deadline has passed and had passed at a look at least a second ago too; what was
     * waiting to be read has been read since, and was no heartbeat. They are forgotten by this.
     */
    List<Life> expired(long now) {
        var lives = new ArrayList<Life>();
        deadlines.forEach((node, deadline) -> {
            if (now < deadline.at) {
                deadline.dueSince = -1;
            } else if (deadline.dueSince < 0) {
                deadline.dueSince = now;
            } else if (now - deadline.dueSince >= DRAIN_MILLIS) {
                lives.add(new Life(node, deadline.incarnation));
            }
        });
        for (Life life : lives) {
            deadlines.remove(life.node());
            over.put(life.node(), life.incarnation());
        }
        return lives;
    }
}
