package org.lumenyard.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lumenyard.core.Story.MINUTE;
import static org.lumenyard.core.Story.plan;
import static org.lumenyard.core.Story.step;
import static org.lumenyard.core.Story.warmStep;

import java.util.List;
import org.junit.jupiter.api.Test;

class FarmStories {
    private final Story story = new Story();

    @Test
    void aLateWordThatAnInstanceEndedIsNothingToTheRunThatBeginsItAnew() {
        story.join("r01", 1).submit(plan("walk", warmStep("a.blend", 3)));
        Run first = story.started("walk 1 on r01").getFirst();
        story.done(first);
        Run second = story.started("walk 2 on r01").getFirst();
        assertThat(second.instance()).isEqualTo(first.instance());

        story.ask(new Command.InstanceEnded(first.instance(), first.incarnation()));
        story.done(second);
        assertThat(story.started("walk 3 on r01").getFirst().instance())
                .as("it holds the model")
                .isEqualTo(first.instance());
    }

    @Test
    void aJobCanBeDeletedWhenItHasFinishedAndNotBefore() {
        story.submit("walk", 1).join("r01", 1);
        var run = story.started("walk 1 on r01").getFirst();
        var delete = new Command.Delete(story.job("walk"), "ana");

        story.ask(delete).isRefused(Reply.Reason.JOB_UNFINISHED);
        story.done(run).ask(delete).isDone();
        assertThat(story.rows.image(1).jobs()).isEmpty();
    }

    @Test
    void aJobIsArchivedAndLosesItsLogsWhenItHasFinishedAndNotBefore() {
        story.submit("walk", 1).join("r01", 1);
        var run = story.started("walk 1 on r01").getFirst();
        var archive = new Command.Archive(story.job("walk"), Archiving.NONE, "ana");
        var dropLogs = new Command.DropLogs(story.job("walk"));

        story.ask(archive).isRefused(Reply.Reason.JOB_UNFINISHED);
        story.ask(dropLogs).isRefused(Reply.Reason.JOB_UNFINISHED);
        story.done(run).ask(archive).isDone().ask(dropLogs).isDone();
    }

    @Test
    void aLostNodesRunsAreTriedElsewhereAndItsLateWordDoesNotCount() {
        story.submit("walk", 3).join("r01", 2);
        var late = story.started("walk 1 on r01", "walk 2 on r01").getFirst();

        story.lose("r01").join("r02", 3);
        story.started("walk 1 on r02", "walk 2 on r02", "walk 3 on r02");

        story.done(late).isDone().stands("walk", JobState.RUNNING);
        assertThat(story.farm.digest()).contains("done 0");
    }

    @Test
    void aFrameThatFailsThreeTimesIsLeftAlone() {
        story.join("r01", 1).submit("walk", 1);
        for (int attempt = 1; attempt <= 3; attempt++) {
            story.fail(story.started("walk 1 on r01").getFirst()).later(10 * MINUTE);
        }
        story.started();
        story.stands("walk", JobState.FAILED);
    }

    @Test
    void aFailedFrameGoesToAnotherNodeAtOnceAndBackToTheSameOnlyAfterAWhile() {
        story.join("r01", 1).submit("walk", 1);
        story.fail(story.started("walk 1 on r01").getFirst());
        story.started();

        story.join("r02", 1);
        story.started("walk 1 on r02");
    }

    @Test
    void whereNoOtherNodeCouldRunItTheSameOneTriesAgainAfterABackOff() {
        story.join("r01", 1).submit("walk", 1);
        story.fail(story.started("walk 1 on r01").getFirst());
        story.started();
        assertThat(story.farm.nextWake()).isPresent();

        story.later(story.farm.nextWake().getAsLong() - story.now);
        story.started("walk 1 on r01");
    }

    @Test
    void aWallClockThatIsSetBackHoldsUpNoRetry() {
        story.join("r01", 1).later(60 * MINUTE).submit("walk", 1);
        story.fail(story.started("walk 1 on r01").getFirst()).started();
        story.later(-59 * MINUTE);
        story.started("walk 1 on r01");
    }

