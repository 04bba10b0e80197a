package org.lumenyard.openjd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds steps that wait for each other, without recursion: a chain of steps may be long. */
final class StepOrder {
    private StepOrder() {}

    /**
     * Steps of one circle in order, each waiting for the next, or none. All names must be known.
     */
    static List<String> circle(Map<String, List<String>> dependencies) {
        Set<String> stuck = stuck(dependencies);
        if (stuck.isEmpty()) return List.of();
        // A stuck step waits for another stuck one; following that leads into a circle.
        var walked = new LinkedHashSet<String>();
        String step = stuck.iterator().next();
        while (walked.add(step)) {
            step =
                    dependencies.getOrDefault(step, List.of()).stream()
                            .filter(stuck::contains)
                            .findFirst()
                            .orElseThrow();
        }
        List<String> path = List.copyOf(walked);
        return path.subList(path.indexOf(step), path.size());
    }

    /** The steps that remain when again and again all that wait for nothing are taken away. */
    private static Set<String> stuck(Map<String, List<String>> dependencies) {
        var waiting = new HashMap<String, Integer>();
        var dependents = new HashMap<String, List<String>>();
        dependencies.forEach((step, needed) -> {
            waiting.put(step, needed.size());
            needed.forEach(other ->
                    dependents.computeIfAbsent(other, none -> new ArrayList<>()).add(step));
        });
        var free = new ArrayDeque<String>();
        waiting.forEach((step, count) -> {
            if (count == 0) free.add(step);
        });
        var stuck = new LinkedHashSet<>(dependencies.keySet());
        while (!free.isEmpty()) {
            String step = free.remove();
            stuck.remove(step);
            for (String dependent : dependents.getOrDefault(step, List.of())) {
                if (waiting.merge(dependent, -1, Integer::sum) == 0) free.add(dependent);
            }
        }
        return stuck;
    }
}
