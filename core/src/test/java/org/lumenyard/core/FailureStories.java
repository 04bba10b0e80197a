package org.lumenyard.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lumenyard.core.Story.MINUTE;
import static org.lumenyard.core.Story.plan;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the farm makes of failures beyond the task that failed. */
class FailureStories {
    private final Story story = new Story();

    private static Outcome failed(String reason) {
        return Outcome.of(Outcome.Kind.FAILED, reason).because("It was " + reason + ".");
    }

    // Jobs

    @Test
    void aCauseThatStrikesThreeTasksOnThreeNodesHoldsTheJobAndFreesTheFarm() {
        story.join("anna", 1).join("bert", 1).join("carl", 1);
        story.submit("walk", 9).submit("run", 9);
        var runs = story.started("walk 1 on anna", "walk 2 on bert", "walk 3 on carl");

        story.end(runs.get(0), failed("missing_file")).end(runs.get(1), failed("missing_file"));
        story.started("walk 4 on anna", "walk 1 on bert");
        story.end(runs.get(2), failed("missing_file"));

        story.started("run 1 on carl");
        assertThat(story.rows.history)
                .contains(
                        "farm: held: 1 and 2 more failed because of a missing file on anna, bert, carl: It was missing_file");
        assertThat(story.farm.digest()).contains("held 1 and 2 more failed");
    }

    @Test
    void releasedItGoesOnAndTheCountBeginsAnew() {
        aCauseThatStrikesThreeTasksOnThreeNodesHoldsTheJobAndFreesTheFarm();
        story.ask(new Command.Release(story.job("walk"), "ana")).isDone();
        assertThat(story.farm.digest()).doesNotContain("held 1 and 2").doesNotContain("MISSING");
    }

    @Test
    void aJobWhoseTasksKeepSucceedingIsNotHeld() {
        story.join("anna", 1).join("bert", 1).join("carl", 1).submit("walk", 30);
        var moving =
                new ArrayList<>(
                        story.started("walk 1 on anna", "walk 2 on bert", "walk 3 on carl"));
        for (int i = 0; i < 9; i++) {
            Run run = moving.removeFirst();
            if (i % 3 == 2) story.done(run);
            else story.end(run, failed("crashed"));
            moving.add(story.newest());
        }
        story.stands("walk", JobState.RUNNING);
        assertThat(story.farm.digest()).doesNotContain("held 1");
    }

    @Test
    void oneTaskThatFailsEverywhereDoesNotHoldTheOthers() {
        story.join("anna", 1).submit("walk", 1).submit("run", 1);
        for (int attempt = 1; attempt <= 3; attempt++) {
            story.end(story.started("walk 1 on anna").getFirst(), failed("bad_scene"));
            if (attempt == 1) story.done(story.started("run 1 on anna").getFirst());
            story.later(10 * MINUTE);
        }
        story.stands("walk", JobState.FAILED);
    }

    @Test
    void onAFarmOfOneNodeThreeTasksWithOneCauseHoldTheJob() {
        story.join("anna", 1).submit("walk", 9);
        for (int frame = 1; frame <= 3; frame++) {
            var run = story.started("walk " + frame + " on anna").getFirst();
            story.end(run, failed("scripts_blocked"));
        }
        story.started();
        story.stands("walk", JobState.HELD);
    }

    @Test
    void differentCausesDoNotAddUp() {
        story.join("anna", 1).submit("walk", 9);
        for (String reason : List.of("crashed", "missing_file", "disk_full", "gpu_missing")) {
            story.end(story.newest(), failed(reason));
        }
        story.stands("walk", JobState.RUNNING);
    }

    @Test
    void whatWasEndedFromOutsideSpeaksAgainstNobody() {
        story.join("anna", 1).submit("walk", 9);
        for (int i = 0; i < 5; i++) story.end(story.newest(), failed("stopped"));
        assertThat(story.farm.digest()).contains("doubts[]");
        story.stands("walk", JobState.RUNNING);
    }

    @Test
    void aPersonsHoldHasNoReasonOfTheFarm() {
        story.submit("walk", 9).ask(new Command.Hold(story.job("walk"), "ana"));
        assertThat(story.rows.image(story.job("walk")).heldWhy()).isEmpty();
    }

    // Nodes

    /** Three tasks of one job fail on anna while bert does another of them. */
    private void annaFailsWhatBertDoes() {
        story.join("anna", 1).join("bert", 1).submit("walk", 30);
        var runs = story.started("walk 1 on anna", "walk 2 on bert");
        story.end(runs.get(0), failed("crashed"));
        story.end(story.newest(), failed("program_missing"));
        story.end(story.newest(), failed("gpu_failed"));
        story.done(runs.get(1));
    }

