package org.lumenyard.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lumenyard.core.Change;
import org.lumenyard.core.Counts;
import org.lumenyard.core.JobId;
import org.lumenyard.core.JobState;
import org.lumenyard.core.NodeId;
import org.lumenyard.core.Outcome;
import org.lumenyard.core.Requirements;
import org.lumenyard.core.Run;
import org.lumenyard.core.RunId;
import org.lumenyard.core.StepId;
import org.lumenyard.core.TaskState;
import org.lumenyard.testing.PostgresCluster;

/**
 * How fast the store takes tasks, by hand: the folder to work in, or {@code postgres} for a cluster
 * of its own, and, if it shall be other than 200,000, how many tasks. Each task is a run placed and
 * a run ended, with its step's and job's counts once a batch.
 */
final class StoreBench {
    private static final JobId JOB = new JobId(1);
    private static final StepId STEP = new StepId(2);
    private static final NodeId NODE = new NodeId(3);

    /** More than a batch has finishes: what a batch places ends in a later one. */
    private static final int SLOTS = 512;

    private final Store store;
    private final long size;
    private final ArrayDeque<Run> running = new ArrayDeque<>();
    private long revision;
    private long index;

    private StoreBench(Store store, long size) {
        this.store = store;
        this.size = size;
        this.revision = store.takeOver().revision();
    }

    public static void main(String[] arguments) throws IOException {
        boolean postgres = arguments[0].equals("postgres");
        Path folder =
                Files.createTempDirectory(
                        postgres ? Path.of("/tmp") : Path.of(arguments[0]), "store-bench");
        Place place = postgres ? inPostgres() : new Place.Folder(folder);
        long size = arguments.length > 1 ? Long.parseLong(arguments[1]) : 200_000;
        System.out.printf("fdatasync of 4 KiB: %,d/s%n", syncs(folder));
        try (Store store = Store.open(place, Frames::read)) {
            System.out.println(store.effectiveSettings());
            var bench = new StoreBench(store, size);
            bench.submit();
            bench.measure(64, size / 4);
            bench.measure(1, Math.min(2_000, size / 50));
            bench.measure(64, size / 4);
            bench.measure(256, size / 4);
            bench.reads();
        }
        long start = System.nanoTime();
        try (Store store = Store.open(place, Frames::read)) {
            long opened = System.nanoTime();
            store.takeOver();
            int tasks = store.load().jobs().getFirst().steps().getFirst().done().size();
            System.out.printf(
                    "open %,d ms, load %,d ms (%d ranges)%n",
                    (opened - start) / 1_000_000, (System.nanoTime() - opened) / 1_000_000, tasks);
        }
    }

    private static Place inPostgres() {
        var database = PostgresCluster.start().newDatabase();
        return new Place.Postgres(database.url(), database.password());
    }

    private static long syncs(Path folder) throws IOException {
        try (var file =
                FileChannel.open(
                        folder.resolve("syncs"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE)) {
            int count = 500;
            long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                file.write(ByteBuffer.allocate(4096), i * 4096L);
                file.force(false);
            }
            return count * 1_000_000_000L / (System.nanoTime() - start);
        }
    }

    private void submit() {
        commit(
                List.of(
                        new Change.JobSubmitted(JOB, List.of(STEP), Yard.plan("bench", size), 1),
                        new Change.NodeJoined(NODE, 1, Yard.facts("node", 64), 1)));
    }

    private void commit(List<Change> changes) {
        store.commit(new Batch(++revision, 10 + index, changes));
    }

    private void measure(int batch, long tasks) {
        long start = System.nanoTime();
        long commits = 0;
        for (long done = 0; done < tasks; done += batch) {
            commit(turn(batch));
            commits++;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "batches of %3d: %,8.0f tasks/s, %,6.0f commits/s%n",
                batch, commits * batch / seconds, commits / seconds);
    }

    /** As many finishes as that, of earlier turns' runs, and the next start on each slot. */
    private List<Change> turn(int batch) {
        var changes = new ArrayList<Change>();
        for (int i = 0; i < batch; i++) {
            if (running.size() >= SLOTS) {
                var outcome = Yard.outcome(Outcome.Kind.DONE);
                Run ended = running.removeFirst();
                changes.add(new Change.RunEnded(ended, outcome, TaskState.DONE, 0, 0, 0, 9));
            }
            Run run = run(index++);
            running.addLast(run);
            changes.add(new Change.RunPlaced(run));
            var counts = new Counts(size - index, running.size(), index - running.size(), 0);
            changes.add(new Change.StepProgressed(STEP, counts));
            changes.add(new Change.JobProgressed(JOB, JobState.RUNNING, counts, 9));
        }
        return changes;
    }

    private static Run run(long index) {
        return new Run(
                new RunId(10 + index),
                JOB,
                STEP,
                index,
                "frame " + (index + 1),
                1,
                NODE,
                1,
                null,
                new RunId(10 + index),
                Map.of(Requirements.VCPU, 1L),
                7);
    }

    private void reads() {
        time("strip", () -> store.pages().tasks().strip(STEP, 0));
        time("tasks", () -> store.pages().tasks().list(STEP, null, null, 1_000));
        time("waiting tasks", () -> store.pages().tasks().list(STEP, TaskState.WAITING, null, 100));
        time("runs of job", () -> store.pages().runs().ofJob(JOB, null, 100));
        time("outputs of job", () -> store.pages().runs().outputs(JOB, null, 100));
        time("runs of node", () -> store.pages().runs().ofNode(NODE, null, 100));
        time("nodes", () -> store.pages().nodes().list(List.of(), null, 100));
    }

    private static void time(String what, Runnable read) {
        read.run();
        long start = System.nanoTime();
        read.run();
        System.out.printf("%s: %,.1f ms%n", what, (System.nanoTime() - start) / 1e6);
    }
}
