package org.lumenyard.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An unfinished job: its facts and its steps. Its state in one word follows from them. */
final class Job {
    final JobId id;
    final long submittedAt;
    private final List<Step> steps = new ArrayList<>();
    private String name;
    private String notes;
    private Band band;
    private int priority;
    private boolean held;
    private String heldWhy;
    private boolean cancelled;

    /** As views show it; null once it has changed. */
    private FarmView.@Nullable JobView view;

    Job(Change.JobSubmitted submitted) {
        this(submitted.job(), submitted.plan(), submitted.plan().held(), "", false, submitted.at());
        for (StepId step : submitted.steps()) {
            int ordinal = steps.size();
            steps.add(new Step(step, this, ordinal, submitted.plan().steps().get(ordinal)));
        }
    }

    Job(FarmImage.JobImage image) {
        this(
                image.id(),
                image.plan(),
                image.held(),
                image.heldWhy(),
                image.cancelled(),
                image.submittedAt());
        for (FarmImage.StepImage step : image.steps()) {
            int ordinal = steps.size();
            steps.add(new Step(step, this, ordinal, image.plan().steps().get(ordinal)));
        }
    }

    private Job(
            JobId id,
            JobPlan plan,
            boolean held,
            String heldWhy,
            boolean cancelled,
            long submittedAt) {
        this.id = id;
        this.submittedAt = submittedAt;
        this.name = plan.name();
        this.notes = plan.notes();
        this.band = plan.band();
        this.priority = plan.priority();
        this.held = held;
        this.heldWhy = heldWhy;
        this.cancelled = cancelled;
    }

    List<Step> steps() {
        return steps;
    }

    String name() {
        return name;
    }

    String notes() {
        return notes;
    }

    Band band() {
        return band;
    }

    int priority() {
        return priority;
    }

    boolean isHeld() {
        return held;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Whether its ready tasks may be placed. */
    boolean isOpen() {
        return !held && !cancelled;
    }

    boolean isInMotion() {
        return steps.stream().anyMatch(Step::isInMotion);
    }

    Counts counts() {
        return steps.stream().map(Step::counts).reduce(Counts.NONE, Counts::plus);
    }

    JobState state() {
        boolean moves = isInMotion();
        if (cancelled) return moves ? JobState.CANCELLING : JobState.CANCELLED;
        if (steps.stream().allMatch(Step::isComplete)) return JobState.DONE;
        if (!held && steps.stream().anyMatch(Step::isAtWork)) return JobState.RUNNING;
        boolean canMove = moves || steps.stream().anyMatch(s -> s.placeable() > 0 && s.isReady());
        if (!canMove) return JobState.FAILED;
        return held ? JobState.HELD : JobState.WAITING;
    }

    /** As views show it: made anew only when it has changed, for most jobs wait and do not. */
    FarmView.JobView view() {
        FarmView.JobView known = view;
        if (known != null) return known;
        view = FarmView.JobView.of(this);
        return view;
    }

    /** It or a step of it has changed. */
    void changed() {
        view = null;
    }

    // What follows is called by evolve alone.

    void held(boolean hold, String why) {
        held = hold;
        heldWhy = why;
    }

    void cancelled() {
        cancelled = true;
    }

    void ranked(Band newBand, int newPriority) {
        band = newBand;
        priority = newPriority;
    }

    void edited(String newName, String newNotes) {
        name = newName;
        notes = newNotes;
    }

    @Override
    public String toString() {
        return "job %s '%s' '%s' %s %d at %d%s%s %s"
                .formatted(
                        id,
                        name,
                        notes,
                        band,
                        priority,
                        submittedAt,
                        held ? " held " + heldWhy : "",
                        cancelled ? " cancelled" : "",
                        steps);
    }
}
