package org.lumenyard.server.forecast;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.FarmView;
import org.lumenyard.core.Forecast;

/**
 * The forecast of all unfinished jobs, made off the loop and only when somebody asks; who asks soon
 * afterwards is given the same.
 */
public final class Forecasts {
    /** For so long a forecast is good enough although the farm has changed. */
    private static final long FRESH_MILLIS = 250;

    /** For so long it is while nothing has. */
    private static final long OLD_MILLIS = 1_000;

    /** Where it takes long, it is good enough for so many times as long: a tenth of the time. */
    private static final long REST = 10;

    /** What takes longer is not waited for: who asks is given the one before. */
    private static final long QUICK_MILLIS = 20;

    /** Unless that is older than this. */
    private static final long STALE_MILLIS = 30_000;

    /**
     * A forecast.
     *
     * @param at when it was made, in milliseconds since the epoch
     * @param took how many milliseconds that took
     */
    record Made(FarmView of, long at, long took, Forecast forecast) {
        boolean isGoodFor(FarmView view, long now) {
            long age = now - at;
            long most = Math.max(of == view ? OLD_MILLIS : FRESH_MILLIS, REST * took);
            return age >= 0 && age < most;
        }
    }

    private final Supplier<FarmView> view;
    private final LongSupplier clock;
    private final LongSupplier nanos;
    private final AtomicBoolean making = new AtomicBoolean();
    private volatile @Nullable Made made;

    /**
     * @param clock milliseconds since the epoch
     */
    public Forecasts(Supplier<FarmView> view, LongSupplier clock) {
        this(view, clock, System::nanoTime);
    }

    /**
     * @param nanos what tells how long a forecast took
     */
    Forecasts(Supplier<FarmView> view, LongSupplier clock, LongSupplier nanos) {
        this.view = view;
        this.clock = clock;
        this.nanos = nanos;
    }

    /** As of now, or a moment ago; where jobs are so many that it takes long, the one before. */
    public Forecast latest() {
        Made known = made;
        long now = clock.getAsLong();
        if (known == null || known.took() < QUICK_MILLIS || now - known.at() > STALE_MILLIS) {
            return made().forecast();
        }
        if (!known.isGoodFor(view.get(), now) && making.compareAndSet(false, true)) {
            Thread.startVirtualThread(this::renew);
        }
        return known.forecast();
    }

    private void renew() {
        try {
            made();
        } finally {
            making.set(false);
        }
    }

    synchronized Made made() {
        FarmView now = view.get();
        long at = clock.getAsLong();
        Made known = made;
        if (known != null && known.isGoodFor(now, at)) {
            return known;
        }
        long begun = nanos.getAsLong();
        Forecast forecast = Forecast.of(now, at);
        Made anew = new Made(now, at, (nanos.getAsLong() - begun) / 1_000_000, forecast);
        made = anew;
        return anew;
    }
}
