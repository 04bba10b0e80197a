package org.lumenyard.core;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a run's end means beyond its task: for its step, its job and its node. Reads, and says what
 * follows.
 */
final class Aftermath {
    private final Farm farm;
    private final Step step;
    private final Run run;
    private final Outcome outcome;
    private final Cause cause;
    private final long now;

    Aftermath(Farm farm, Step step, Run run, Outcome outcome, long now) {
        this.farm = farm;
        this.step = step;
        this.run = run;
        this.outcome = outcome;
        this.cause = Cause.of(outcome.reason());
        this.now = now;
    }

    /**
     * Whether a failure counts against its task. That no licence was to be had does not, but for
     * the last of many times in a row.
     */
    boolean usesAnAttempt() {
        boolean last = (step.setbacks().refusals() + 1) % Setbacks.REFUSALS == 0;
        return cause != Cause.LICENCE || (!rests() && last);
    }

    private boolean rests() {
        return step.setbacks().restsUntil() > now;
    }

    /** A task was done: the step is not in trouble, this node can, and others should have. */
    void done() {
        set(Setbacks.NONE);
        Node here = farm.node(run.node());
        if (!here.doubts().isEmpty()) farm.say(new Change.NodeDoubted(here.id, List.of()));
        for (Node other : farm.doubted()) {
            List<Doubt> doubts = Doubt.outdone(other.doubts(), step.id);
            if (doubts.equals(other.doubts())) continue;
            if (Doubt.suffice(doubts)) quarantine(other, Doubt.sentence(doubts));
            else farm.say(new Change.NodeDoubted(other.id, doubts));
        }
    }

    private void quarantine(Node node, String why) {
        farm.say(new Change.NodeQuarantined(node.id, why, now));
        farm.prefetch().takeBack(other -> other.node().equals(node.id), now);
        farm.say(new Change.NodeNoted(node.id, "quarantined: " + why, now));
    }

    void failed() {
        switch (cause) {
            case STOPPED -> {}
            case LICENCE -> {
                // Runs that were placed before it rested met the same licence server.
                if (!rests()) set(step.setbacks().refused(now));
            }
            case SETTINGS -> trouble();
            case OUT_OF_MEMORY -> {
                if (asksForMore()) return;
                doubt();
                trouble();
            }
            default -> {
                doubt();
                trouble();
            }
        }
    }

    /** Lets the step ask for more memory, if any node has it; says whether this run had less. */
    private boolean asksForMore() {
        long had =
                Math.max(
                        run.amounts().getOrDefault(Requirements.MEMORY, 0L),
                        outcome.peakMebibytes());
        long asked = Math.min(had + had / 2, farm.mostMemoryFor(step));
        if (asked > had && asked > step.leastMebibytes()) {
            farm.say(new Change.StepGrew(step.id, asked));
            farm.prefetch().takeBack(other -> other.step().equals(step.id), now);
            farm.note(
                    run.job(),
                    "farm",
                    "%s of %s ran out of memory: its tasks ask for %,d MiB from now on"
                            .formatted(run.label(), step.plan.name(), asked),
                    now);
        }
        return step.leastMebibytes() > had;
    }

    private void doubt() {
        Node node = farm.node(run.node());
        if (node.isQuarantined()) return;
        var doubts = Doubt.with(node.doubts(), new Doubt(step.id, run.index(), cause, false));
        if (!doubts.equals(node.doubts())) farm.say(new Change.NodeDoubted(node.id, doubts));
    }

    private void trouble() {
        set(step.setbacks().with(cause, run));
        Setbacks.Trouble trouble = step.setbacks().of(cause);
        Job job = step.job;
        boolean goesOn = job.isOpen() && job.steps().stream().anyMatch(Step::hasMoreToBegin);
        if (!goesOn || !trouble.isOfTheJob(farm.ableNodes(step))) return;
        String why = sentence(trouble);
        farm.say(new Change.JobHeld(job.id, true, why));
        farm.prefetch().takeBack(other -> other.job().equals(job.id), now);
        farm.forgetDoubts(step);
        farm.note(job.id, "farm", "held: " + why, now);
    }

    private String sentence(Setbacks.Trouble trouble) {
        String nodes =
                trouble.nodes().stream()
                        .map(node -> farm.node(node).facts().name())
                        .collect(Collectors.joining(", "));
        String last =
                outcome.sentence().isEmpty()
                        ? ""
                        : ": " + outcome.sentence().replaceAll("\\.$", "");
        String because = cause == Cause.OTHER ? "" : " because of " + cause.words();
        return "%s and %d more failed%s on %s%s"
                .formatted(
                        step.plan.space().label(trouble.tasks().getFirst()),
                        trouble.runs() - 1,
                        because,
                        nodes,
                        last);
    }

    private void set(Setbacks setbacks) {
        if (!setbacks.equals(step.setbacks())) {
            farm.say(new Change.StepSetBack(step.id, setbacks));
        }
    }
}
