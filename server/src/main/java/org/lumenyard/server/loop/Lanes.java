package org.lumenyard.server.loop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Command;

/**
 * Commands that wait for the loop: one lane for agents, one for people, served in turn, so that
 * neither can starve the other. People's lane is short: who finds it full is told to come again.
 * Agents hold what they were not acknowledged, so their lane is bounded by what they are given.
 */
final class Lanes {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<Item> agents = new ArrayDeque<>();
    private final ArrayDeque<Item> people = new ArrayDeque<>();
    private final int mostPeople;
    private boolean agentsTurn;
    private boolean wakened;

    Lanes(int mostPeople) {
        this.mostPeople = mostPeople;
    }

    void addAgents(Item item) {
        lock.lock();
        try {
            agents.addLast(item);
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /** False when the lane is full. */
    boolean addPeople(Item item) {
        lock.lock();
        try {
            if (people.size() >= mostPeople) {
                return false;
            }
            people.addLast(item);
            arrived.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Puts back what was taken, in its order, before everything else. */
    void putBack(List<Item> items) {
        lock.lock();
        try {
            for (Item item : items.reversed()) {
                (item.fromAgent() ? agents : people).addFirst(item);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next command, of one lane and the other in turn; null when nothing waits. */
    @Nullable Item poll() {
        lock.lock();
        try {
            agentsTurn = !agentsTurn;
            Item item = (agentsTurn ? agents : people).pollFirst();
            return item != null ? item : (agentsTurn ? people : agents).pollFirst();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until something is worth a batch, {@link #wake} is called or the time is over. Word
     * that a run has started is not worth one of its own: it may wait for company.
     *
     * @param companyMillis how long such word waits
     */
    void await(long millis, long companyMillis) throws InterruptedException {
        lock.lock();
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
            while (!wakened && people.isEmpty() && agents.isEmpty() && nanos > 0) {
                nanos = arrived.awaitNanos(nanos);
            }
            nanos = Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(companyMillis));
            while (!wakened && people.isEmpty() && onlyStarted() && nanos > 0) {
                nanos = arrived.awaitNanos(nanos);
            }
            wakened = false;
        } finally {
            lock.unlock();
        }
    }

    /** Bounded look: many started runs are company enough. */
    private boolean onlyStarted() {
        return agents.size() < 64
                && agents.stream().allMatch(item -> item.command() instanceof Command.Started);
    }

    void wake() {
        lock.lock();
        try {
            wakened = true;
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    List<Item> drainPeople() {
        return drain(people);
    }

    List<Item> drainAgents() {
        return drain(agents);
    }

    private List<Item> drain(ArrayDeque<Item> lane) {
        lock.lock();
        try {
            var all = new ArrayList<>(lane);
            lane.clear();
            return all;
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return agents.size() + people.size();
        } finally {
            lock.unlock();
        }
    }
}
