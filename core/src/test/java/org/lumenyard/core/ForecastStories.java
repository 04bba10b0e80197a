package org.lumenyard.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.lumenyard.core.Story.MINUTE;
import static org.lumenyard.core.Story.plan;
import static org.lumenyard.core.Story.step;

import java.util.List;
import org.junit.jupiter.api.Test;

class ForecastStories {
    private static final double MINUTES = MINUTE;
    private final Story story = new Story();

    private Forecast forecast() {
        return Forecast.of(story.farm.view(), story.now);
    }

    /** How long the job should still take, in minutes. */
    private double half(String job) {
        Eta eta = forecast().eta(story.job(job)).orElseThrow();
        assertThat(eta.p50()).isGreaterThanOrEqualTo(story.now);
        assertThat(eta.p90()).isGreaterThanOrEqualTo(eta.p50());
        return (eta.p50() - story.now) / MINUTES;
    }

    private double late(String job) {
        half(job);
        return (forecast().eta(story.job(job)).orElseThrow().p90() - story.now) / MINUTES;
    }

    /** All that runs now is begun, and done after a minute. */
    private Story minute() {
        List<Run> runs = running();
        runs.forEach(story::starts);
        story.later(MINUTE);
        runs.forEach(story::done);
        return story;
    }

    private List<Run> running() {
        return story.startedNow();
    }

    @Test
    void withNoTaskDoneNothingIsKnownAndThatIsSaid() {
        story.join("a", 1).submit("film", 5);
        assertThat(forecast().eta(story.job("film"))).isEmpty();
        assertThat(forecast().whyNot(story.job("film")))
                .isEqualTo("Not known until a first task has ended.");
    }

    @Test
    void oneSlotDoesOneTaskAfterAnother() {
        story.join("a", 1).submit("film", 11);
        minute();
        assertThat(half("film")).isCloseTo(10, within(0.5));
        assertThat(late("film")).isBetween(half("film") + 1, 20.0);
    }

    @Test
    void manySlotsShareTheWorkAndTheLastRoundCountsWhole() {
        story.join("a", 4).join("b", 4).submit("film", 8 + 17);
        minute();
        assertThat(half("film")).isBetween(3.0, 3.8);
    }

    @Test
    void aTaskThatRunsHasOnlyItsRestToGo() {
        story.join("a", 1).submit("film", 2);
        minute();
        running().forEach(story::starts);
        story.later(MINUTE / 2);
        assertThat(half("film")).isCloseTo(0.5, within(0.05));
        story.later(MINUTE);
        assertThat(half("film")).isBetween(0.0, 0.5);
    }

    @Test
    void aStepThatComesAfterAnotherBeginsWithItsEnd() {
        story.join("a", 2)
                .submit(plan("film", step("render", 6), step("comp", 4, 0), step("movie", 1, 1)));
        minute();
        assertThat(half("film")).isBetween(2.0 + 2 + 1, 2.0 + 2 + 1 + 1.5);
    }

    @Test
    void aJobBehindAnotherWaitsForIt() {
        story.join("a", 1).submit("first", 11).submit("second", 4);
        minute();
        assertThat(forecast().whyNot(story.job("second"))).contains("first task");
        story.ask(new Command.Reprioritise(story.job("second"), Band.RUSH, 50, "ana"));
        minute();
        minute();
        assertThat(forecast().eta(story.job("second"))).isPresent();
        double alone = half("second");
        story.ask(new Command.Reprioritise(story.job("second"), Band.IDLE, 50, "ana"));
        assertThat(half("second")).isGreaterThan(alone + 7);
        assertThat(late("second")).isGreaterThan(late("first"));
    }

    @Test
    void aLongTaskBeforeThemLeavesTheOtherSlotsToTheRest() {
        var slots = new Timetable(2);
        slots.place(new double[] {1}, 1, 100, 0, 2);
        assertThat(slots.place(new double[] {1}, 20, 1, 0, 2))
                .isEqualTo(new Timetable.Placed(0, 20, 2));
    }

    @Test
    void eachTaskIsPutWhereThereIsRoomFirst() {
        var slots = new Timetable(1, 2);
        double[] both = {2, 1};
        assertThat(slots.place(both, 6, 10, 0, 100).end()).isEqualTo(20);
        assertThat(slots.place(both, 3, 10, 0, 100)).isEqualTo(new Timetable.Placed(10, 30, 3));
        assertThat(slots.place(new double[] {0, 1}, 1, 1, 50, 100).end()).isEqualTo(51);
        assertThat(slots.place(new double[] {0, 0}, 1, 1, 0, 100)).isNull();
    }

