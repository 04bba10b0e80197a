package org.lumenyard.server.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lumenyard.core.FarmView;
import org.lumenyard.core.Forecast;

@Timeout(60)
class ForecastsTest {
    private final AtomicLong clock = new AtomicLong(1_000_000);
    private final AtomicLong nanos = new AtomicLong();

    /** Closed, it holds up whoever makes a forecast. */
    private volatile CountDownLatch gate = new CountDownLatch(0);

    /** Forecasts that take so long each. */
    private Forecasts taking(long millis) {
        return new Forecasts(
                () -> FarmView.EMPTY,
                clock::get,
                () -> {
                    try {
                        assertThat(gate.await(20, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return nanos.addAndGet(millis * 1_000_000);
                });
    }

    @Test
    void whoAsksSoonAfterwardsIsGivenTheSame() {
        Forecasts forecasts = taking(1);
        Forecast first = forecasts.latest();
        clock.addAndGet(900);
        assertThat(forecasts.latest()).isSameAs(first);
        clock.addAndGet(200);
        assertThat(forecasts.latest()).isNotSameAs(first);
    }

    @Test
    void oneThatTakesLongIsMadeBehindTheOneBefore() throws Exception {
        Forecasts forecasts = taking(200);
        Forecast first = forecasts.latest();
        clock.addAndGet(1_900);
        assertThat(forecasts.latest()).as("for ten times as long as it took").isSameAs(first);

        clock.addAndGet(200);
        gate = new CountDownLatch(1);
        assertThat(forecasts.latest()).as("while the next one is made").isSameAs(first);
        assertThat(forecasts.latest()).isSameAs(first);
        gate.countDown();
        while (forecasts.latest() == first) Thread.sleep(1);
    }

    @Test
    void oneThatIsTooOldIsWaitedFor() {
        Forecasts forecasts = taking(200);
        Forecast first = forecasts.latest();
        clock.addAndGet(30_001);
        assertThat(forecasts.latest()).isNotSameAs(first);
    }

    @Test
    void aClockThatWasSetBackKeepsNothing() {
        Forecasts forecasts = taking(1);
        Forecast first = forecasts.latest();
        clock.addAndGet(-3_600_000);
        assertThat(forecasts.latest()).isNotSameAs(first);
    }
}
