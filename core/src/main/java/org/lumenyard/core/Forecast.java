package org.lumenyard.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.FarmView.JobView;
import org.lumenyard.core.FarmView.NodeView;
import org.lumenyard.core.FarmView.StepView;

/**
 * When unfinished jobs should be done, if nothing but time happens: what is left of each is put on
 * the nodes in the farm's order, all alike tasks at once. It costs as much as there are unfinished
 * steps, however many tasks they have, and no more than the first thousands of them.
 *
 * <p>Run times are taken to be spread as a logistic distribution is, with the mean and spread that
 * the step's own tasks had: its quantiles are a plain logarithm, and it has the longer tail that
 * render times have.
 */
public final class Forecast {
    /** A step without a spread of its own is taken to differ by so much of its mean. */
    private static final double USUAL_SPREAD = 0.25;

    /** That usual spread counts as much as so many tasks. */
    private static final double USUAL_SAMPLES = 2;

    /** Nodes come and go: of the time that the work takes so much is uncertain. */
    private static final double SHARE = 0.1;

    /** What goes before may take longer, and more may come to go before: of the wait so much. */
    private static final double WAIT = 0.25;

    /** So many steps are looked at: what comes after them is too far away to tell. */
    private static final int MOST_STEPS = 5_000;

    /** Nodes that differ for what waits are told apart up to so many kinds. */
    private static final int MOST_KINDS = 32;

    /** The logarithm that makes one of ten of a logistic distribution. */
    private static final double NINE_OF_TEN = logit(0.9);

    /** Mean distance from the mean, in units of a logistic distribution's scale. */
    private static final double SPREAD_OF_SCALE = 2 * Math.log(2);

    /** What is known of one job; without {@code eta} there is a reason. */
    private record Known(@Nullable Eta eta, String why) {
        static Known nothing(String why) {
            return new Known(null, why);
        }
    }

    /**
     * When a step ends, in milliseconds from now: half of the time, and the margin to nine in ten.
     */
    private record End(double half, double margin) {
        double late() {
            return half + margin;
        }
    }

    /** How long tasks take: milliseconds, and how much is known of it. */
    private record Lasts(double mean, double scale, double samples) {}

    private final long now;
    private final Map<Requirements, double[]> fits = new HashMap<>();
    private final Map<String, Timetable> seats = new HashMap<>();
    private final Map<String, Long> seatCounts = new HashMap<>();
    private final Timetable nodes;
    private final Map<JobId, Known> known = new HashMap<>();
    private final FarmView view;

    private Forecast(FarmView view, long now) {
        this.view = view;
        this.now = now;
        List<JobView> open = view.jobs().stream().filter(JobView::open).sorted().toList();
        List<JobView> looked = open.subList(0, looked(open));
        nodes = new Timetable(kinds(looked));
        for (FarmView.LimitView limit : view.limits()) {
            seats.put(limit.name(), new Timetable(limit.count()));
            seatCounts.put(limit.name(), limit.count());
        }
        for (JobView job : view.jobs()) for (StepView step : job.steps()) keepRunning(job, step);
        for (JobView job : view.jobs()) {
            if (!job.open()) known.put(job.id(), Known.nothing(whyNotOpen(job)));
        }
        looked.forEach(job -> known.put(job.id(), of(job)));
        for (JobView job : open.subList(looked.size(), open.size())) {
            known.put(job.id(), Known.nothing("Not known while so much goes before it."));
        }
    }

    private static int looked(List<JobView> open) {
        int steps = 0;
        int jobs = 0;
        while (jobs < open.size() && steps < MOST_STEPS) steps += open.get(jobs++).steps().size();
        return jobs;
    }

    /**
     * @param now milliseconds since the epoch
     */
    public static Forecast of(FarmView view, long now) {
        return new Forecast(view, now);
    }

    /** When the job should be done; empty when that cannot be told, and for a finished job. */
    public Optional<Eta> eta(JobId job) {
        return Optional.ofNullable(known.get(job)).map(Known::eta);
    }

    /** Why an unfinished job has no such time, in one sentence; empty when it has one. */
    public String whyNot(JobId job) {
        Known of = known.get(job);
        return of == null ? "" : of.why();
    }

    private static String whyNotOpen(JobView job) {
        return job.cancelled() ? "It is being cancelled." : "Not known while the job is held.";
    }

    // What there is