    @Test
    void lossesCostNoAttemptButFiveCountAsOneFailure() {
        story.submit("walk", 1);
        for (int loss = 1; loss <= 15; loss++) {
            story.join("r01", 1).started("walk 1 on r01");
            story.stands("walk", JobState.RUNNING).lose("r01");
        }
        story.stands("walk", JobState.FAILED);
    }

    @Test
    void aHeldJobLetsTheNextOneThroughAndItsRunningFramesFinish() {
        story.join("r01", 1).submit("walk", 9).submit("run", 9);
        var first = story.started("walk 1 on r01").getFirst();

        story.ask(new Command.Hold(story.job("walk"), "ana")).done(first);
        var other = story.started("run 1 on r01").getFirst();
        story.stands("walk", JobState.HELD);

        story.ask(new Command.Release(story.job("walk"), "ana")).done(other);
        story.started("walk 2 on r01");
    }

    @Test
    void aCancelledJobIsCancellingUntilItsLastProcessIsProvenEnded() {
        story.join("r01", 1).submit("walk", 9).submit("run", 1);
        var run = story.started("walk 1 on r01").getFirst();

        story.ask(new Command.Cancel(story.job("walk"), "ana")).stands("walk", JobState.CANCELLING);
        assertThat(story.orders())
                .containsExactly(new Effect.Kill(run.node(), run.id(), "cancelled by ana"));

        story.end(run, Outcome.Kind.INTERRUPTED).stands("walk", JobState.CANCELLED);
        story.started("run 1 on r01");
        story.ask(new Command.RetryAll(story.job("walk"), "ana"))
                .isRefused(Reply.Reason.JOB_FINISHED);
    }

    @Test
    void aStepWaitsForTheStepsBeforeIt() {
        story.join("r01", 4).submit(plan("film", step("render", 2), step("encode", 1, 0)));
        var frames = story.started("film 1 on r01", "film 2 on r01");

        story.done(frames.get(0));
        story.started();
        story.done(frames.get(1));
        story.done(story.started("film 1 on r01").getFirst());
        story.stands("film", JobState.DONE);
        assertThat(story.farm.knows(story.job("film"))).isFalse();
    }

    @Test
    void urgencyGoesByBandThenByPriorityWorthTenMinutesAPoint() {
        story.submit(plan("old", Band.NORMAL, 50, 1));
        story.later(11 * MINUTE);
        story.submit(plan("young", Band.NORMAL, 51, 1)).submit(plan("younger", Band.NORMAL, 52, 1));
        story.submit(plan("rush", Band.RUSH, 0, 1)).submit(plan("idle", Band.IDLE, 100, 1));

        story.join("r01", 5);
        story.started(
                "rush 1 on r01",
                "younger 1 on r01",
                "old 1 on r01",
                "young 1 on r01",
                "idle 1 on r01");
    }

    @Test
    void reprioritisingMovesAJobAheadOfOthers() {
        story.submit("walk", 1)
                .submit("run", 1)
                .ask(new Command.Reprioritise(story.job("run"), Band.NORMAL, 90, "ana"));
        story.join("r01", 2);
        story.started("run 1 on r01", "walk 1 on r01");
    }

    /** Twenty nodes with a core to spare, and thirty queues of which nothing fits there. */
    private void fullOfKinds() {
        for (int i = 1; i <= 20; i++) story.join("node " + i, 4);
        for (int kind = 1; kind <= 50; kind++) story.submit(kind(kind));
        assertThat(story.startedNow()).hasSize(20);
        assertThat(story.farm.queues().all()).hasSize(30);
    }

    private static JobPlan kind(int memory) {
        var amounts =
                List.of(
                        new Requirements.Amount(Requirements.VCPU, 3, 3),
                        new Requirements.Amount(Requirements.MEMORY, memory, memory));
        var needs = new Requirements(amounts, List.of(), false);
        return Story.plan(
                "kind " + memory,
                new JobPlan.StepPlan("s", new Story.Frames(1), List.of(), needs, null, "{}"));
    }

    @Test
    void newWorkCostsEachNodeWithRoomALookAtItAlone() {
        fullOfKinds();
        long before = story.farm.queues().looks();
        story.submit(kind(60));
        assertThat(story.farm.queues().looks() - before).isEqualTo(20);
    }

