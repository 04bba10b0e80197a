package org.lumenyard.server.forecast;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Change;
import org.lumenyard.core.Counts;
import org.lumenyard.core.Eta;
import org.lumenyard.core.JobId;
import org.lumenyard.core.JobState;

/**
 * Keeps what was forecast when a quarter, a half and three quarters of a job's tasks were done, and
 * compares when the job is done. In memory only: a restart forgets. What a person changes in the
 * meantime, such as holding a job or doing it anew, is not the forecast's fault: it is let go.
 */
public final class PastForecasts implements AutoCloseable {
    private static final int[] SHARES = {25, 50, 75};
    private static final int MOST_JOBS = 10_000;

    /** The view that forecasts are made of is published so often; somewhat more. */
    private static final long VIEW_MILLIS = 300;

    /** What took less is taken to have taken so long: of next to nothing everything is much. */
    private static final double LEAST_MILLIS = 1_000;

    /** A job of which a share of its tasks is done. */
    private record Due(JobId job, int share) {}

    private record Promise(int share, long at, Eta eta) {}

    /** What is kept of a job. */
    private static final class Followed {
        long done;
        int reached;
        final List<Promise> promises = new ArrayList<>();
    }

    private final EtaFigures figures;
    private final Map<JobId, Followed> jobs = new HashMap<>();
    private final LinkedBlockingQueue<Due> due = new LinkedBlockingQueue<>(MOST_JOBS);
    private @Nullable Thread maker;

    public PastForecasts(EtaFigures figures) {
        this.figures = figures;
    }

    /** Begins to make forecasts of what becomes due. */
    public void start(Forecasts forecasts) {
        maker = Thread.ofVirtual().name("past-forecasts").start(() -> make(forecasts));
    }

    @Override
    public void close() {
        if (maker != null) {
            maker.interrupt();
        }
    }

    /** A reign begins: what was stored in the meantime is not known here. */
    public synchronized void began() {
        jobs.clear();
        due.clear();
    }

    /** Follows what became true; never waits. */
    public synchronized void committed(List<Change> changes) {
        for (Change change : changes) {
            switch (change) {
                case Change.JobProgressed progressed -> progressed(progressed);
                case Change.JobHeld held -> letGo(held.job());
                case Change.JobRanked ranked -> letGo(ranked.job());
                default -> {}
            }
        }
    }

    private void letGo(JobId job) {
        Followed followed = jobs.get(job);
        if (followed != null) {
            followed.promises.clear();
        }
    }

    private void progressed(Change.JobProgressed progressed) {
        JobId job = progressed.job();
        if (progressed.state().isFinished()) {
            Followed followed = jobs.remove(job);
            if (followed != null && progressed.state() == JobState.DONE) {
                followed.promises.forEach(promise -> judge(promise, progressed.at()));
            }
            return;
        }
        Followed followed = jobs.get(job);
        if (followed == null) {
            if (jobs.size() >= MOST_JOBS || progressed.counts().done() == 0) {
                return;
            }
            followed = new Followed();
            jobs.put(job, followed);
        }
        follow(job, followed, progressed.counts());
    }

    private void follow(JobId job, Followed followed, Counts counts) {
        if (counts.done() < followed.done) {
            followed.promises.clear();
            followed.reached = 0;
        }
        followed.done = counts.done();
        int reached = reached(counts);
        if (reached > followed.reached) {
            followed.reached = reached;
            // A full queue loses a forecast, and nothing else.
            due.offer(new Due(job, reached));
        }
    }

    private static int reached(Counts counts) {
        int reached = 0;
        for (int share : SHARES) {
            if (counts.done() * 100 >= share * counts.total()) {
                reached = share;
            }
        }
        return reached;
    }

    private void judge(Promise promise, long endedAt) {
        double actual = endedAt - promise.at();
        double said = promise.eta().p50() - promise.at();
        double error = Math.abs(said - actual) / Math.max(actual, LEAST_MILLIS);
        figures.judged(promise.share(), error, endedAt <= promise.eta().p90());
    }

    private void make(Forecasts forecasts) {
        var batch = new ArrayList<Due>();
        try {
            while (true) {
                batch.add(due.take());
                Thread.sleep(VIEW_MILLIS);
                due.drainTo(batch);
                keep(batch, forecasts.made());
                batch.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void keep(List<Due> batch, Forecasts.Made made) {
        for (Due one : batch) {
            Followed followed = jobs.get(one.job());
            if (followed != null && followed.reached == one.share()) {
                made.forecast()
                        .eta(one.job())
                        .ifPresent(eta ->
                                followed.promises.add(new Promise(one.share(), made.at(), eta)));
            }
        }
    }
}
