package org.lumenyard.agent;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The runs of an agent, by their numbers and by their slots: those of one slot are done one after
 * another, in the order of their numbers.
 */
final class Runs {
    private final Map<Long, Run> runs = new LinkedHashMap<>();
    private final Map<Long, NavigableMap<Long, Run>> slots = new HashMap<>();

    void add(Run run) {
        runs.put(run.id(), run);
        slots.computeIfAbsent(run.order.slot(), slot -> new TreeMap<>()).put(run.id(), run);
    }

    @Nullable Run remove(long id) {
        Run run = runs.remove(id);
        if (run == null) {
            return null;
        }
        var slot = slots.get(run.order.slot());
        if (slot != null) {
            slot.remove(id);
            if (slot.isEmpty()) {
                slots.remove(run.order.slot());
            }
        }
        return run;
    }

    void removeIf(Predicate<Run> which) {
        List<Long> gone = all().stream().filter(which).map(Run::id).toList();
        gone.forEach(this::remove);
    }

    @Nullable Run get(long id) {
        return runs.get(id);
    }

    boolean contains(long id) {
        return runs.containsKey(id);
    }

    Collection<Run> all() {
        return runs.values();
    }

    Set<Long> ids() {
        return runs.keySet();
    }

    /** The first of each slot in which nothing has begun: no other may begin. */
    List<Run> next() {
        return slots.values().stream()
                .filter(slot -> slot.values().stream().noneMatch(Run::isActive))
                .map(slot -> slot.firstEntry().getValue())
                .toList();
    }

    int size() {
        return runs.size();
    }

    boolean isEmpty() {
        return runs.isEmpty();
    }
}
