package org.lumenyard.cli;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds steps and tasks of a job by what people call them. */
final class TaskSearch {
    private static final Pattern CHUNK = Pattern.compile("(-?\\d{1,18})-(-?\\d{1,18})");
    private static final int PAGE = 1_000;

    private final FarmClient farm;
    private final Contract.Job job;

    TaskSearch(FarmClient farm, Contract.Job job) {
        this.farm = farm;
        this.job = job;
    }

    /**
     * All steps, or the one of this name or id.
     *
     * @throws MisuseException when there is none
     */
    List<Contract.Step> steps(@Nullable String named) {
        if (named == null) return job.allSteps();
        var found =
                job.allSteps().stream()
                        .filter(step -> step.name().equals(named) || step.id().equals(named))
                        .toList();
        if (!found.isEmpty()) return found;
        String names = String.join(", ", job.allSteps().stream().map(Contract.Step::name).toList());
        throw new MisuseException(
                "Job " + job.id() + " has no step " + named + "; it has: " + names + ".");
    }

    /**
     * The task of this label, or the chunk that holds this frame.
     *
     * @throws MisuseException when there is none
     */
    Contract.Task task(String label, @Nullable String step) {
        for (Contract.Step each : steps(step)) {
            Optional<Contract.Task> found = taskOf(each, label);
            if (found.isPresent()) return found.get();
        }
        throw new MisuseException(
                "Job " + job.id() + " has no task " + label + "; see: lumenyard tasks " + job.id());
    }

    private Optional<Contract.Task> taskOf(Contract.Step step, String label) {
        String cursor = null;
        do {
            Contract.TaskPage page = page(step, null, PAGE, cursor);
            var found =
                    page.items().stream().filter(task -> isCalled(task.label(), label)).findFirst();
            if (found.isPresent()) return found;
            cursor = page.next();
        } while (cursor != null);
        return Optional.empty();
    }

    Contract.TaskPage page(
            Contract.Step step, @Nullable String state, int limit, @Nullable String cursor) {
        var address =
                Address.of("jobs", job.id(), "tasks")
                        .with("step", step.id())
                        .with("state", state)
                        .with("limit", limit)
                        .with("cursor", cursor);
        return farm.read(address.text()).as(Contract.TaskPage.class);
    }

    static boolean isCalled(String label, String wanted) {
        if (label.equals(wanted)) return true;
        Matcher chunk = CHUNK.matcher(label);
        if (!chunk.matches() || !wanted.matches("-?\\d{1,18}")) return false;
        long frame = Long.parseLong(wanted);
        return Long.parseLong(chunk.group(1)) <= frame && frame <= Long.parseLong(chunk.group(2));
    }
}