    /** How much there is of each kind of node: those are alike on which the same tasks fit. */
    private double[] kinds(List<JobView> looked) {
        var needs = new LinkedHashMap<Requirements, Integer>();
        for (JobView job : looked) {
            for (StepView step : job.steps()) needs.putIfAbsent(step.requirements(), needs.size());
        }
        for (JobView job : view.jobs()) {
            for (StepView step : job.steps()) {
                if (step.counts().running() == 0) continue;
                needs.putIfAbsent(step.requirements(), needs.size());
            }
        }
        var last = lastResorts(needs);
        var rows = new ArrayList<double[]>();
        var amounts = new ArrayList<Double>();
        var found = new HashMap<List<Double>, Integer>();
        for (NodeView node : view.nodes()) {
            if (!node.online()) continue;
            double[] row = new double[needs.size()];
            needs.forEach((need, i) -> {
                boolean given = node.quarantine() == null || last[i];
                row[i] = given ? node.fitsWhenEmpty(need) : 0;
            });
            var key = Arrays.stream(row).boxed().toList();
            int kind = found.computeIfAbsent(key, k -> rows.size() < MOST_KINDS ? rows.size() : -1);
            if (kind < 0) kind = nearest(rows, row);
            if (kind == rows.size()) {
                rows.add(row);
                amounts.add(1.0);
            } else {
                amounts.set(kind, amounts.get(kind) + 1);
            }
        }
        needs.forEach(
                (need, i) -> fits.put(need, rows.stream().mapToDouble(row -> row[i]).toArray()));
        return amounts.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** Of which needs quarantined nodes are the only ones left. */
    private boolean[] lastResorts(Map<Requirements, Integer> needs) {
        boolean[] last = new boolean[needs.size()];
        needs.forEach((need, i) ->
                last[i] =
                        view.nodes().stream()
                                .noneMatch(node ->
                                        node.quarantine() == null && node.canEverRun(need)));
        return last;
    }

    private static int nearest(List<double[]> rows, double[] row) {
        int nearest = 0;
        for (int i = 1; i < rows.size(); i++) {
            if (distance(rows.get(i), row) < distance(rows.get(nearest), row)) nearest = i;
        }
        return nearest;
    }

    private static double distance(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) sum += Math.abs(one[i] - other[i]);
        return sum;
    }

    // What runs

    private void keepRunning(JobView job, StepView step) {
        if (step.counts().running() == 0) return;
        Lasts lasts = lasts(job, step);
        if (lasts == null) return;
        put(step, step.counts().running(), left(step, lasts), 0);
    }

    /** How long what runs of a step will run on, on average. */
    private double left(StepView step, Lasts lasts) {
        FarmView.AtWork work = view.atWork().getOrDefault(step.id(), FarmView.AtWork.NONE);
        long running = Math.max(1, step.counts().running());
        double elapsed = Math.max(0, (double) work.begun() * now - work.startedSum()) / running;
        return left(elapsed, lasts);
    }

    /** What has taken longer than it should is about to end, but who knows. */
    private static double left(double elapsed, Lasts lasts) {
        double atLeast = Math.max(1, 0.1 * Math.max(elapsed, lasts.mean()));
        return Math.max(lasts.mean() - elapsed, atLeast);
    }

    /** How long the one that began last will run on. */
    private double leftOfNewest(StepView step, Lasts lasts) {
        FarmView.AtWork work = view.atWork().getOrDefault(step.id(), FarmView.AtWork.NONE);
        boolean allBegun = work.begun() >= step.counts().running();
        return left(allBegun ? Math.max(0, now - work.lastStartedAt()) : 0, lasts);
    }

    // What is left

    private Known of(JobView job) {
        var ends = new @Nullable End[job.steps().size()];
        End last = null;
        for (int done = 0; done < ends.length; done++) {
            int next = nextOf(job, ends);
            if (next < 0) break;
            StepView step = job.steps().get(next);
            End ready = ready(step, ends);
            if (step.isDone() || isStuck(job, step)) {
                ends[next] = ready;
                continue;
            }
            Lasts lasts = lasts(job, step);
            if (lasts == null) return Known.nothing("Not known until a first task has ended.");
            End end = end(step, lasts, ready);
            if (end == null) return Known.nothing("Not known while no node can do what is left.");
            ends[next] = end;
            last = last == null ? end : later(last, end);
        }
        if (last == null) return Known.nothing("Nothing of it can go on.");
        long half = now + Math.round(last.half());
        return new Known(new Eta(half, Math.max(half, now + Math.round(last.late()))), "");
    }

    /** A step whose former steps are all known; less than none when no more is. */
    private static int nextOf(JobView job, @Nullable End[] ends) {
        for (int i = 0; i < ends.length; i++) {
            boolean follows =
                    ends[i] == null
                            && job.steps().get(i).dependsOn().stream()
                                    .allMatch(before -> ends[before] != null);
            if (follows) return i;
        }
        return -1;
    }

    /** A step that comes after one with failed tasks does not begin by itself. */
    private static boolean isStuck(JobView job, StepView step) {
        return step.counts().waiting() + step.counts().running() == 0
                || step.dependsOn().stream()
                        .map(job.steps()::get)
                        .anyMatch(before ->
                                before.counts().failed() > 0 || isBehindFailed(job, before));
    }

