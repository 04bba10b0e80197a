package org.lumenyard.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When how much of something becomes free: nodes of a few kinds, or the seats of a limit. Alike
 * tasks are put in where there is room first, as the farm does it, but all at once: what it costs
 * grows with neither tasks nor nodes.
 */
final class Timetable {
    /** So many moments are told apart in all; of one kind those next to each other become one. */
    private static final int MOST_MOMENTS = 48;

    private static final int LEAST_MOMENTS = 3;

    private static final Comparator<Offer> EARLIEST =
            (one, other) ->
                    one.at != other.at
                            ? Double.compare(one.at, other.at)
                            : Double.compare(other.room.from, one.room.from);

    private static final Comparator<Offer> NEXT =
            (one, other) -> Double.compare(one.next, other.next);

    private static final double SOME = 1e-9;

    /** So much of one kind is free from a moment on. */
    private static final class Room {
        final int kind;
        double from;
        double amount;

        Room(int kind, double from, double amount) {
            this.kind = kind;
            this.from = from;
            this.amount = amount;
        }
    }

    /**
     * Where tasks went.
     *
     * @param start when the first of them begins
     * @param end when the last of them ends
     * @param slots how many of them there is room for at once
     */
    record Placed(double start, double end, double slots) {}

    /** A room as tasks of one sort see it. */
    private static final class Offer {
        final Room room;
        final double at;
        double slots;
        double begun;
        double next;

        Offer(Room room, double ready, double slots) {
            this.room = room;
            this.at = Math.max(room.from, ready);
            this.slots = slots;
        }
    }

    private final List<List<Room>> kinds = new ArrayList<>();
    private final int moments;

    /**
     * @param amounts how much there is of each kind, all of it free from moment 0 on
     */
    Timetable(double... amounts) {
        moments = Math.max(LEAST_MOMENTS, MOST_MOMENTS / Math.max(1, amounts.length));
        for (int kind = 0; kind < amounts.length; kind++) {
            var rooms = new ArrayList<Room>();
            rooms.add(new Room(kind, 0, amounts[kind]));
            kinds.add(rooms);
        }
    }

    /**
     * Puts alike tasks in, each as early as there is room.
     *
     * @param fits how many of them fit at once into one of each kind
     * @param tasks more than none
     * @param lasts how long one takes, more than nothing
     * @param ready none begins before
     * @param most so many at once and no more
     * @return null where there is no room for any, ever
     */
    @Nullable Placed place(double[] fits, double tasks, double lasts, double ready, double most) {
        List<Offer> offers = offers(fits, ready, most);
        if (offers.isEmpty()) return null;
        double slots = 0;
        for (Offer offer : offers) slots += offer.slots;
        double start = offers.getFirst().at;
        double last = take(offers, tasks, lasts);
        for (Offer offer : offers) occupy(offer, fits, lasts);
        kinds.forEach(this::tidy);
        return new Placed(start, last + lasts, Math.min(slots, tasks));
    }

    /** What is free earliest comes first, and of that what was busy until then: no gap is left. */
    private List<Offer> offers(double[] fits, double ready, double most) {
        var all = new ArrayList<Offer>();
        for (List<Room> rooms : kinds) {
            for (Room room : rooms) {
                double slots = room.amount * fits[room.kind];
                if (slots > SOME) all.add(new Offer(room, ready, slots));
            }
        }
        all.sort(EARLIEST);
        var offers = new ArrayList<Offer>();
        double left = most;
        for (Offer offer : all) {
            if (left <= SOME) break;
            offer.slots = Math.min(offer.slots, left);
            left -= offer.slots;
            offers.add(offer);
        }
        return offers;
    }

    /** Lets each offer begin as many as it comes to; says when the last one begins. */
    private static double take(List<Offer> offers, double tasks, double lasts) {
        double from = notBefore(offers, tasks, lasts);
        double begun = 0;
        for (Offer offer : offers) {
            double times = Math.max(0, Math.ceil((from - offer.at) / lasts - SOME));
            offer.begun = times * offer.slots;
            offer.next = offer.at + times * lasts;
            begun += offer.begun;
        }
        double last = from;
        offers.sort(NEXT);
        for (Offer offer : offers) {
            if (begun >= tasks - SOME) break;
            double more = Math.min(offer.slots, tasks - begun);
            offer.begun += more;
            begun += more;
            last = offer.next;
        }
        return last;
    }

    /**
     * The last task begins then or less than a task's time later: as if tasks could be begun bit by
     * bit.
     */
    private static double notBefore(List<Offer> offers, double tasks, double lasts) {
        double slots = 0;
        double begun = 0;
        double at = offers.getFirst().at;
        for (Offer offer : offers) {
            double until = begun + slots * (offer.at - at) / lasts;
            if (until >= tasks) break;
            begun = until + offer.slots;
            slots += offer.slots;
            at = offer.at;
        }
        return at + Math.max(0, tasks - begun) / slots * lasts;
    }

    /** Of the room some may have begun one task more than the rest. */
    private void occupy(Offer offer, double[] fits, double lasts) {
        if (offer.begun <= SOME) return;
        Room room = offer.room;
        double fit = fits[room.kind];
        double all = Math.floor(offer.begun / offer.slots + SOME);
        double more = offer.begun - all * offer.slots;
        double used = offer.slots / fit;
        room.amount -= used;
        List<Room> rooms = kinds.get(room.kind);
        if (all > 0) rooms.add(new Room(room.kind, offer.at + all * lasts, used - more / fit));
        else rooms.add(new Room(room.kind, room.from, used - more / fit));
        rooms.add(new Room(room.kind, offer.at + (all + 1) * lasts, more / fit));
    }

    private void tidy(List<Room> rooms) {
        rooms.removeIf(room -> room.amount <= SOME);
        if (rooms.size() <= moments) return;
        rooms.sort((one, other) -> Double.compare(one.from, other.from));
        while (rooms.size() > moments) {
            int closest = 0;
            for (int i = 1; i + 1 < rooms.size(); i++) {
                if (gap(rooms, i) < gap(rooms, closest)) closest = i;
            }
            Room one = rooms.get(closest);
            Room other = rooms.remove(closest + 1);
            double amount = one.amount + other.amount;
            one.from = (one.from * one.amount + other.from * other.amount) / amount;
            one.amount = amount;
        }
    }

    private static double gap(List<Room> rooms, int i) {
        return rooms.get(i + 1).from - rooms.get(i).from;
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        for (List<Room> rooms : kinds) {
            rooms.forEach(
                    room -> text.append(Arrays.toString(new double[] {room.from, room.amount})));
        }
        return text.toString();
    }
}
