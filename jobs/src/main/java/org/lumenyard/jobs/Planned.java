package org.lumenyard.jobs;

import java.util.List;
import java.util.Map;
import org.lumenyard.core.JobPlan;

/** What became of a submission. */
public sealed interface Planned {
    /**
     * It can be done.
     *
     * @param summary what was understood, for people: frames, output folder...
     */
    record Accepted(JobPlan plan, Map<String, String> summary, List<String> warnings)
            implements Planned {}

    /** It cannot; all that is wrong with it. */
    record Rejected(List<Fault> faults) implements Planned {}

    /**
     * One thing that is wrong.
     *
     * @param path where: {@code parameters.Scene}, {@code template.steps[0].name}
     */
    record Fault(String path, String message) {}
}
