package org.lumenyard.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lumenyard.core.Story.plan;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitStories {
    private final Story story = new Story();

    private static Requirements seats(long cores, Object... names) {
        var amounts = new ArrayList<>(Story.cores(cores).amounts());
        for (int i = 0; i < names.length; i += 2) {
            long seats = (Integer) names[i + 1];
            amounts.add(new Requirements.Amount("amount.limit." + names[i], seats, seats));
        }
        return new Requirements(amounts, List.of(), false);
    }

    private static JobPlan needing(String job, long frames, Object... names) {
        return plan(
                job,
                new JobPlan.StepPlan(
                        "render",
                        new Story.Frames(frames),
                        List.of(),
                        seats(1, names),
                        null,
                        "{}"));
    }

    private Story set(String name, long count) {
        return story.ask(new Command.SetLimit(name, count, "", "ana")).isDone();
    }

    @Test
    void noMoreRunsHoldALimitThanItHasSeatsAndOneThatEndsLetsTheNextGo() {
        set("arnold", 2).join("r01", 8).join("r02", 8).submit(needing("walk", 5, "arnold", 1));
        var runs = story.started("walk 1 on r01", "walk 2 on r01");

        story.done(runs.getFirst());
        story.started("walk 3 on r01");
    }

    @Test
    void aSeatGivenBackOnOneNodeIsUsedOnAnotherThatCan() {
        set("arnold", 1).join("small", 1).submit(needing("walk", 1, "arnold", 1));
        var run = story.started("walk 1 on small").getFirst();
        story.join("large", 8)
                .submit(
                        plan(
                                "big",
                                new JobPlan.StepPlan(
                                        "render",
                                        new Story.Frames(1),
                                        List.of(),
                                        seats(4, "arnold", 1),
                                        null,
                                        "{}")));
        story.started();

        story.done(run);
        story.started("big 1 on large");
    }

    @Test
    void whatNeedsNoSeatGoesPastWhatWaitsForOne() {
        set("arnold", 1).join("r01", 3).submit(needing("walk", 9, "arnold", 1)).submit("run", 9);
        story.started("walk 1 on r01", "run 1 on r01", "run 2 on r01");
    }

    @Test
    void anUnknownLimitIsWaitedForUntilItIsMade() {
        story.join("r01", 2).submit(needing("walk", 2, "nuke", 1));
        story.started();
        set("nuke", 1);
        story.started("walk 1 on r01");
    }

    @Test
    void aTaskMayTakeSeveralSeatsOfSeveralLimitsOrNone() {
        set("arnold", 3);
        set("nuke", 1).join("r01", 8).submit(needing("both", 3, "arnold", 2, "nuke", 1));
        var run = story.started("both 1 on r01").getFirst();
        assertThat(run.seats()).containsExactly(java.util.Map.entry("arnold", 2L), seat("nuke"));
        set("nuke", 2);
        story.started();
        set("arnold", 4);
        story.started("both 2 on r01");
    }

    private static java.util.Map.Entry<String, Long> seat(String limit) {
        return java.util.Map.entry(limit, 1L);
    }

    @Test
    void aCancelledRunHoldsItsSeatUntilItIsProvenEnded() {
        set("arnold", 1).join("r01", 2).submit(needing("walk", 1, "arnold", 1));
        var run = story.started("walk 1 on r01").getFirst();
        story.ask(new Command.Cancel(story.job("walk"), "ana"))
                .submit(needing("run", 1, "arnold", 1));
        story.started();

        story.end(run, Outcome.Kind.INTERRUPTED);
        story.started("run 1 on r01");
    }

    @Test
    void aSilentNodesRunHoldsItsSeatUntilItsLeaseIsOver() {
        set("arnold", 1).join("r01", 1).submit(needing("walk", 1, "arnold", 1));
        story.started("walk 1 on r01");
        story.join("r02", 1);
        story.started();

        story.lose("r01");
        story.started("walk 1 on r02");
    }

    @Test
    void aRestartedServerKnowsWhoHoldsSeats() {
        set("arnold", 1).join("r01", 2).submit(needing("walk", 2, "arnold", 1));
        var run = story.started("walk 1 on r01").getFirst();
        story.restart().started();
        story.done(run);
        story.started("walk 2 on r01");
    }

    @Test
    void aResultTakenOverFromAFormerLifeKeepsItsSeatAndGivesItBackOnce() {
        set("arnold", 1).join("r01", 2).submit(needing("walk", 2, "arnold", 1));
        var run = story.started("walk 1 on r01").getFirst();
        story.join(Story.facts("r01", 2, "boot-1"), run);
        story.started();
        story.done(run.in(story.node("r01").incarnation()));
        story.started("walk 2 on r01");
    }

    @Test
    void setToFewerThanAreHeldNothingIsStoppedAndNothingIsPlacedUntilItFits() {
        set("arnold", 2).join("r01", 4).submit(needing("walk", 4, "arnold", 1));
        var runs = story.started("walk 1 on r01", "walk 2 on r01");
        set("arnold", 1);
        story.done(runs.get(0));
        story.started();
        story.done(runs.get(1));
        story.started("walk 3 on r01");
    }

    @Test
    void aLimitThatIsHeldIsNotDeletedButRunsEmptyWhenItIsSetToNone() {
        set("arnold", 1).join("r01", 2).submit(needing("walk", 2, "arnold", 1));
        var run = story.started("walk 1 on r01").getFirst();
        story.ask(new Command.DeleteLimit("arnold", "ana")).isRefused(Reply.Reason.LIMIT_HELD);

        set("arnold", 0);
        story.done(run).ask(new Command.DeleteLimit("arnold", "ana")).isDone();
        story.started();
        assertThat(story.farm.digest()).doesNotContain("limit arnold");
        assertThat(story.rows.history).contains("ana: arnold deleted");
    }

    @Test
    void anEditChangesOnlyWhatItNamesAndNeedsALimit() {
        story.ask(new Command.EditLimit("arnold", 3L, null, "ana"))
                .isRefused(Reply.Reason.UNKNOWN_LIMIT);
        story.ask(new Command.SetLimit("arnold", 1, "bought in May", "ana"));
        story.ask(new Command.EditLimit("arnold", 3L, null, "ana")).isDone();
        assertThat(story.farm.digest()).contains("arnold 3 'bought in May'");
        story.ask(new Command.EditLimit("arnold", null, "", "ana")).isDone();
        assertThat(story.farm.digest()).contains("arnold 3 ''");
    }

    @Test
    void aLimitMadeAnewIsAnother() {
        set("arnold", 1).ask(new Command.DeleteLimit("arnold", "ana"));
        set("arnold", 2);
        assertThat(story.farm.digest()).contains("limit 2 arnold 2");
    }

    @Test
    void theUrgentTaskGetsTheSeatWhateverElseItNeeds() {
        set("arnold", 1).submit(needing("walk", 1, "arnold", 1));
        story.submit(
                new JobPlan(
                        "rush",
                        "ana",
                        Band.RUSH,
                        50,
                        false,
                        "",
                        "",
                        List.of(
                                new JobPlan.StepPlan(
                                        "render",
                                        new Story.Frames(1),
                                        List.of(),
                                        seats(2, "arnold", 1),
                                        null,
                                        "{}"))));
        story.join("r01", 4);
        story.started("rush 1 on r01");
    }

    @Test
    void aLimitThatIsTakenCostsOneLookHoweverMuchWaitsForIt() {
        set("arnold", 0);
        for (int cores = 1; cores <= 50; cores++) {
            var step =
                    new JobPlan.StepPlan(
                            "render",
                            new Story.Frames(9),
                            List.of(),
                            seats(cores, "arnold", 1),
                            null,
                            "{}");
            story.submit(plan("walk " + cores, step));
        }
        assertThat(story.farm.queues().all()).hasSize(50);
        assertThat(story.farm.queues().bySeats().size()).isEqualTo(1);
    }

    @Test
    void theViewTellsWhoHoldsSeats() {
        set("arnold", 4).join("r01", 8);
        story.submit(needing("walk", 1, "arnold", 1)).submit(needing("run", 3, "arnold", 1));
        var limit = story.farm.view().limit("arnold").orElseThrow();
        assertThat(limit.free()).isZero();
        assertThat(limit.takers())
                .containsExactly(
                        new FarmView.Taker(story.job("run"), "run", 3),
                        new FarmView.Taker(story.job("walk"), "walk", 1));
    }
}
