package org.lumenyard.server.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Counts;

/** The bodies of answers, field by field as {@code openapi.yaml} names them. Null is left out. */
final class Shapes {
    private Shapes() {}

    record CountsShown(long waiting, long running, long done, long failed) {
        static CountsShown of(Counts counts) {
            return new CountsShown(
                    counts.waiting(), counts.running(), counts.done(), counts.failed());
        }
    }

    record JobShown(
            String id,
            String name,
            String user,
            String state,
            String band,
            int priority,
            boolean held,
            @Nullable String heldWhy,
            CountsShown counts,
            String submittedAt,
            @Nullable String startedAt,
            @Nullable String finishedAt,
            @Nullable EtaShown eta,
            @Nullable String noEta,
            @Nullable Double tasksPerMinute,
            String reason,
            boolean needsPerson,
            @Nullable String thumbnail,
            @Nullable String archive) {}

    record EtaShown(String p50, String p90) {}

    record JobList(List<JobShown> items, @Nullable String next, Map<String, Long> states) {}

    record JobDetail(
            @JsonUnwrapped JobShown job,
            String sentence,
            String notes,
            @Nullable String jobType,
            Map<String, String> parameters,
            List<String> warnings,
            @Nullable String film,
            List<StepShown> steps) {}

    record StepShown(
            String id,
            String name,
            String state,
            long size,
            CountsShown counts,
            List<String> dependsOn,
            @Nullable String engine,
            Map<String, Object> requirements,
            @Nullable Long peakMebibytes,
            @Nullable Long leastMebibytes,
            @Nullable Double loadSeconds,
            @Nullable Double runSeconds) {}

    record StripShown(List<StepStrip> steps) {}

    record StepStrip(
            String id,
            String name,
            long size,
            String first,
            String last,
            boolean binned,
            List<Cell> cells) {}

    record Cell(long from, long to, String label, @Nullable String state, CountsShown counts) {}

    record TaskShown(
            String step,
            long index,
            String label,
            String state,
            int failures,
            int losses,
            @Nullable String run,
            @Nullable String node) {}

    record TaskList(List<TaskShown> items, @Nullable String next) {}

    record RunShown(
            String id,
            String job,
            String jobName,
            String step,
            String stepName,
            long index,
            String label,
            int round,
            String node,
            String nodeName,
            String state,
            String placedAt,
            @Nullable String startedAt,
            @Nullable String endedAt,
            @Nullable String reason,
            @Nullable String sentence,
            @Nullable Double loadSeconds,
            @Nullable Double runSeconds,
            @Nullable Long peakMebibytes,
            @Nullable Double progress,
            @Nullable String text,
            @Nullable Boolean warm,
            List<OutputShown> outputs,
            List<String> warnings) {}

    record RunList(List<RunShown> items, @Nullable String next) {}

    record OutputShown(
            String step,
            long index,
            String label,
            String run,
            String path,
            @Nullable Long bytes,
            @Nullable Integer width,
            @Nullable Integer height,
            @Nullable String thumbnail,
            String file,
            @Nullable String mediaType) {}

    record OutputList(List<OutputShown> items, @Nullable String next) {}

    record HistoryShown(String at, String who, String what) {}

    record HistoryList(List<HistoryShown> items, @Nullable String next) {}

    record Reason(String kind, String text, @Nullable String more, @Nullable String count) {}

    record Explanation(String summary, List<Reason> reasons) {}

    record InstanceShown(String id, String model, String state, @Nullable Long memoryMebibytes) {}

    record NodeShown(
            String id,
            String name,
            String state,
            @Nullable String since,
            @Nullable Double silentSeconds,
            @Nullable String goneWhy,
            @Nullable String quarantine,
            @Nullable String quarantinedAt,
            @Nullable List<RunShown> failures,
            Map<String, Long> amounts,
            Map<String, Long> free,
            Map<String, List<String>> attributes,
            @JsonInclude(JsonInclude.Include.ALWAYS) Object details,
            @Nullable Double load,
            @Nullable Long freeMebibytes,
            long slots,
            String idleReason,
            List<RunShown> runs,
            List<InstanceShown> instances) {}

    record NodeList(List<NodeShown> items) {}

    record HolderShown(
            String job,
            String jobName,
            String run,
            String label,
            String node,
            String nodeName,
            long seats,
            String since) {}

    record LimitShown(
            String name,
            long count,
            long taken,
            long free,
            String note,
            String setAt,
            long waiting,
            List<HolderShown> holders) {}

    record LimitList(List<LimitShown> items) {}

    record Submitted(
            String id,
            String name,
            long tasks,
            Map<String, String> summary,
            List<String> warnings) {}

    record Slots(long running, long free) {}

    record FarmShown(
            String version,
            String farm,
            String user,
            String role,
            long revision,
            boolean healthy,
            @Nullable String trouble,
            Map<String, Long> jobs,
            Map<String, Long> nodes,
            long quarantined,
            Slots slots) {}
}
