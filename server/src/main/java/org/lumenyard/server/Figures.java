package org.lumenyard.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.lumenyard.core.FarmView;
import org.lumenyard.server.forecast.EtaFigures;
import org.lumenyard.server.loop.LoopFigures;

/** What the server measures of itself, for Prometheus. */
final class Figures implements LoopFigures, EtaFigures {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final DistributionSummary commands =
            DistributionSummary.builder("lumenyard.batch.commands")
                    .description("Commands in a stored batch")
                    .publishPercentiles(0.5, 0.99)
                    .register(registry);
    private final DistributionSummary changes =
            DistributionSummary.builder("lumenyard.batch.changes")
                    .description("Changes in a stored batch")
                    .publishPercentiles(0.5, 0.99)
                    .register(registry);
    private final Timer commit =
            Timer.builder("lumenyard.batch.commit")
                    .description("How long a batch's commit took")
                    .publishPercentiles(0.5, 0.99)
                    .register(registry);

    @Override
    public void committed(int inBatch, int made, long nanos) {
        commands.record(inBatch);
        changes.record(made);
        commit.record(Duration.ofNanos(nanos));
    }

    @Override
    public void judged(int share, double error, boolean within) {
        String percent = Integer.toString(share);
        DistributionSummary.builder("lumenyard.eta.error.ratio")
                .description(
                        "By how much a forecast was wrong, of the time that the job really took from then on")
                .tag("share", percent)
                .minimumExpectedValue(0.01)
                .serviceLevelObjectives(0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5)
                .register(registry)
                .record(error);
        eta("lumenyard.eta", "Forecasts of jobs that are done by now", percent).increment();
        Counter kept =
                eta(
                        "lumenyard.eta.within.p90",
                        "Forecasts whose job was done no later than was said for nine of ten",
                        percent);
        if (within) {
            kept.increment();
        }
    }

    private Counter eta(String name, String description, String percent) {
        return Counter.builder(name)
                .description(description)
                .tag("share", percent)
                .register(registry);
    }

    void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder("lumenyard." + name, value).description(description).register(registry);
    }

    /**
     * What only grows while the server lives.
     *
     * @param of what it is asked of, which somebody else must keep
     */
    <T> void counter(String name, String description, T of, ToDoubleFunction<T> value) {
        FunctionCounter.builder("lumenyard." + name, of, value)
                .description(description)
                .register(registry);
    }

    /** Tasks by state, as the loop's latest view has them. */
    void tasks(Supplier<FarmView> view) {
        Gauge.builder("lumenyard.tasks", () -> running(view.get()))
                .tag("state", "running")
                .description("Tasks by state")
                .register(registry);
        Gauge.builder("lumenyard.tasks", () -> placeable(view.get()))
                .tag("state", "placeable")
                .description("Tasks by state")
                .register(registry);
    }

    private static long running(FarmView view) {
        return view.nodes().stream().mapToLong(FarmView.NodeView::runs).sum();
    }

    private static long placeable(FarmView view) {
        return view.demands().stream().mapToLong(FarmView.Demand::tasks).sum();
    }

    /** All figures in the text format of Prometheus. */
    String text() {
        return registry.scrape();
    }
}