    @Test
    void timeThatPassesCostsNoLooks() {
        fullOfKinds();
        long before = story.farm.queues().looks();
        story.later(20_000);
        assertThat(story.farm.queues().looks() - before).isZero();
    }

    @Test
    void anEndCostsALookAtEachKindOnItsNodeAlone() {
        story.join("a", 4).submit(kind(99));
        Run run = story.newest();
        fullOfKinds();
        long before = story.farm.queues().looks();
        story.done(run);
        // The first look finds what to do, and there is no room for a second.
        assertThat(story.farm.queues().looks() - before).isBetween(30L, 70L);
    }

    @Test
    void aMillionFramesCostOneRange() {
        story.join("r01", 1).submit("walk", 1_000_000);
        assertThat(story.farm.digest()).contains("fresh[1-999999]");
    }

    @Test
    void retryFailedForgivesAndRetryAllBeginsAnewRoundThatAnOldRunCannotTouch() {
        story.join("r01", 2).submit("walk", 2);
        var runs = story.started("walk 1 on r01", "walk 2 on r01");
        story.ask(new Command.RetryAll(story.job("walk"), "ana"));
        story.started();

        story.done(runs.get(0));
        story.started("walk 1 on r01");
        story.done(runs.get(1)).stands("walk", JobState.RUNNING);
        assertThat(story.farm.digest()).contains("done 0");
    }

    @Test
    void aFinishedJobCanBeRetried() {
        story.join("r01", 1).submit("walk", 1);
        for (int attempt = 1; attempt <= 3; attempt++) {
            story.fail(story.started("walk 1 on r01").getFirst()).later(10 * MINUTE);
        }
        story.stands("walk", JobState.FAILED)
                .ask(new Command.RetryFailed(story.job("walk"), "ana"))
                .isDone();
        story.done(story.started("walk 1 on r01").getFirst()).stands("walk", JobState.DONE);

        story.ask(new Command.RetryFailed(story.job("walk"), "ana"))
                .isRefused(Reply.Reason.NOTHING_TO_RETRY);
        assertThat(story.farm.knows(story.job("walk"))).isFalse();
        story.ask(new Command.RetryTask(story.job("walk"), story.step("walk", 0), 0, "ana"))
                .isDone();
        story.started("walk 1 on r01");
    }

    @Test
    void aRunInMotionIsForgivenToo() {
        story.join("r01", 2).submit("walk", 2);
        var runs = new java.util.ArrayList<>(story.started("walk 1 on r01", "walk 2 on r01"));
        for (int attempt = 1; attempt <= 2; attempt++) {
            story.fail(runs.get(1)).later(story.farm.nextWake().getAsLong() - story.now);
            runs.set(1, story.started("walk 2 on r01").getFirst());
        }
        for (int attempt = 1; attempt <= 2; attempt++) {
            story.fail(runs.get(0)).later(story.farm.nextWake().getAsLong() - story.now);
            runs.set(0, story.started("walk 1 on r01").getFirst());
        }
        story.fail(runs.get(0)).ask(new Command.RetryFailed(story.job("walk"), "ana"));

        story.fail(runs.get(1)).stands("walk", JobState.RUNNING);
    }

    @Test
    void retryingAFrameMakesTheFilmAnew() {
        story.join("r01", 1).submit(plan("film", step("render", 1), step("encode", 1, 0)));
        story.done(story.started("film 1 on r01").getFirst());
        story.done(story.started("film 1 on r01").getFirst()).stands("film", JobState.DONE);

        story.ask(new Command.RetryTask(story.job("film"), story.step("film", 0), 0, "ana"));
        story.done(story.started("film 1 on r01").getFirst());
        story.done(story.started("film 1 on r01").getFirst()).stands("film", JobState.DONE);
    }

    @Test
    void anAgentThatBeganAnewFreesItsRunsAtOnceButKeepsWhatItSpooled() {
        story.join("r01", 2).submit("walk", 2);
        var runs = story.started("walk 1 on r01", "walk 2 on r01");

        story.join(Story.facts("r01", 2, "boot-1"), runs.get(0));
        assertThat(story.node("r01").known())
                .contains(runs.get(0).id())
                .doesNotContain(runs.get(1).id());
        story.started("walk 2 on r01");

        story.done(runs.get(0)).isDone();
        assertThat(story.farm.digest()).as("the old life's word does not count").contains("done 0");
        var adopted = runs.get(0).in(story.node("r01").incarnation());
        story.done(adopted);
        assertThat(story.farm.digest()).contains("done 1");
    }

