package org.lumenyard.launcher.bench;

import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Does things at their time, one after the other, on one thread. */
final class Alarms {
    private record Alarm(long at, long order, Runnable action) implements Comparable<Alarm> {
        @Override
        public int compareTo(Alarm other) {
            int byTime = Long.compare(at - other.at, 0);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();
    private long order;

    Alarms() {
        Thread.ofPlatform().daemon().name("alarms").start(this::run);
    }

    /**
     * Plans something.
     *
     * @param at on the clock of {@link System#nanoTime}
     */
    void at(long at, Runnable action) {
        lock.lock();
        try {
            alarms.add(new Alarm(at, order++, action));
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (true) next().run();
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private Runnable next() throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                @Nullable Alarm first = alarms.peek();
                long left = first == null ? Long.MAX_VALUE : first.at() - System.nanoTime();
                if (first != null && left <= 0) {
                    alarms.remove();
                    return first.action();
                }
                changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
