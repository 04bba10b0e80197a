package org.lumenyard.launcher.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
import org.lumenyard.core.TaskSpace;
import org.lumenyard.core.TaskState;
import org.lumenyard.store.Batch;
import org.lumenyard.store.Place;
import org.lumenyard.store.Store;

/** What this machine's disk and database could do if there were no farm above them. */
final class Limits {
    private static final int BATCH = 64;
    private static final JobId JOB = new JobId(1);
    private static final StepId STEP = new StepId(2);
    private static final NodeId NODE = new NodeId(3);

    private Limits() {}

    /** Durable writes of 4 KiB a second into a file of this folder. */
    static double syncsPerSecond(Path folder) throws IOException {
        Path file = folder.resolve("syncs");
        try (var channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            int count = 1_000;
            long began = System.nanoTime();
            for (int i = 0; i < count; i++) {
                channel.write(ByteBuffer.allocate(4_096), i * 4_096L);
                channel.force(false);
            }
            return count * 1e9 / (System.nanoTime() - began);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /**
     * Tasks a second that the store takes: batches of 64 ends and the 64 starts that follow them,
     * in the very statements of the farm, without the farm.
     */
    static double tasksPerSecond(Place place, long tasks) throws IOException {
        try (Store store = Store.open(place, text -> new Frames(tasks))) {
            long revision = store.takeOver().revision();
            store.commit(new Batch(++revision, 10, beginning(tasks)));
            long began = 0;
            long warm = tasks / 5 / BATCH * BATCH;
            for (long index = 0; index < tasks; index += BATCH) {
                if (index == warm) began = System.nanoTime();
                store.commit(new Batch(++revision, 10 + index, turn(index, tasks)));
            }
            return (tasks - warm) * 1e9 / (System.nanoTime() - began);
        }
    }

    private record Frames(long size) implements TaskSpace {
        @Override
        public String label(long index) {
            return "" + (index + 1);
        }

        @Override
        public String frozen() {
            return "" + size;
        }
    }

    private static List<Change> beginning(long tasks) {
        var needs =
                new Requirements(
                        List.of(new Requirements.Amount(Requirements.VCPU, 1, 1)),
                        List.of(),
                        false);
        var step = new JobPlan.StepPlan("work", new Frames(tasks), List.of(), needs, null, "{}");
        var plan = new JobPlan("limit", "bench", Band.NORMAL, 50, false, "", "", List.of(step));
        var facts =
                new NodeFacts(
                        "node", "m", "b", "p", Map.of(Requirements.VCPU, 64L), Map.of(), "{}");
        return List.of(
                new Change.JobSubmitted(JOB, List.of(STEP), plan, 1),
                new Change.NodeJoined(NODE, 1, facts, 1));
    }

    /** The batch before ends, this one starts. */
    private static List<Change> turn(long from, long tasks) {
        var changes = new ArrayList<Change>();
        for (long index = Math.max(0, from - BATCH); index < from; index++) {
            Outcome done = Outcome.of(Outcome.Kind.DONE, "done");
            changes.add(new Change.RunEnded(run(index), done, TaskState.DONE, 0, 0, 0, 9));
        }
        for (long index = from; index < from + BATCH; index++)
            changes.add(new Change.RunPlaced(run(index)));
        var counts = new Counts(Math.max(0, tasks - from - BATCH), BATCH, from, 0);
        changes.add(new Change.StepProgressed(STEP, counts));
        changes.add(new Change.JobProgressed(JOB, JobState.RUNNING, counts, 9));
        return changes;
    }

    private static Run run(long index) {
        return new Run(
                new RunId(10 + index),
                JOB,
                STEP,
                index,
                "" + (index + 1),
                1,
                NODE,
                1,
                null,
                new RunId(10 + index),
                Map.of(Requirements.VCPU, 1L),
                7);
    }
}
