package org.lumenyard.agent;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.lumenyard.protocol.AgentMessage.Fact;
import org.lumenyard.protocol.AgentMessage.Report;

/** The reports of one life that the server has not yet acknowledged, in their order. */
final class Outbox {
    private final Deque<Report> waiting = new ArrayDeque<>();
    private long lastSequence;

    Report add(Fact fact) {
        var report = new Report(++lastSequence, fact);
        waiting.add(report);
        return report;
    }

    /** Takes out all up to that sequence: they are committed. */
    List<Fact> acknowledged(long sequence) {
        var facts = new ArrayList<Fact>();
        while (!waiting.isEmpty() && waiting.peek().sequence() <= sequence) {
            facts.add(waiting.remove().fact());
        }
        return facts;
    }

    Collection<Report> waiting() {
        return waiting;
    }

    int size() {
        return waiting.size();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** A new life counts from 1. */
    void clear() {
        waiting.clear();
        lastSequence = 0;
    }
}