    @Test
    void anotherMachineUnderTheSameNameWaitsForTheLeaseOfTheFormer() {
        story.join("r01", 1).submit("walk", 1).started("walk 1 on r01");
        var twin =
                new NodeFacts(
                        "r01",
                        "another",
                        "boot-9",
                        "pids",
                        Story.facts("r01", 1, "").amounts(),
                        java.util.Map.of(),
                        "{}");
        story.join(twin).isRefused(Reply.Reason.NOT_SWEPT);
        story.lose("r01").join(twin);
        story.started("walk 1 on r01");
    }

    @Test
    void anAgentWithoutAMemoryOfItsOwnProvesNothing() {
        var facts = Story.facts("r01", 1, "boot-1");
        story.ask(new Command.Join(facts, false, List.of()));
        assertThat(story.reply())
                .as("nothing is known of it, so nothing can be left")
                .isInstanceOf(Reply.Joined.class);
        story.join(facts).submit("walk", 1).started("walk 1 on r01");
        story.ask(new Command.Join(facts, false, List.of())).isRefused(Reply.Reason.NOT_SWEPT);
    }

    @Test
    void aStartIsForTheLifeThatItWasPlacedInAndForNoLaterOne() {
        story.join("r01", 1).submit("walk", 1);
        var run = story.started("walk 1 on r01").getFirst();
        var start = new Effect.Start(run, false);
        assertThat(start.isFor(run.incarnation())).isTrue();
        assertThat(start.isFor(run.incarnation() + 1)).isFalse();
    }

    @Test
    void theSameMachineAfterARebootFreesItsRuns() {
        story.join("r01", 1).submit("walk", 1).started("walk 1 on r01");
        story.join(Story.facts("r01", 1, "boot-2"));
        story.started("walk 1 on r01");
    }

    @Test
    void anAgentThatComesBackGetsTheStartsItMissedAndTheKillsOfWhatIsNotKnown() {
        story.join("r01", 2).submit("walk", 2);
        var runs = story.started("walk 1 on r01", "walk 2 on r01");
        var node = story.node("r01");
        var stranger = new RunId(999);

        story.ask(
                new Command.Return(
                        node.node(),
                        node.incarnation(),
                        List.of(runs.get(0).id(), stranger),
                        List.of()));
        assertThat(story.farm.digest()).contains("walk");
        assertThat(story.orders())
                .containsExactly(new Effect.Kill(node.node(), stranger, "not known"));
        story.ask(
                new Command.Return(
                        node.node(), node.incarnation(), List.of(runs.get(0).id()), List.of()));
        story.started("walk 2 on r01");
    }

    @Test
    void aRestartedServerKnowsAllAndStartsNothingTwice() {
        story.join("r01", 1).submit("walk", 2);
        var run = story.started("walk 1 on r01").getFirst();
        story.restart().started();
        story.done(run);
        story.started("walk 2 on r01");
    }

    @Test
    void aNodeThatHoldsTheModelGetsTheNextTaskAndAnotherOneWaitsWhenLoadingIsDearer() {
        story.join("r01", 1).submit(plan("walk", warmStep("a.blend", 3)));
        var first = story.started("walk 1 on r01").getFirst();
        story.starts(first).later(1_000);
        story.end(first, new Outcome(Outcome.Kind.DONE, "done", "", 60_000, 20_000, 0, "{}"));
        var second = story.started("walk 2 on r01").getFirst();
        assertThat(second.instance()).isEqualTo(first.instance());

        story.starts(second).join("r02", 1);
        story.started();

        story.submit(plan("long", warmStep("b.blend", 1)));
        story.started("long 1 on r02");
    }

    @Test
    void aHotModelSpreadsOnceWaitingCostsMoreThanLoading() {
        story.join("r01", 1).submit(plan("walk", warmStep("a.blend", 100)));
        var first = story.started("walk 1 on r01").getFirst();
        story.starts(first)
                .end(first, new Outcome(Outcome.Kind.DONE, "done", "", 5_000, 20_000, 0, "{}"));
        story.starts(story.started("walk 2 on r01").getFirst()).join("r02", 1);
        story.started("walk 3 on r02");
    }

