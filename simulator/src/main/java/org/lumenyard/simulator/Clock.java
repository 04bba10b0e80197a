package org.lumenyard.simulator;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;

/** Virtual time: what is to happen, in order; ties are broken by who came first. */
final class Clock {
    private record Plan(long at, long number, Runnable what) {}

    private final PriorityQueue<Plan> plans =
            new PriorityQueue<>(Comparator.comparingLong(Plan::at).thenComparingLong(Plan::number));
    private final Random chance;
    private long now = 1_000_000;
    private long planned;

    Clock(long seed) {
        chance = new Random(seed);
    }

    /** Milliseconds. */
    long now() {
        return now;
    }

    /** From {@code least} to {@code most}, both inclusive. */
    long between(long least, long most) {
        return least + chance.nextLong(most - least + 1);
    }

    boolean happens(double probability) {
        return chance.nextDouble() < probability;
    }

    void after(long millis, Runnable what) {
        plans.add(new Plan(now + Math.max(0, millis), planned++, what));
    }

    /** Lets the next thing happen; false when nothing is planned before {@code until}. */
    boolean step(long until) {
        Plan next = plans.peek();
        if (next == null || next.at() > until) {
            now = Math.max(now, until);
            return false;
        }
        plans.remove();
        now = next.at();
        next.what().run();
        return true;
    }
}
