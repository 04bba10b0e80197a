package org.lumenyard.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Band;
import org.lumenyard.core.JobPlan;

/** Submits to a planner with one root, and tells what came of it. */
final class Planning {
    private final Planner planner;

    Planning(Path root) {
        planner = new Planner(List.of(root));
    }

    Planner planner() {
        return planner;
    }

    Planned submit(
            @Nullable String jobType, @Nullable String template, Map<String, String> parameters) {
        return planner.plan(
                new Submission(
                        jobType, template, parameters, null, 50, Band.NORMAL, false, "", "ann"));
    }

    Planned.Accepted accepted(String jobType, Map<String, String> parameters) {
        return accepted(submit(jobType, null, parameters));
    }

    Planned.Accepted template(String template, Map<String, String> parameters) {
        return accepted(submit(null, template, parameters));
    }

    static Planned.Accepted accepted(Planned planned) {
        assertThat(planned).isInstanceOf(Planned.Accepted.class);
        return (Planned.Accepted) planned;
    }

    static List<Planned.Fault> rejected(Planned planned) {
        assertThat(planned).isInstanceOf(Planned.Rejected.class);
        List<Planned.Fault> faults = ((Planned.Rejected) planned).faults();
        assertThat(faults)
                .isNotEmpty()
                .allSatisfy(fault ->
                        assertThat(fault.message()).isNotBlank().doesNotContain("Exception"));
        return faults;
    }

    /** A job type refused with one fault. */
    void refuses(String jobType, Map<String, String> parameters, String path, String why) {
        assertOne(rejected(submit(jobType, null, parameters)), path, why);
    }

    void refusesTemplate(String template, Map<String, String> parameters, String path, String why) {
        assertOne(rejected(submit(null, template, parameters)), path, why);
    }

    private static void assertOne(List<Planned.Fault> faults, String path, String why) {
        assertThat(faults)
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.path()).isEqualTo(path);
                    assertThat(fault.message()).contains(why);
                });
    }

    Order order(JobPlan plan, int step, long index) {
        return planner.orders(plan.steps().get(step)).apply(index);
    }
}
