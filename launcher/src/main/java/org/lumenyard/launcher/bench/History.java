package org.lumenyard.launcher.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lumenyard.core.Band;
import org.lumenyard.core.Change;
import org.lumenyard.core.Counts;
import org.lumenyard.core.JobId;
import org.lumenyard.core.JobPlan;
import org.lumenyard.core.JobState;
import org.lumenyard.core.NodeFacts;
import org.lumenyard.core.NodeId;
import org.lumenyard.core.Outcome;
import org.lumenyard.core.Requirements;
import org.lumenyard.core.Run;
import org.lumenyard.core.RunId;
import org.lumenyard.core.StepId;
import org.lumenyard.core.TaskState;
import org.lumenyard.jobs.Planner;
import org.lumenyard.store.Batch;
import org.lumenyard.store.Store;

/**
 * Writes a farm's past into a data folder: the very changes that a farm would have said, through
 * the store, without the time that the work would have taken.
 */
final class History implements AutoCloseable {
    private static final int CHANGES_A_BATCH = 8_000;
    private static final int USERS = 20;
    private static final long SECOND = 1_000;

    private final Store store;
    private final List<Change> changes = new ArrayList<>();
    private final NodeId past;
    private long revision;
    private long nextId;
    private long now;

    private History(Store store) {
        this.store = store;
        var reign = store.takeOver();
        revision = reign.revision();
        nextId = reign.nextId();
        now = System.currentTimeMillis() - 90L * 24 * 3_600 * SECOND;
        past = new NodeId(nextId++);
        changes.add(new Change.NodeJoined(past, 1, facts("past", 8), now));
        changes.add(new Change.NodeGone(past, false, "its agent has left", now));
    }

    /** Begins to write into a folder, which may be new. */
    static History in(Path data) throws IOException {
        return new History(Store.open(data, new Planner(List.of()).spaces()));
    }

    /**
     * A job of which the first tasks are done and nothing runs.
     *
     * @param plan as planned; its name, user and priority are replaced by ones that vary
     * @param done how many of its tasks are done
     * @param held whether the rest is held
     */
    JobId job(JobPlan plan, String name, long done, boolean held) {
        var job = new JobId(nextId++);
        var step = new StepId(nextId++);
        now += SECOND;
        long size = plan.steps().getFirst().space().size();
        changes.add(new Change.JobSubmitted(job, List.of(step), varied(plan, name, held), now));
        for (long index = 0; index < done; index++) {
            Run run = run(job, step, index, past, 1);
            changes.add(new Change.RunPlaced(run));
            changes.add(
                    new Change.RunEnded(
                            run,
                            Outcome.of(Outcome.Kind.DONE, "done"),
                            TaskState.DONE,
                            0,
                            0,
                            0,
                            now));
            if (changes.size() >= CHANGES_A_BATCH) commit();
        }
        var counts = new Counts(size - done, 0, done, 0);
        progress(
                job,
                step,
                counts,
                done == size ? JobState.DONE : held ? JobState.HELD : JobState.WAITING);
        return job;
    }

    private JobPlan varied(JobPlan plan, String name, boolean held) {
        long vary = nextId;
        return new JobPlan(
                name,
                "user" + vary % USERS,
                Band.NORMAL,
                (int) (vary * 7 % 101),
                held,
                "",
                plan.source(),
                plan.steps());
    }

    /** A job in motion: done tasks, one that runs on this node, and some that wait. */
    void running(JobPlan plan, String name, long done, NodeId node) {
        JobId job = job(plan, name, done, false);
        var step = new StepId(job.value() + 1);
        long size = plan.steps().getFirst().space().size();
        changes.add(new Change.RunPlaced(run(job, step, done, node, 1)));
        changes.add(new Change.RunStarted(new RunId(nextId - 1), now));
        progress(job, step, new Counts(size - done - 1, 1, done, 0), JobState.RUNNING);
    }

    private void progress(JobId job, StepId step, Counts counts, JobState state) {
        changes.add(new Change.StepProgressed(step, counts));
        changes.add(new Change.JobProgressed(job, state, counts, now));
        if (changes.size() >= CHANGES_A_BATCH) commit();
    }

    /** A node that is online. */
    NodeId node(String name, long cores) {
        var node = new NodeId(nextId++);
        changes.add(new Change.NodeJoined(node, 1, facts(name, cores), now));
        return node;
    }

    private static NodeFacts facts(String name, long cores) {
        return new NodeFacts(
                name,
                "machine-" + name,
                "boot",
                "pids",
                Map.of(Requirements.VCPU, cores, Requirements.MEMORY, 65_536L),
                Map.of("attr.worker.os.family", Set.of("linux")),
                "{}");
    }

    private Run run(JobId job, StepId step, long index, NodeId node, long incarnation) {
        var id = new RunId(nextId++);
        return new Run(
                id,
                job,
                step,
                index,
                "" + (index + 1),
                1,
                node,
                incarnation,
                null,
                id,
                Map.of(Requirements.VCPU, 1L),
                now);
    }

    private void commit() {
        store.commit(new Batch(++revision, nextId, List.copyOf(changes)));
        changes.clear();
    }

    @Override
    public void close() throws IOException {
        if (!changes.isEmpty()) commit();
        store.close();
    }
}