    @Test
    void aHeldJobHasNoneAndLetsOthersGoBeforeIt() {
        story.join("a", 1).submit("film", 11).submit("other", 3);
        minute();
        story.ask(new Command.Hold(story.job("film"), "ana"));
        assertThat(forecast().eta(story.job("film"))).isEmpty();
        assertThat(forecast().whyNot(story.job("film"))).contains("held");
        minute();
        minute();
        assertThat(half("other")).isLessThan(3);
        story.ask(new Command.Release(story.job("film"), "ana"));
        assertThat(half("film")).isGreaterThan(8);
    }

    @Test
    void whereNoNodeIsLeftNothingIsKnown() {
        story.join("a", 1).submit("film", 5);
        minute();
        story.lose("a");
        assertThat(forecast().eta(story.job("film"))).isEmpty();
        assertThat(forecast().whyNot(story.job("film"))).contains("no node");
    }

    @Test
    void tasksThatDifferMoreMakeTheLateMomentLater() {
        story.join("a", 1).submit("even", 24).submit("uneven", 24);
        for (int i = 0; i < 6; i++) story.end(story.newest(), Outcome.Kind.DONE, MINUTE);
        double even = late("even") - half("even");
        story.ask(new Command.Cancel(story.job("even"), "ana"));
        story.end(story.newest(), Outcome.Kind.INTERRUPTED, 1);
        for (int i = 0; i < 6; i++) {
            story.end(story.newest(), Outcome.Kind.DONE, i % 2 == 0 ? 20_000 : 100_000);
        }
        assertThat(late("uneven") - half("uneven")).isGreaterThan(1.5 * even);
    }

    @Test
    void afterARestartTheStoredMeanIsEnough() {
        story.join("a", 1).submit("film", 11);
        minute();
        story.restart();
        assertThat(half("film")).isBetween(9.0, 11.5);
    }

    @Test
    void seatsOfALimitBoundHowManyRunAtOnce() {
        var licensed =
                new Requirements(
                        List.of(
                                new Requirements.Amount(Requirements.VCPU, 1, 1),
                                new Requirements.Amount("amount.limit.arnold", 1, 1)),
                        List.of(),
                        false);
        story.join("a", 8).ask(new Command.SetLimit("arnold", 2, null, "ana"));
        story.submit(
                plan(
                        "film",
                        new JobPlan.StepPlan(
                                "render", new Story.Frames(12), List.of(), licensed, null, "{}")));
        minute();
        assertThat(half("film")).isBetween(4.5, 6.5);
    }

    @Test
    void failedTasksAndWhatComesAfterThemAreNotWaitedFor() {
        story.join("a", 1).submit(plan("film", step("render", 6), step("comp", 9, 0)));
        minute();
        for (int i = 0; i < 5; i++) {
            story.later(10 * MINUTE);
            Run run = story.newest();
            if (run.label().equals("2")) story.fail(run);
            else story.done(run);
        }
        story.counts("film", new Counts(10, 1, 3, 1));
        assertThat(half("film")).isBetween(1.9, 3.0);
    }

    @Test
    void jobsThatDoNotChangeAreNotLookedAtAgainAndThoseFarBehindAreNotForecast() {
        var farm = Farm.load(FarmImage.empty());
        farm.apply(new Command.Join(Story.facts("a", 64, "boot"), true, List.of()), 0);
        for (int i = 0; i < 10_000; i++) {
            farm.apply(
                    new Command.Submit(
                            plan("j" + i, step("render", 1_000_000), step("movie", 1, 0))),
                    i);
        }
        var first = farm.view();
        var again = farm.view();
        assertThat(first.jobs()).hasSize(10_000);
        for (int i = 0; i < 10_000; i++) {
            assertThat(again.jobs().get(i)).isSameAs(first.jobs().get(i));
        }
        farm.apply(new Command.Reprioritise(first.jobs().getFirst().id(), Band.RUSH, 1, "a"), 1);
        var changed = farm.view().jobs();
        assertThat(changed.getFirst()).isNotEqualTo(first.jobs().getFirst());
        assertThat(changed.get(1)).isSameAs(first.jobs().get(1));
        assertThat(Forecast.of(farm.view(), 1).whyNot(changed.getFirst().id()))
                .contains("first task");
        assertThat(Forecast.of(farm.view(), 1).whyNot(changed.getLast().id()))
                .isEqualTo("Not known while so much goes before it.");
    }
}
