package org.lumenyard.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answers that commands read, with the fields they use, as the API's contract names them. */
final class Contract {
    private Contract() {}

    record Counts(long waiting, long running, long done, long failed) {
        long total() {
            return waiting + running + done + failed;
        }
    }

    /**
     * A job; in a list without what only a job's own address tells.
     *
     * @param heldWhy null unless the farm holds it
     * @param eta null when it cannot be told, and once the job is over
     * @param noEta why it cannot be told; null unless that is so
     * @param tasksPerMinute null before the first is done
     * @param sentence null in a list
     */
    record Job(
            String id,
            String name,
            String user,
            String state,
            String band,
            int priority,
            @Nullable String heldWhy,
            Counts counts,
            Instant submittedAt,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable Eta eta,
            @Nullable String noEta,
            @Nullable Double tasksPerMinute,
            String reason,
            @Nullable String sentence,
            @Nullable String notes,
            @Nullable String jobType,
            @Nullable Map<String, String> parameters,
            @Nullable List<String> warnings,
            @Nullable List<Step> steps) {
        boolean isFinished() {
            return state.equals("done") || state.equals("failed") || state.equals("cancelled");
        }

        /** Whether it stands still until a person has looked: the farm holds it. */
        boolean needsRelease() {
            return heldWhy != null && state.equals("held") && counts.running() == 0;
        }

        /** One of its parameters; empty when it has none of that name. */
        String parameter(String name) {
            return parameters == null ? "" : parameters.getOrDefault(name, "");
        }

        List<Step> allSteps() {
            return steps == null ? List.of() : steps;
        }
    }

    /** When a job should be done: as likely before as after, and at the latest in nine of ten. */
    record Eta(Instant p50, Instant p90) {}

    record JobPage(List<Job> items, @Nullable String next, Map<String, Long> states) {}

    record Step(
            String id,
            String name,
            String state,
            long size,
            Counts counts,
            List<String> dependsOn,
            @Nullable String engine,
            @Nullable Long peakMebibytes,
            @Nullable Double loadSeconds,
            @Nullable Double runSeconds) {}

    record Task(
            String step,
            long index,
            String label,
            String state,
            int failures,
            int losses,
            @Nullable String run,
            @Nullable String node) {}

    record TaskPage(List<Task> items, @Nullable String next) {}

    record Run(
            String id,
            String job,
            @Nullable String jobName,
            String stepName,
            long index,
            String label,
            String nodeName,
            String state,
            @Nullable String sentence,
            @Nullable Double progress) {}

    record RunPage(List<Run> items, @Nullable String next) {}

    record Node(
            String id,
            String name,
            String state,
            @Nullable Double silentSeconds,
            @Nullable String goneWhy,
            @Nullable String quarantine,
            Map<String, Long> amounts,
            Map<String, Long> free,
            @Nullable Double load,
            @Nullable String idleReason,
            @Nullable List<Run> runs,
            @Nullable List<Instance> instances) {}

    record Instance(String id, String model, String state) {}

    record NodeList(List<Node> items) {}

    record Limit(
            String name,
            long count,
            long taken,
            long free,
            String note,
            long waiting,
            List<Holder> holders) {}

    record Holder(String jobName, String label, String nodeName, long seats) {}

    record LimitList(List<Limit> items) {}

    record Explanation(String summary, List<Reason> reasons) {}

    record Reason(String kind, String text, @Nullable String more, @Nullable String count) {}

    record Submitted(
            String id,
            String name,
            long tasks,
            Map<String, String> summary,
            @Nullable List<String> warnings) {}

    record JobType(
            String name,
            @Nullable String title,
            @Nullable String description,
            List<Parameter> parameters) {}

    record Parameter(
            String name,
            String type,
            @Nullable String description,
            @JsonProperty("default") @Nullable String defaultValue) {}

    record JobTypes(List<JobType> items) {}

    record HistoryPage(List<History> items) {}

    record History(Instant at, String who, String what) {}
}