    private static boolean isBehindFailed(JobView job, StepView step) {
        return !step.isDone() && isStuck(job, step);
    }

    private End ready(StepView step, @Nullable End[] ends) {
        End ready = new End(Math.max(0, step.restsUntil() - now), 0);
        for (int before : step.dependsOn()) {
            End end = ends[before];
            if (end != null) ready = later(ready, end);
        }
        return ready;
    }

    private static End later(End one, End other) {
        double half = Math.max(one.half(), other.half());
        return new End(half, Math.max(one.late(), other.late()) - half);
    }

    private @Nullable End end(StepView step, Lasts lasts, End ready) {
        double tasks = step.counts().waiting();
        double running = step.counts().running();
        double end = running > 0 ? leftOfNewest(step, lasts) : 0;
        double start = ready.half();
        double slots = Math.max(1, running);
        if (tasks > 0) {
            boolean loads = running == 0 && step.counts().done() == 0;
            double begins = ready.half() + (loads ? step.loadMillis() : 0);
            Timetable.Placed placed = put(step, tasks, lasts.mean(), begins);
            if (placed == null) return null;
            end = Math.max(end, placed.end());
            start = placed.start();
            slots = Math.max(1, placed.slots());
        }
        double wait = Math.max(0, start - ready.half());
        double work = Math.max(0, end - start);
        double lastOnes = Math.max(1, Math.min(slots, tasks + running));
        double tail = lasts.scale() * logit(Math.pow(0.5, 1 / lastOnes));
        double margin =
                root(
                        ready.margin(),
                        WAIT * wait,
                        SHARE * work,
                        spread(lasts, work, slots),
                        lasts.scale() * logit(Math.pow(0.9, 1 / lastOnes)) - tail);
        return new End(end + tail, margin);
    }

    /** Tasks one after another make up for each other; that their mean is not well known stays. */
    private static double spread(Lasts lasts, double work, double slots) {
        double rounds = work / lasts.mean();
        double ofTasks = Math.sqrt(rounds / slots);
        double ofMean = rounds / Math.sqrt(lasts.samples());
        return NINE_OF_TEN * lasts.scale() * root(ofTasks, ofMean);
    }

    /** Puts tasks where they will run; null where nothing could ever run them. */
    private Timetable.@Nullable Placed put(
            StepView step, double tasks, double lasts, double ready) {
        double most = Double.MAX_VALUE;
        for (var wanted : step.requirements().seats().entrySet()) {
            long all = seatCounts.getOrDefault(wanted.getKey(), 0L);
            most = Math.min(most, all / Math.max(1, wanted.getValue()));
        }
        double[] fit = fits.getOrDefault(step.requirements(), new double[0]);
        Timetable.Placed placed = most < 1 ? null : nodes.place(fit, tasks, lasts, ready, most);
        for (var wanted : step.requirements().seats().entrySet()) {
            Timetable of = seats.get(wanted.getKey());
            if (placed == null || of == null) return null;
            double[] each = {1.0 / Math.max(1, wanted.getValue())};
            Timetable.Placed seated = of.place(each, tasks, lasts, ready, most);
            if (seated == null) return null;
            placed =
                    new Timetable.Placed(
                            Math.max(placed.start(), seated.start()),
                            Math.max(placed.end(), seated.end()),
                            Math.min(placed.slots(), seated.slots()));
        }
        return placed;
    }

    // What was learned

    /** Null as long as no task of the job has ended. */
    private static @Nullable Lasts lasts(JobView job, StepView step) {
        double mean = mean(step);
        if (mean > 0) {
            Pace pace = step.pace();
            double usual = USUAL_SPREAD * mean;
            double seen = pace.spreadMicros() / 1_000.0 * pace.samples();
            double spread = (seen + USUAL_SAMPLES * usual) / (pace.samples() + USUAL_SAMPLES);
            double samples = Math.clamp(pace.samples(), 1, Pace.MEMORY);
            return new Lasts(mean, spread / SPREAD_OF_SCALE, samples);
        }
        // A film after its frames, say: as long as a task of the slowest step, or twice that.
        double other = job.steps().stream().mapToDouble(Forecast::mean).max().orElse(0);
        return other == 0 ? null : new Lasts(other, other / SPREAD_OF_SCALE, 1);
    }

    /** In milliseconds; 0 when unknown. */
    private static double mean(StepView step) {
        return step.pace().samples() > 0
                ? step.pace().meanMicros() / 1_000.0
                : Math.max(0, step.runMillis());
    }

    private static double logit(double share) {
        return Math.log(share / (1 - share));
    }

    private static double root(double... margins) {
        double sum = 0;
        for (double margin : margins) sum += margin * margin;
        return Math.sqrt(sum);
    }
}
