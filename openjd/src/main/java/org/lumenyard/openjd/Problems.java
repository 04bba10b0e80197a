package org.lumenyard.openjd;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what is wrong, so that an author sees everything at once. */
final class Problems {
    /** More than this many help nobody; a hostile document could have millions. */
    static final int MAX = 100;

    private final Set<Problem> found = new LinkedHashSet<>();

    void add(Problem problem) {
        if (found.size() < MAX) found.add(problem);
    }

    void add(String path, String message) {
        add(new Problem(path, message));
    }

    /** Whether nothing more will be noted, so that looking further is in vain. */
    boolean isFull() {
        return found.size() >= MAX;
    }

    int count() {
        return found.size();
    }

    void throwIfAny() {
        if (!found.isEmpty()) throw new TemplateException(List.copyOf(found));
    }
}
