package org.lumenyard.core;

import java.util.Map;
import java.util.TreeMap;

/**
 * A counted resource of the whole farm, such as the seats of a licence, and which runs hold how
 * many of them, each from its placing to the proof of its end.
 *
 * <pre>
 * (new) --set--> free --the last seat taken, or set to fewer--> taken
 *                 ^----a seat given back, or set to more---------|
 *                 +----deleted, while no run holds a seat--> (gone)
 * </pre>
 *
 * Set to fewer than are held, nothing is stopped: nothing is placed until enough were given back.
 */
final class Limit {
    final LimitId id;
    final String name;
    private long count;
    private String note;
    private final Map<RunId, Long> held = new TreeMap<>();

    /** The sum of what is held, so that asking costs nothing. */
    private long taken;

    Limit(LimitId id, String name, long count, String note) {
        this.id = id;
        this.name = name;
        this.count = count;
        this.note = note;
    }

    long count() {
        return count;
    }

    String note() {
        return note;
    }

    /** How many seats are taken. */
    long taken() {
        return taken;
    }

    /** How many more seats may be taken; less than none where more are held than there are. */
    long free() {
        return count - taken;
    }

    boolean isHeld() {
        return !held.isEmpty();
    }

    /** Seats by the runs that hold them. */
    Map<RunId, Long> held() {
        return held;
    }

    // What follows is called by evolve alone.

    void set(long newCount, String newNote) {
        count = newCount;
        note = newNote;
    }

    void took(RunId run, long seats) {
        held.put(run, seats);
        taken += seats;
    }

    void gaveBack(RunId run) {
        Long seats = held.remove(run);
        if (seats != null) taken -= seats;
    }

    @Override
    public String toString() {
        return "limit %s %s %d '%s' held%s".formatted(id, name, count, note, held);
    }
}
