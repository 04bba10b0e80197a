package org.lumenyard.server.link;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.LongFunction;
import org.lumenyard.core.JobPlan;
import org.lumenyard.core.Run;
import org.lumenyard.core.StepId;
import org.lumenyard.jobs.Order;
import org.lumenyard.jobs.Planner;
import org.lumenyard.protocol.ServerMessage;
import org.lumenyard.store.pages.Pages;
import org.lumenyard.store.pages.RunLine;
import org.lumenyard.store.schema.RunState;

/**
 * Composes what an agent needs to know to do a run, of its placing and of its step's frozen plan.
 * May read the store: not for the loop's thread.
 */
public final class Orders {
    private static final int REMEMBERED = 500;
    private static final int REMEMBERED_TIMES = 100_000;
    private static final int MOST_RUNS = 100;

    /** However short a step's tasks are, a run is given that long. */
    private static final long SHORTEST_PATIENCE_MILLIS = 600_000;

    /** How many times what a task takes on the average a run may stand still. */
    private static final int PATIENCE = 5;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Pages pages;
    private final Planner planner;

    /** A step's plan, read once for all of its tasks. */
    private record Known(JobPlan.StepPlan plan, LongFunction<Order> orders) {}

    /** Plans are frozen, so what was read once stays true. */
    private final Map<StepId, FutureTask<Optional<Known>>> plans =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(
                        Map.Entry<StepId, FutureTask<Optional<Known>>> eldest) {
                    return size() > REMEMBERED;
                }
            };

    /** What a task takes on the average, in milliseconds. */
    private final Map<StepId, Long> times =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<StepId, Long> eldest) {
                    return size() > REMEMBERED_TIMES;
                }
            };

    public Orders(Pages pages, Planner planner) {
        this.pages = pages;
        this.planner = planner;
    }

    /** Hears what a task of the step takes on the average; 0 when that is not known. */
    public void measured(StepId step, long runMillis) {
        synchronized (times) {
            times.put(step, runMillis);
        }
    }

    private long stallAfterMillis(StepId step) {
        synchronized (times) {
            return Math.max(SHORTEST_PATIENCE_MILLIS, PATIENCE * times.getOrDefault(step, 0L));
        }
    }

    /** The order; empty when the run's job is gone. */
    public Optional<ServerMessage.Start> of(Run run) {
        return known(run.step()).map(step -> start(run, step));
    }

    /** Many lines ask for a new step at once: the first one reads, the others wait for it. */
    private Optional<Known> known(StepId step) {
        FutureTask<Optional<Known>> reading;
        synchronized (plans) {
            reading = plans.computeIfAbsent(step, id -> new FutureTask<>(() -> read(id)));
        }
        reading.run();
        try {
            Optional<Known> known = reading.get();
            if (known.isEmpty()) {
                forget(step, reading);
            }
            return known;
        } catch (ExecutionException e) {
            forget(step, reading);
            throw new IllegalStateException("the plan of step " + step + " cannot be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private Optional<Known> read(StepId step) {
        return pages.jobs().plan(step).map(plan -> new Known(plan, planner.orders(plan)));
    }

    private void forget(StepId step, FutureTask<Optional<Known>> reading) {
        synchronized (plans) {
            plans.remove(step, reading);
        }
    }

    private ServerMessage.Start start(Run run, Known step) {
        Order order = step.orders().apply(run.index());
        String model = step.plan().model();
        return new ServerMessage.Start(
                run.id().value(),
                run.job().value(),
                run.step().value(),
                run.index(),
                run.label(),
                order.engine(),
                model == null ? "" : model,
                run.instance() == null ? 0 : run.instance().value(),
                run.slot().value(),
                order.settings(),
                order.outputs(),
                order.parameters(),
                order.paths(),
                order.values(),
                new TreeMap<>(run.amounts()),
                Map.of(),
                done(run),
                stallAfterMillis(run.step()));
    }

    /**
     * Frames of a chunk that an earlier run has verified, though it failed on a later one. A chunk
     * that was done is done anew in whole: somebody asked for it.
     */
    private String done(Run run) {
        boolean isChunk = run.label().indexOf('-', 1) > 0 || run.label().contains(",");
        if (!isChunk) {
            return "";
        }
        var frames = new TreeSet<Long>();
        for (RunLine earlier :
                pages.runs().ofTask(run.step(), run.index(), null, MOST_RUNS).value().rows()) {
            if (earlier.state() == RunState.DONE) {
                break;
            }
            if (earlier.run().round() == run.round() && earlier.details() != null) {
                collect(earlier.details(), frames);
            }
        }
        return String.join(",", frames.stream().map(String::valueOf).toList());
    }

    private static void collect(String details, TreeSet<Long> frames) {
        for (JsonNode output : outputs(details)) {
            String label = output.path("label").asText();
            if (label.matches("-?[0-9]{1,9}")) {
                frames.add(Long.parseLong(label));
            }
        }
    }

    private static JsonNode outputs(String details) {
        try {
            return JSON.readTree(details).path("outputs");
        } catch (JsonProcessingException e) {
            return JSON.createArrayNode();
        }
    }
}
