package org.lumenyard.server.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.FarmView.NodeView;
import org.lumenyard.core.NodeId;
import org.lumenyard.core.Retries;
import org.lumenyard.core.TaskState;
import org.lumenyard.server.api.Shapes.Explanation;
import org.lumenyard.server.api.Shapes.Reason;
import org.lumenyard.store.pages.JobLine;
import org.lumenyard.store.pages.JobPage;
import org.lumenyard.store.pages.JobPage.StepLine;
import org.lumenyard.store.pages.RunLine;
import org.lumenyard.store.pages.TaskLine;
import org.lumenyard.store.pages.TaskStory;
import org.lumenyard.store.schema.RunState;

/** Why one task stands where it does: the first sentence is the answer, the others are the rest. */
final class TaskReasons {
    private final Reasons reasons;
    private final JobPage page;
    private final StepLine step;
    private final long now;

    TaskReasons(Reasons reasons, JobPage page, StepLine step, long now) {
        this.reasons = reasons;
        this.page = page;
        this.step = step;
        this.now = now;
    }

    Explanation of(TaskStory story) {
        TaskLine task = story.task();
        String name = step.name() + " " + task.label();
        RunLine last = task.lastRun();
        return switch (Reasons.taskState(Fields.word(task.state()), ofStep())) {
            case "done" -> new Explanation(name + " is done." + doneBy(last), tries(story));
            case "failed" -> failed(name, story);
            case "running" -> running(name, last, story);
            case "held" -> held(name, story);
            case "cancelled" ->
                    new Explanation(name + " was not done: its job was cancelled.", tries(story));
            case "blocked" -> blocked(name, story);
            default -> notYet(name, last, story);
        };
    }

    /** A held job's tasks wait for its release, also while others of their step are let finish. */
    private Explanation notYet(String name, @Nullable RunLine last, TaskStory story) {
        if (page.job().held()) {
            return held(name, story);
        }
        return last != null && isPlaced(last) ? behind(name, last, story) : waiting(name, story);
    }

    private String ofStep() {
        return Reasons.stepState(page, step);
    }

    private static boolean isPlaced(RunLine run) {
        return run.endedAt() == null;
    }

    // In motion, or over

    private static String doneBy(@Nullable RunLine run) {
        if (run == null) {
            return "";
        }
        String took =
                run.startedAt() == null || run.endedAt() == null
                        ? ""
                        : " in " + span(run.endedAt() - run.startedAt());
        return " Run " + id(run) + " did it on " + run.nodeName() + took + ".";
    }

    private Explanation failed(String name, TaskStory story) {
        int times = story.task().failures();
        var all = new ArrayList<>(tries(story));
        all.add(
                new Reason(
                        "failed",
                        "It is not tried again by itself.",
                        "Once the cause is gone: lumenyard retry %s --task %s --step %s."
                                .formatted(job(), story.task().label(), step.name()),
                        null));
        return new Explanation(
                name + " failed " + (times == 1 ? "once" : times + " times") + lastly(story) + ".",
                all);
    }

    private static String lastly(TaskStory story) {
        return story.runs().isEmpty() ? "" : ", last on " + story.runs().getFirst().nodeName();
    }

    private Explanation running(String name, @Nullable RunLine run, TaskStory story) {
        if (run == null) {
            return new Explanation(name + " runs.", List.of());
        }
        String who = "run " + id(run) + " on " + run.nodeName();
        if (run.state() == RunState.CANCELLING) {
            return new Explanation(name + " is being stopped: " + who + ".", tries(story));
        }
        if (run.startedAt() == null) {
            return new Explanation(
                    name + " was given to " + run.nodeName() + ", which is about to begin it.",
                    tries(story));
        }
        String since = span(now - run.startedAt());
        String usual =
                step.runMillis() == 0
                        ? ""
                        : " A task of "
                                + step.name()
                                + " takes about "
                                + span(step.runMillis())
                                + ".";
        return new Explanation(
                name + " has run for " + since + ": " + who + "." + usual, tries(story));
    }

    // Not yet

    private Explanation behind(String name, RunLine run, TaskStory story) {
        var all = new ArrayList<Reason>();
        for (RunLine ahead : story.ahead()) {
            String which = ahead.jobName() + ", " + ahead.stepName() + " " + ahead.run().label();
            boolean began = ahead.startedAt() != null;
            all.add(
                    new Reason(
                            began ? "running" : "waiting",
                            which + (began ? " runs there now." : " comes before it there."),
                            null,
                            null));
        }
        all.addAll(tries(story));
        int before = story.ahead().size();
        return new Explanation(
                name
                        + " waits in a slot of "
                        + run.nodeName()
                        + (before == 0
                                ? ""
                                : " behind " + (before == 1 ? "one run" : before + " runs"))
                        + ": it begins with the end of the one before, or sooner elsewhere.",
                all);
    }

    private Explanation held(String name, TaskStory story) {
        JobLine job = page.job();
        boolean byFarm = job.heldWhy() != null;
        var all = new ArrayList<Reason>();
        all.add(
                new Reason(
                        "held",
                        byFarm ? Reasons.heldByFarm(job) : "Its job is held.",
                        (byFarm ? "Mend the cause, then release it" : "Release it to go on")
                                + ": lumenyard release "
                                + job()
                                + ".",
                        null));
        all.addAll(tries(story));
        return new Explanation(name + " waits: its job is held.", all);
    }