    @Test
    void aNodeThatFailsWhatOthersDoIsQuarantined() {
        annaFailsWhatBertDoes();
        assertThat(story.farm.digest())
                .contains(
                        "anna life 1 online quarantined: 3 tasks in a row failed here because of a crash and the program and the graphics card, while other nodes did such tasks");
        Run last = story.newestOn("anna");
        story.orders();
        story.end(last, failed("crashed"));
        story.started();
    }

    @Test
    void aQuarantineOutlivesRestartsOfServerAndAgent() {
        annaFailsWhatBertDoes();
        story.restart().join("anna", 1);
        assertThat(story.farm.digest()).contains("anna life 2 online quarantined");
        assertThat(story.rows.history).isNotEmpty();
    }

    @Test
    void triedAgainItGetsWork() {
        annaFailsWhatBertDoes();
        story.end(story.newestOn("anna"), failed("crashed")).orders();
        story.ask(new Command.TryAgain(story.node("anna").node(), "ana")).isDone();
        assertThat(story.newestOn("anna").label()).isNotEmpty();
        story.ask(new Command.TryAgain(new NodeId(999), "ana"))
                .isRefused(Reply.Reason.UNKNOWN_NODE);
        story.ask(new Command.TryAgain(story.node("bert").node(), "ana")).isDone();
    }

    @Test
    void aTaskDoneInBetweenSpeaksForTheNode() {
        story.join("anna", 1).join("bert", 1).submit("walk", 30);
        var runs = story.started("walk 1 on anna", "walk 2 on bert");
        story.end(runs.get(0), failed("crashed"));
        story.end(story.newest(), failed("crashed"));
        story.done(story.newest());
        story.end(story.newest(), failed("crashed"));
        story.done(runs.get(1));
        assertThat(story.farm.digest()).doesNotContain("quarantined");
    }

    @Test
    void aNodeIsNotBlamedForWhatNobodyElseCanDo() {
        story.join("anna", 1).join("bert", 1).submit("bad", 3);
        var runs = story.started("bad 1 on anna", "bad 2 on bert");
        story.end(runs.get(0), failed("crashed")).end(story.newest(), failed("crashed"));
        story.submit("good", 30).end(runs.get(1), failed("crashed"));
        story.done(story.newestOn("bert"));
        assertThat(story.farm.digest()).doesNotContain("quarantined");
    }

    @Test
    void theLastNodeThatCanIsGivenWorkEvenInQuarantine() {
        annaFailsWhatBertDoes();
        story.end(story.newestOn("anna"), failed("crashed")).orders();
        story.lose("bert");
        Run last = story.newestOn("anna");
        assertThat(last.job()).isEqualTo(story.job("walk"));

        story.join("bert", 1).end(last, Outcome.Kind.INTERRUPTED);
        assertThat(story.startedNow()).allMatch(run -> !run.node().equals(nodeOf("anna")));
    }

    @Test
    void alsoWhatTheOthersHadNotBegun() {
        annaFailsWhatBertDoes();
        story.end(story.newestOn("anna"), failed("crashed")).orders();
        var step = remembering(100).steps().getFirst();
        story.submit(plan("other", step)).started();
        story.ask(new Command.Hold(story.job("walk"), "ana")).lose("bert");
        assertThat(story.newestOn("anna").job()).isEqualTo(story.job("other"));
    }

    private NodeId nodeOf(String name) {
        return story.node(name).node();
    }

    // Memory

    private static JobPlan remembering(long mebibytes) {
        var amounts = new ArrayList<>(Story.cores(1).amounts());
        amounts.add(new Requirements.Amount(Requirements.MEMORY, mebibytes, mebibytes));
        var needs = new Requirements(amounts, List.of(), false);
        return plan(
                "walk",
                new JobPlan.StepPlan("render", new Story.Frames(9), List.of(), needs, null, "{}"));
    }

    private static Outcome outOfMemory(long peak) {
        return new Outcome(
                Outcome.Kind.FAILED, "out_of_memory", "No memory.", 0, 1_000, peak, "{}");
    }

    @Test
    void aRunKilledForMemoryMakesItsStepAskForHalfAsMuchAgain() {
        story.join("anna", 4).submit(remembering(2_000));
        var run = story.startedNow().getFirst();
        story.end(run, outOfMemory(1_900));
        assertThat(story.rows.image(story.job("walk")).steps().getFirst().leastMebibytes())
                .isEqualTo(3_000);
        assertThat(story.rows.history)
                .contains(
                        "farm: 1 of render ran out of memory: its tasks ask for 3,000 MiB from now on");
        story.later(10 * MINUTE);
        assertThat(story.farm.view().demands().getFirst().requirements().amounts())
                .contains(new Requirements.Amount(Requirements.MEMORY, 3_000, 3_000));
    }

