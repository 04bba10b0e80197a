package org.lumenyard.server;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.function.Supplier;
import org.lumenyard.core.FarmView;
import org.lumenyard.server.loop.LoopFigures;

/** What the server measures of itself, for Prometheus. */
final class Figures implements LoopFigures {
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

    void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder("lumenyard." + name, value).description(description).register(registry);
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