    private Explanation blocked(String name, TaskStory story) {
        var all = new ArrayList<Reason>();
        for (StepLine before : Reasons.unfinished(page, step)) {
            var counts = before.counts();
            String failed =
                    counts.failed() == 0
                            ? null
                            : Reasons.tasks(counts.failed())
                                    + " of it failed and must be done too.";
            all.add(
                    new Reason(
                            "blocked",
                            "%s still has to do %s: %s waiting, %s running."
                                    .formatted(
                                            before.name(),
                                            Reasons.tasks(before.size() - counts.done()),
                                            Reasons.grouped(counts.waiting()),
                                            Reasons.grouped(counts.running())),
                            failed,
                            null));
        }
        String steps =
                Reasons.unfinished(page, step).stream()
                        .map(StepLine::name)
                        .collect(Collectors.joining(", "));
        all.addAll(tries(story));
        return new Explanation(name + " waits for all tasks of " + steps + ".", all);
    }

    private Explanation waiting(String name, TaskStory story) {
        Reason main = main(story);
        var all = new ArrayList<Reason>();
        all.add(main);
        all.addAll(tries(story));
        all.addAll(reasons.lacks(step));
        reasons.order(page.job()).ifPresent(all::add);
        if (story.waitingBefore() > 0) {
            all.add(
                    new Reason(
                            "waiting",
                            Reasons.tasks(story.waitingBefore())
                                    + " of "
                                    + step.name()
                                    + " come"
                                    + (story.waitingBefore() == 1 ? "s" : "")
                                    + " before it.",
                            null,
                            null));
        }
        return new Explanation(name + " waits. " + main.text(), all);
    }

    /** What keeps it just now. Something of its own comes before what keeps its whole step. */
    private Reason main(TaskStory story) {
        RunLine former = story.runs().isEmpty() ? null : story.runs().getFirst();
        if (former != null && isPlaced(former) && former.run().round() < step.round()) {
            return new Reason(
                    "waiting",
                    "It is done anew once run %s of before has ended on %s."
                            .formatted(id(former), former.nodeName()),
                    null,
                    null);
        }
        Reason ofStep = reasons.waiting(page, step);
        NodeId avoid = story.avoid();
        List<NodeView> able = reasons.able(step);
        if (avoid == null || able.isEmpty() || step.setbacks().restsUntil() > 0) {
            return bare(ofStep);
        }
        var others = able.stream().filter(node -> !node.id().equals(avoid)).toList();
        long again = again(story, !others.isEmpty());
        if (again <= now) {
            return bare(ofStep);
        }
        if (others.isEmpty()) {
            return new Reason(
                    "waiting",
                    "It failed on the only node that can do it, and is tried there again in "
                            + span(again - now)
                            + ".",
                    null,
                    null);
        }
        return others.stream().anyMatch(node -> node.fits(Reasons.needs(step)) > 0)
                ? bare(ofStep)
                : new Reason(
                        "waiting",
                        others.size() == 1
                                ? others.getFirst().name()
                                        + ", the only node that may try it now, is busy."
                                : "All " + others.size() + " nodes that may try it now are busy.",
                        null,
                        null);
    }

    private static Reason bare(Reason ofStep) {
        return new Reason(ofStep.kind(), ofStep.text(), ofStep.more(), null);
    }

    private long again(TaskStory story, boolean othersCould) {
        return Retries.at(story.notBefore(), story.task().failures(), othersCould, now);
    }

    /** Where it was tried before, and where it may not go again for now. */
    private List<Reason> tries(TaskStory story) {
        var all = new ArrayList<Reason>();
        for (RunLine run : story.runs()) {
            boolean counts = run.run().round() == step.round() && run.endedAt() != null;
            if (counts && run.state() == RunState.FAILED) {
                all.add(new Reason("failed", failure(run), keepsAway(run, story), null));
            } else if (counts && run.state() == RunState.LOST) {
                all.add(
                        new Reason(
                                "failed",
                                "It was lost on " + run.nodeName() + ": " + why(run),
                                "That costs no attempt, but the fifth counts as a failure.",
                                null));
            }
        }
        return all;
    }

    private static String failure(RunLine run) {
        return "Run %s failed on %s: %s".formatted(id(run), run.nodeName(), why(run));
    }

    private static String why(RunLine run) {
        String said = Objects.requireNonNullElse(run.sentence(), "");
        String why = said.isEmpty() ? Objects.requireNonNullElse(run.reason(), "failed") : said;
        return why.endsWith(".") ? why : why + ".";
    }

    /** Of the node that failed it last alone it is remembered. */
    private @Nullable String keepsAway(RunLine run, TaskStory story) {
        boolean last =
                story.runs().getFirst().equals(run) && run.run().node().equals(story.avoid());
        boolean waits =
                story.task().state() == TaskState.WAITING
                        && story.task().failures() > 0
                        && !page.job().cancelled();
        if (!last || !waits) {
            return null;
        }
        boolean others =
                reasons.able(step).stream().anyMatch(node -> !node.id().equals(run.run().node()));
        long again = again(story, others);
        if (again <= now) {
            return null;
        }
        return others
                ? "Other nodes may try it at once, "
                        + run.nodeName()
                        + " in "
                        + span(again - now)
                        + "."
                : "No other node could: "
                        + run.nodeName()
                        + " tries it again in "
                        + span(again - now)
                        + ".";
    }

    private String job() {
        return ShortId.of(page.job().id().value());
    }

    private static String id(RunLine run) {
        return ShortId.of(run.run().id().value());
    }

    /** A length of time in the unit that suits it. */
    static String span(long millis) {
        long seconds = Math.max(0, Math.round(millis / 1000.0));
        if (millis < 10_000) {
            return String.format(Locale.ROOT, "%.1f s", Math.max(0, millis) / 1000.0);
        }
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7_200 ? seconds / 60 + " min" : seconds / 3_600 + " h";
    }
}