    @Test
    void itAsksForNoMoreThanTheLargestNodeThatCanHas() {
        story.join("anna", 4).submit(remembering(7_000));
        story.end(story.startedNow().getFirst(), outOfMemory(0));
        assertThat(story.farm.digest()).contains("least 8000");
        story.end(story.newest(), outOfMemory(0));
        assertThat(story.farm.digest()).contains("least 8000");
    }

    @Test
    void whatHadLessThanIsAskedForNowHoldsNothingAndDoubtsNobody() {
        story.join("anna", 4).submit(remembering(2_000));
        for (Run run : story.startedNow()) story.end(run, outOfMemory(0));
        assertThat(story.farm.digest()).contains("doubts[]").doesNotContain("held 1");
    }

    @Test
    void onceNoNodeHasMoreTheJobIsHeld() {
        story.join("anna", 4).submit(remembering(8_000));
        for (int frame = 1; frame <= 3; frame++) story.end(story.newest(), outOfMemory(0));
        story.stands("walk", JobState.HELD);
        assertThat(story.farm.digest()).contains("held 1 and 2 more failed because of a lack");
    }

    // Licences

    @Test
    void aRefusedLicenceCostsNoAttemptAndLetsTheStepRest() {
        story.join("anna", 1).submit("walk", 3).submit("run", 1);
        story.end(story.started("walk 1 on anna").getFirst(), failed("licence"));
        story.done(story.started("run 1 on anna").getFirst());
        story.started();

        story.later(story.farm.nextWake().orElseThrow() - story.now);
        assertThat(story.started("walk 1 on anna").getFirst().label()).isEqualTo("1");
        assertThat(story.farm.digest()).contains("fresh[1-2]").doesNotContain("failures=1");
    }

    @Test
    void theRestIsNoLongerBecauseTheClockWasSetBack() {
        assertThat(restedAfterSettingBack(24 * 60 * MINUTE)).isLessThan(MINUTE);
    }

    @Test
    void norIsItForgottenWhenItWasSetBackALittle() {
        assertThat(restedAfterSettingBack(5_000)).isBetween(30_000L, MINUTE);
    }

    @Test
    void norWhenItWasSetBackWhileTheServerWasDown() {
        story.join("anna", 1).submit("walk", 3);
        story.end(story.newest(), failed("licence"));
        story.now -= 10 * MINUTE;
        story.restart();
        assertThat(story.startedNow()).hasSize(1);
    }

    /** How long a step that meets a refusal rests when the clock is set back meanwhile. */
    private long restedAfterSettingBack(long millis) {
        story.join("anna", 1).submit("walk", 3);
        story.end(story.newest(), failed("licence"));
        story.now -= millis;
        story.ask(new Command.Wake());
        long began = story.now;
        while (story.startedNow().isEmpty())
            story.later(Math.max(0, story.farm.nextWake().orElseThrow() - story.now));
        return story.now - began;
    }

    @Test
    void theRestIsLongerEachTimeAndOutlivesARestart() {
        story.join("anna", 1).submit("walk", 3);
        story.end(story.startedNow().getFirst(), failed("licence"));
        long first = story.farm.nextWake().orElseThrow() - story.now;
        story.later(first);
        story.end(story.startedNow().getFirst(), failed("licence"));
        story.restart().started();
        long second = story.farm.nextWake().orElseThrow() - story.now;
        assertThat(second).isGreaterThan(first);
        story.later(second);
        assertThat(story.startedNow()).hasSize(1);
    }

    @Test
    void runsThatMetTheSameLicenceServerCountOnce() {
        story.join("anna", 3).submit("walk", 3);
        for (Run run : story.startedNow()) story.end(run, failed("licence"));
        assertThat(story.farm.digest()).contains("refusals=1");
    }

    @Test
    void theTenthRefusalInARowCostsAnAttempt() {
        story.join("anna", 1).submit("walk", 1);
        for (int refusal = 1; refusal <= 30; refusal++) {
            story.stands("walk", JobState.RUNNING);
            story.end(story.startedNow().getFirst(), failed("licence"));
            story.later(20 * MINUTE);
        }
        story.stands("walk", JobState.FAILED);
    }

    @Test
    void aTaskThatIsDoneEndsTheRefusals() {
        story.join("anna", 1).submit("walk", 3);
        story.end(story.startedNow().getFirst(), failed("licence")).later(20 * MINUTE);
        story.done(story.startedNow().getFirst());
        assertThat(story.farm.digest()).contains("refusals=0");
    }
}