    @Test
    void aSceneThatNearlyFillsItsNodeGoesOnThere() {
        var needs = new Requirements(Story.cores(1).amounts(), List.of(), true);
        var step =
                new JobPlan.StepPlan("render", new Story.Frames(9), List.of(), needs, null, "{}");
        story.join("r01", 8).submit(plan("walk", step));
        var first = story.started("walk 1 on r01").getFirst();

        story.end(first, new Outcome(Outcome.Kind.DONE, "done", "", 0, 20_000, 7_900, "{}"));
        story.started("walk 2 on r01");
    }

    @Test
    void aNodeRunsOneTaskOfAStepUntilItsPeakMemoryIsKnown() {
        var needs = new Requirements(Story.cores(1).amounts(), List.of(), true);
        story.join("r01", 8)
                .submit(
                        plan(
                                "walk",
                                new JobPlan.StepPlan(
                                        "render",
                                        new Story.Frames(9),
                                        List.of(),
                                        needs,
                                        null,
                                        "{}")));
        var first = story.started("walk 1 on r01").getFirst();

        story.end(first, new Outcome(Outcome.Kind.DONE, "done", "", 0, 20_000, 2_000, "{}"));
        story.started("walk 2 on r01", "walk 3 on r01", "walk 4 on r01");
    }

    @Test
    void anIdleModelMakesRoomForOtherWork() {
        var memory = new Requirements.Amount(Requirements.MEMORY, 6_000, 6_000);
        var needs =
                new Requirements(
                        List.of(memory, Story.cores(1).amounts().getFirst()), List.of(), false);
        story.join("r01", 2)
                .submit(
                        plan(
                                "walk",
                                new JobPlan.StepPlan(
                                        "render",
                                        new Story.Frames(1),
                                        List.of(),
                                        needs,
                                        "a.blend",
                                        "{}")));
        var run = story.started("walk 1 on r01").getFirst();
        story.done(run);
        story.submit(
                plan(
                        "big",
                        new JobPlan.StepPlan(
                                "render", new Story.Frames(1), List.of(), needs, null, "{}")));
        assertThat(story.farm.digest()).contains("big").doesNotContain("a.blend");
    }

    @Test
    void whatANodeLacksIsNotPlacedThereUntilItOffersIt() {
        var blender =
                new Requirements.Attribute(
                        "attr.blender.version", java.util.Set.of("4.5"), java.util.Set.of());
        var needs = new Requirements(Story.cores(1).amounts(), List.of(blender), false);
        story.join("r01", 1)
                .submit(
                        plan(
                                "walk",
                                new JobPlan.StepPlan(
                                        "render",
                                        new Story.Frames(1),
                                        List.of(),
                                        needs,
                                        null,
                                        "{}")));
        story.started();
        var facts = Story.facts("r01", 1, "boot-1");
        var more =
                new NodeFacts(
                        "r01",
                        facts.machine(),
                        facts.boot(),
                        facts.pidNamespace(),
                        facts.amounts(),
                        java.util.Map.of("attr.blender.version", java.util.Set.of("4.5")),
                        "{}");
        story.ask(
                new Command.Update(
                        story.node("r01").node(), story.node("r01").incarnation(), more));
        story.started("walk 1 on r01");
    }

    @Test
    void aWordOfAnotherLifeIsRefused() {
        story.join("r01", 1);
        story.ask(new Command.Lose(story.node("r01").node(), 7, "no"))
                .isRefused(Reply.Reason.STALE_INCARNATION);
    }

    @Test
    void aTaskGivesMostWhatANodeHasInAll() {
        var needs =
                new Requirements(
                        List.of(new Requirements.Amount(Requirements.VCPU, 1, 8)),
                        List.of(),
                        false);
        story.submit(
                plan(
                        "walk",
                        new JobPlan.StepPlan(
                                "render", new Story.Frames(9), List.of(), needs, null, "{}")));
        story.join("small", 2).started("walk 1 on small");
        story.join("large", 20).started("walk 2 on large", "walk 3 on large");
    }
}
