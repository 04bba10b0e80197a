package org.lumenyard.server.live;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Publishes what changed, and remembers the latest changes for clients that come back. */
public final class Live {
    static final int REMEMBERED = 4_096;

    private record Entry(long revision, Keys keys) {}

    private final ArrayDeque<Entry> ring = new ArrayDeque<>();
    private final Set<Follower> followers = new HashSet<>();

    /** Nothing is known of changes up to this revision. */
    private long before;

    private long latest;
    private boolean over;

    /** Begins to remember: what came up to {@code revision} is not known any more. */
    public synchronized void begin(long revision) {
        ring.clear();
        before = revision;
        latest = revision;
        followers.forEach(follower -> follower.reset(revision));
    }

    /** These changed with this revision. */
    public synchronized void changed(long revision, Keys keys) {
        latest = revision;
        if (keys.isEmpty()) {
            return;
        }
        ring.addLast(new Entry(revision, keys));
        if (ring.size() > REMEMBERED) {
            before = ring.removeFirst().revision();
        }
        followers.forEach(follower -> follower.changed(revision, keys));
    }

    /** The farm itself is not as it was: whether it takes changes, who is connected. */
    public synchronized void farmChanged() {
        followers.forEach(Follower::farmChanged);
    }

    /** The latest of what runs say of themselves. */
    public synchronized void progressed(Collection<Progress> runs) {
        if (!runs.isEmpty()) {
            followers.forEach(follower -> follower.progressed(runs));
        }
    }

    /**
     * Follows from after {@code since}; end it with {@link #leave}.
     *
     * @param since the revision of what the client has read; negative for none
     */
    public synchronized Follower follow(long since) {
        var follower = new Follower(latest);
        if (since > latest || (since >= 0 && since < before)) {
            follower.reset(latest);
        } else if (since >= 0) {
            ring.stream()
                    .filter(entry -> entry.revision() > since)
                    .forEach(entry -> follower.changed(entry.revision(), entry.keys()));
        }
        if (over) {
            follower.end();
        }
        followers.add(follower);
        return follower;
    }

    public synchronized void leave(Follower follower) {
        followers.remove(follower);
        notifyAll();
    }

    /** How many clients follow. */
    public synchronized int followers() {
        return followers.size();
    }

    /** Sends all followers home, for good, and waits a little while they go. */
    public synchronized void end(Duration patience) {
        over = true;
        followers.forEach(Follower::end);
        long until = System.nanoTime() + patience.toNanos();
        try {
            for (long left = patience.toMillis(); !followers.isEmpty() && left > 0; ) {
                wait(left);
                left = (until - System.nanoTime()) / 1_000_000;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
