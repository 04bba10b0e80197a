package org.lumenyard.jobs;

import java.util.List;

/** Ends the planning of a submission; caught in {@link Planner} alone. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;
    private final transient List<Planned.Fault> faults;

    Refusal(String path, String message) {
        this(List.of(new Planned.Fault(path, message)));
    }

    Refusal(List<Planned.Fault> faults) {
        super(faults.toString());
        this.faults = List.copyOf(faults);
    }

    List<Planned.Fault> faults() {
        return faults;
    }
}
