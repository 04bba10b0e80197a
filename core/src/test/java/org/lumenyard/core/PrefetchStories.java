package org.lumenyard.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrefetchStories {
    private final Story story = new Story();

    /** A farm that knows that tasks take two seconds; nothing runs. */
    private Story quickFarm(String... nodes) {
        for (String node : nodes) story.join(node, 1);
        story.submit("before", 1);
        quick(story.newest());
        story.startedNow();
        return story;
    }

    private Story quick(Run run) {
        return story.end(run, Outcome.Kind.DONE, 2_000);
    }

    private List<Effect> revoked() {
        return story.orders().stream().filter(Effect.Revoke.class::isInstance).toList();
    }

    private Effect revoke(Run run) {
        return new Effect.Revoke(run.node(), run.id());
    }

    @Test
    void aSlotIsGivenItsNextShortTaskBeforeItsPresentOneEnds() {
        quickFarm("a").submit("film", 5);
        var runs = story.started("film 1 on a", "film 2 on a");
        assertThat(runs.get(1).slot()).isEqualTo(runs.getFirst().id());

        quick(runs.getFirst());
        story.started("film 3 on a");
    }

    @Test
    void aFullNodesSlotIsGivenWhatIsSubmittedLater() {
        quickFarm("a").submit("film", 1).started("film 1 on a");
        story.submit("later", 2).started("later 1 on a");
    }

    @Test
    void aFullNodesSlotIsGivenWhatMayBePlacedAgain() {
        quickFarm("a").submit("film", 3);
        var runs = story.started("film 1 on a", "film 2 on a");
        JobId film = runs.getFirst().job();
        story.ask(new Command.Hold(film, "ana"));
        story.end(runs.get(1), Outcome.Kind.INTERRUPTED, 0);
        assertThat(story.startedNow()).isEmpty();

        story.ask(new Command.Release(film, "ana")).started("film 2 on a");
    }

    @Test
    void itTakesNothingOfTheNodeUntilItsTurnComes() {
        story.join("a", 3);
        story.submit("before", 1);
        quick(story.newest());
        story.submit("film", 4);
        story.started("film 1 on a", "film 2 on a", "film 3 on a", "film 4 on a");
        var node = story.farm.view().nodes().getFirst();
        assertThat(node.free().get(Requirements.VCPU)).isZero();
        assertThat(node.runs()).isEqualTo(3);
    }

    @Test
    void veryShortTasksWaitInNumbersThatCoverATenthOfASecond() {
        story.join("a", 1).submit("before", 1);
        story.end(story.newest(), Outcome.Kind.DONE, 30);
        story.submit("film", 50);
        assertThat(story.startedNow()).hasSize(1 + 4);
    }

    @Test
    void noMoreThanSixteenWait() {
        story.join("a", 1).submit("before", 1);
        story.end(story.newest(), Outcome.Kind.DONE, 1);
        story.submit("film", 50);
        assertThat(story.startedNow()).hasSize(1 + 16);
    }

    @Test
    void nothingWaitsBehindALongTask() {
        story.join("a", 1).submit("before", 1);
        story.end(story.newest(), Outcome.Kind.DONE, 10_001);
        story.submit("film", 5).started("film 1 on a");
    }

    @Test
    void nothingWaitsWhereNobodyKnowsHowLong() {
        story.join("a", 1).submit("film", 5).started("film 1 on a");
    }

    @Test
    void whatWaitsNeedsNoMoreThanWhatIsBeforeIt() {
        story.join("a", 3).submit("before", 1);
        quick(story.newest());
        story.submit("small", 2);
        story.started("small 1 on a", "small 2 on a");
        story.submit(Story.plan("large", twoCores(1)));
        assertThat(story.startedNow()).isEmpty();
    }

    private static JobPlan.StepPlan twoCores(long frames) {
        return new JobPlan.StepPlan(
                "render", new Story.Frames(frames), List.of(), Story.cores(2), null, "{}");
    }

    @Test
    void whatHoldsSeatsOfALimitDoesNotWait() {
        quickFarm("a").ask(new Command.SetLimit("nuke", 5, "", "ana"));
        var amounts =
                List.of(
                        new Requirements.Amount(Requirements.VCPU, 1, 1),
                        new Requirements.Amount("amount.limit.nuke", 1, 1));
        var needs = new Requirements(amounts, List.of(), false);
        story.submit(
                Story.plan(
                        "comp",
                        new JobPlan.StepPlan(
                                "comp", new Story.Frames(4), List.of(), needs, null, "{}")));
        story.started("comp 1 on a");
    }

    @Test
    void whatHoldsAModelIsFollowedByTheSameModelOnly() {
        quickFarm("a").submit(Story.plan("warm", Story.warmStep("m", 3)));
        var runs = story.started("warm 1 on a", "warm 2 on a");
        assertThat(runs.get(1).instance()).isNotNull().isEqualTo(runs.get(0).instance());
        story.submit(Story.plan("other", Story.warmStep("n", 3)));
        quick(runs.get(0)).started("warm 3 on a");
        quick(runs.get(1));
        assertThat(story.startedNow()).isEmpty();
    }

    @Test
    void whatWaitsInASlotCountsAsWaitingUntilItBegins() {
        quickFarm("a").submit("film", 3);
        var runs = story.started("film 1 on a", "film 2 on a");
        story.counts("film", new Counts(2, 1, 0, 0));
        quick(runs.getFirst());
        story.counts("film", new Counts(2, 0, 1, 0));
        story.starts(runs.get(1)).counts("film", new Counts(1, 1, 1, 0));
    }

    @Test
    void aJobOfWhichAllWaitsInSlotsWaits() {
        quickFarm("a").submit("film", 2).submit("later", 1);
        var runs = story.startedNow();
        var later = quick(runs.get(0)).started("later 1 on a").getFirst();
        story.starts(runs.get(1)).stands("later", JobState.WAITING);
        quick(runs.get(1)).starts(later).stands("later", JobState.RUNNING);
    }

    @Test
    void aNodeThatComesFreeIsGivenWhatWaitsLongElsewhere() {
        quickFarm("a").submit("film", 2);
        var runs = story.started("film 1 on a", "film 2 on a");
        story.starts(runs.getFirst());
        story.join("b", 1);
        assertThat(revoked()).containsExactly(revoke(runs.get(1)));
        story.end(runs.get(1), Outcome.Kind.INTERRUPTED).started("film 2 on b");
    }

    @Test
    void aNodeThatComesFreeIsGivenAsMuchAsFits() {
        quickFarm("a", "b", "c").submit("film", 6);
        var runs = story.startedNow();
        runs.subList(0, 3).forEach(story::starts);
        story.orders();
        story.join("d", 2);
        assertThat(revoked()).containsExactly(revoke(runs.get(3)), revoke(runs.get(4)));
    }

    @Test
    void whatIsAboutToBeginIsLeftWhereItIs() {
        quickFarm("a").submit("film", 2);
        var runs = story.started("film 1 on a", "film 2 on a");
        story.starts(runs.getFirst());
        story.now += 1_900;
        story.join("b", 1);
        assertThat(revoked()).isEmpty();
    }

    @Test
    void whatWaitsForLessThanHalfATaskIsLeftWhereItIs() {
        quickFarm("a").submit("film", 2);
        var runs = story.started("film 1 on a", "film 2 on a");
        story.starts(runs.getFirst());
        story.now += 1_100;
        story.join("b", 1);
        assertThat(revoked()).isEmpty();
    }

    @Test
    void whatWaitsForATaskThatTakesTooLongIsWantedBack() {
        quickFarm("a").submit("film", 3);
        var runs = story.started("film 1 on a", "film 2 on a");
        story.starts(runs.getFirst()).later(9_000);
        assertThat(revoked()).isEmpty();
        story.later(6_000);
        assertThat(revoked()).containsExactly(revoke(runs.get(1)));
        story.end(runs.get(1), Outcome.Kind.INTERRUPTED);
        assertThat(story.startedNow()).as("nothing waits there any more").isEmpty();
    }

    @Test
    void aHeldJobWantsBackWhatHasNotBegun() {
        quickFarm("a").submit("film", 5);
        var runs = story.started("film 1 on a", "film 2 on a");
        story.ask(new Command.Hold(story.job("film"), "ana"));
        assertThat(revoked()).containsExactly(revoke(runs.get(1)));
    }

    @Test
    void whatIsToBeDoneAnewIsNotBegunFirst() {
        quickFarm("a").submit("film", 5);
        var runs = story.started("film 1 on a", "film 2 on a");
        story.ask(new Command.RetryAll(story.job("film"), "ana"));
        assertThat(revoked()).containsExactly(revoke(runs.get(1)));
    }

    @Test
    void aCancelledJobStopsWhatWaitsToo() {
        quickFarm("a").submit("film", 5);
        var runs = story.started("film 1 on a", "film 2 on a");
        story.ask(new Command.Cancel(story.job("film"), "ana"));
        assertThat(story.orders())
                .containsExactlyInAnyOrder(
                        new Effect.Kill(runs.get(0).node(), runs.get(0).id(), "cancelled by ana"),
                        new Effect.Kill(runs.get(1).node(), runs.get(1).id(), "cancelled by ana"));
    }

    @Test
    void aRestartedFarmKnowsWhatWaits() {
        quickFarm("a").submit("film", 2);
        var runs = story.started("film 1 on a", "film 2 on a");
        story.starts(runs.getFirst()).restart();
        var free = story.farm.view().nodes().getFirst().free();
        assertThat(free).isEqualTo(Map.of(Requirements.VCPU, 0L, Requirements.MEMORY, 8_000L));
        story.later(20_000);
        assertThat(revoked()).containsExactly(revoke(runs.get(1)));
    }

    @Test
    void whatReturnsWithoutWhatWaitsIsToldOfItAgain() {
        quickFarm("a").submit("film", 2);
        var runs = story.started("film 1 on a", "film 2 on a");
        var node = story.node("a");
        story.ask(
                new Command.Return(
                        node.node(), node.incarnation(), List.of(runs.get(0).id()), List.of()));
        story.started("film 2 on a");
    }

    @Test
    void theNextWaitsForTheProvenEndOfThoseBeforeItWhateverComesBack() {
        story.join("a", 1).submit("before", 1);
        story.end(story.newest(), Outcome.Kind.DONE, 60);
        story.submit("film", 3);
        var runs = story.started("film 1 on a", "film 2 on a", "film 3 on a");
        story.end(runs.get(1), Outcome.Kind.INTERRUPTED);
        var again = story.started("film 2 on a").getFirst();
        assertThat(again.slot()).isEqualTo(runs.getFirst().id());
        assertThat(again.id()).isGreaterThan(runs.get(2).id());
    }

    @Test
    void aFarmThatBeginsAnewDoesNotTakeItsRunsForOldOnes() {
        quickFarm("a", "b").submit("film", 4);
        var runs = story.startedNow();
        for (Run run : runs) if (run.opensItsSlot()) story.starts(run);
        story.orders();
        story.join("c", 1).orders();
        story.restart();
        assertThat(revoked()).isEmpty();
    }
}
