package org.lumenyard.agent.shell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.lumenyard.agent.shell.StallWatch.Signs;

final class StallWatchTest {
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;

    private final StallWatch watch = new StallWatch(10 * MINUTE, 0);
    private long now;

    private boolean after(long millis, Signs signs) {
        now += millis;
        return watch.apply(signs, now);
    }

    private static Signs signs(long spoken, long cpu, long disk, long files) {
        return new Signs(spoken, cpu, disk, files);
    }

    @Test
    void aRunThatShowsNothingStallsAtTheLimitAndNotBefore() {
        for (int minute = 1; minute < 10; minute++) {
            assertThat(after(MINUTE, signs(0, 500, 0, 0))).as("minute %d", minute).isFalse();
        }
        assertThat(after(MINUTE - 1, signs(0, 500, 0, 0))).isFalse();
        assertThat(after(1, signs(0, 500, 0, 0))).isTrue();
    }

    @Test
    void talkativeAndSlowIsAlive() {
        for (int hour = 1; hour < 50; hour++) {
            for (int minute = 0; minute < 9; minute++) {
                assertThat(after(MINUTE, Signs.spoken(hour))).isFalse();
            }
        }
    }

    @Test
    void busyAndSilentIsAlive() {
        for (int minute = 1; minute < 600; minute++) {
            assertThat(after(MINUTE, signs(0, minute * 100L, 0, 0))).isFalse();
        }
    }

    @Test
    void aFileThatGrowsIsASignOfLifeThoughNothingElseMoves() {
        for (int minute = 1; minute < 600; minute++) {
            assertThat(after(MINUTE, signs(0, 500, 0, minute / 5))).isFalse();
        }
    }

    @Test
    void bytesToAndFromADiskAreASignOfLife() {
        for (int minute = 1; minute < 600; minute++) {
            assertThat(after(MINUTE, signs(0, 500, minute / 9, 0))).isFalse();
        }
    }

    @Test
    void aProgramThatOnlyTurnsOverInItsSleepStalls() {
        boolean stalled = false;
        for (int minute = 1; minute <= 12; minute++) {
            stalled |= after(MINUTE, signs(0, minute * 10L, 0, 0));
        }
        assertThat(stalled).isTrue();
    }

    @Test
    void aNewProcessThatHasUsedLessIsASignOfLife() {
        after(MINUTE, signs(1, 90_000, 0, 0));
        for (int minute = 0; minute < 9; minute++) {
            assertThat(after(MINUTE, signs(1, 90_000, 0, 0))).isFalse();
        }
        assertThat(after(MINUTE, signs(1, 20, 0, 0))).isFalse();
        assertThat(watch.quietMillis()).isZero();
    }

    @Test
    void whatIsFoundOutLateIsNoSignOfLife() {
        for (int minute = 1; minute < 10; minute++) {
            assertThat(after(MINUTE, signs(0, minute < 5 ? -1 : 700, -1, minute < 7 ? -1 : 99)))
                    .isFalse();
        }
        assertThat(after(MINUTE, signs(0, 700, -1, 99))).isTrue();
    }

    @Test
    void aSleepOfTheMachineIsNotHeldAgainstTheRun() {
        after(MINUTE, signs(0, 500, 0, 0));
        assertThat(after(8 * 60 * MINUTE, signs(0, 500, 0, 0))).isFalse();
        assertThat(watch.quietMillis()).isLessThanOrEqualTo(2 * MINUTE);
    }

    @Test
    void aClockThatGoesBackDoesNoHarm() {
        after(9 * SECOND, signs(0, 500, 0, 0));
        after(-5 * SECOND, signs(0, 500, 0, 0));
        assertThat(watch.quietMillis()).isEqualTo(9 * SECOND);
    }
}
