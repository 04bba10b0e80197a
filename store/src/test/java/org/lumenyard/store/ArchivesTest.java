package org.lumenyard.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.core.Archiving;
import org.lumenyard.core.Command;
import org.lumenyard.core.JobId;
import org.lumenyard.core.Outcome;
import org.lumenyard.core.Reply;
import org.lumenyard.store.pages.JobLine;
import org.lumenyard.store.pages.JobsQuery;

/** Rows of finished jobs go into files and come back. */
abstract class ArchivesTest {
    private static final int TASKS = 1_200;
    private static final int KILLS = 6;

    /** An empty farm's. */
    abstract Place place();

    @TempDir Path files;
    private Path file;

    @BeforeEach
    void name() {
        file = files.resolve("0").resolve("job.rows.gz");
    }

    @Test
    void anArchivedJobLeavesListsAndTablesAndKeepsItsOwnRow() throws IOException {
        try (var yard = new Yard(place())) {
            JobId job = finished(yard, TASKS);
            JobId other = finished(yard, 3);
            var before = yard.store.pages().jobs().job(job).value().orElseThrow();

            archive(yard, job);

            var pages = yard.store.pages();
            assertThat(ids(pages.jobs().list(JobsQuery.newest(10)).value().rows()))
                    .containsExactly(other);
            var archived =
                    new JobsQuery(
                            Set.of(), null, null, JobsQuery.Order.SUBMITTED, true, null, 10, true);
            assertThat(ids(pages.jobs().list(archived).value().rows())).containsExactly(job);
            assertThat(pages.jobs().totals().value().jobs().values()).containsExactly(1L);
            assertThat(pages.runs().ofJob(job, null, 10).value().rows()).isEmpty();
            assertThat(pages.runs().ofJob(other, null, 10).value().rows()).isNotEmpty();
            var after = pages.jobs().job(job).value().orElseThrow();
            assertThat(after.job().archiving()).isEqualTo(Archiving.ARCHIVED);
            assertThat(after.job().counts()).isEqualTo(before.job().counts());
            assertThat(after.steps()).isEqualTo(before.steps());
            assertThat(yard.store.loadJob(job)).as("to be retried").isEmpty();
            assertThat(yard.run(new Command.RetryFailed(job, "ada")))
                    .isInstanceOf(Reply.Refused.class);
            yard.assertStoreAgrees();
        }
    }

    @Test
    void aJobComesBackAsItWasWhereverTheServerStopped() throws IOException {
        Place place = place();
        JobId job;
        byte[] before;
        try (var yard = new Yard(place)) {
            job = finished(yard, TASKS);
            before = rows(yard, job);
            yard.run(new Command.Archive(job, Archiving.NONE, "ada"));
        }
        var seen = new ArrayList<Archiving>();
        oneSliceAndAStopEachTime(place, job, seen);
        assertThat(seen.getLast()).isEqualTo(Archiving.ARCHIVED);
        assertThat(file).exists();
        try (var yard = new Yard(place)) {
            assertThat(yard.store.archives().jobs()).isEmpty();
            yard.run(new Command.Unarchive(job, Archiving.ARCHIVED, "ada"));
        }
        oneSliceAndAStopEachTime(place, job, seen);
        assertThat(seen).containsOnly(Archiving.values());
        assertThat(file).as("all rows are back").doesNotExist();
        try (var yard = new Yard(place)) {
            assertThat(rows(yard, job)).isEqualTo(before);
            assertThat(yard.run(new Command.RetryAll(job, "ada"))).isEqualTo(new Reply.Done());
            yard.assertStoreAgrees();
        }
    }

    /** Notes what is so of the job before each slice and at the end. */
    private void oneSliceAndAStopEachTime(Place place, JobId job, List<Archiving> seen)
            throws IOException {
        for (int slice = 0; slice < 50; slice++) {
            try (var yard = new Yard(place)) {
                Archiving now = yard.store.archives().of(job).orElseThrow();
                seen.add(now);
                if (!now.isUnderWay()) return;
                assertThat(yard.store.archives().jobs()).as("found again").containsExactly(job);
                // Work whose end was not told is done again from its beginning.
                boolean done = slices(yard, job, now, 1 + slice) <= slice;
                if (done) yard.run(new Command.ArchivingDone(job, now));
            }
        }
        throw new AssertionError("it does not end: " + seen);
    }

    /** Run as a process of its own: archives a job and takes it back, over and over. */
    static final class Moving {
        public static void main(String[] arguments) throws IOException {
            var job = new JobId(Long.parseLong(arguments[1]));
            Path file = Path.of(arguments[2]);
            try (var yard = new Yard(Elsewhere.place(arguments))) {
                for (long slices = 0; true; slices++) {
                    Archiving now = yard.store.archives().of(job).orElseThrow();
                    if (now == Archiving.NONE) yard.run(new Command.Archive(job, now, "ada"));
                    else if (now == Archiving.ARCHIVED)
                        yard.run(new Command.Unarchive(job, now, "ada"));
                    else slices = move(yard, job, now, file, slices);
                    Elsewhere.did(slices);
                }
            }
        }

        private static long move(Yard yard, JobId job, Archiving now, Path file, long slices)
                throws IOException {
            long did = slices;
            try (var work = yard.store.archives().begin(job, now, file)) {
                while (!work.some()) Elsewhere.did(did++);
            }
            yard.run(new Command.ArchivingDone(job, now));
            return did;
        }
    }

    @Test
    void aJobComesBackAsItWasWhereverTheServerIsKilled() throws Exception {
        long seed = System.nanoTime();
        System.out.println("kills of a process that archives, seed " + seed);
        var chance = new Random(seed);
        Place place = place();
        JobId job;
        byte[] before;
        try (var yard = new Yard(place)) {
            job = finished(yard, TASKS);
            before = rows(yard, job);
        }
        for (int kill = 0; kill < KILLS; kill++) {
            int slices = 1 + chance.nextInt(40);
            String number = "" + job.value();
            assertThat(
                            Elsewhere.untilKilled(
                                    slices, chance, place, Moving.class, number, "" + file))
                    .hasSizeGreaterThanOrEqualTo(slices);
            try (var yard = new Yard(place)) {
                Archiving now = yard.store.archives().of(job).orElseThrow();
                System.out.println("killed while " + now);
                switch (now) {
                    case NONE, WRITING, RETURNED -> assertThat(rows(yard, job)).isEqualTo(before);
                    case REMOVING, ARCHIVED, RETURNING -> ArchiveFile.check(file);
                }
            }
        }
        try (var yard = new Yard(place)) {
            bringBack(yard, job);
            assertThat(rows(yard, job)).isEqualTo(before);
            assertThat(yard.run(new Command.RetryAll(job, "ada"))).isEqualTo(new Reply.Done());
            yard.assertStoreAgrees();
        }
    }

    private void bringBack(Yard yard, JobId job) throws IOException {
        for (Archiving now = Archiving.RETURNED; now != Archiving.NONE; ) {
            now = yard.store.archives().of(job).orElseThrow();
            switch (now) {
                case NONE -> {}
                case ARCHIVED -> yard.run(new Command.Unarchive(job, now, "ada"));
                default -> finish(yard, job, now);
            }
        }
    }

    @Test
    void whoChangesTheirMindInTheMiddleLosesNothing() throws IOException {
        try (var yard = new Yard(place())) {
            JobId job = finished(yard, TASKS);
            byte[] before = rows(yard, job);
            yard.run(new Command.Archive(job, Archiving.NONE, "ada"));
            finish(yard, job, Archiving.WRITING);
            slices(yard, job, Archiving.REMOVING, 2);
            yard.run(new Command.Unarchive(job, Archiving.REMOVING, "bob"));
            yard.run(new Command.ArchivingDone(job, Archiving.REMOVING));
            assertThat(yard.store.archives().of(job))
                    .as("word that is late")
                    .contains(Archiving.RETURNING);
            slices(yard, job, Archiving.RETURNING, 2);
            yard.run(new Command.Archive(job, Archiving.RETURNING, "ada"));
            slices(yard, job, Archiving.REMOVING, 1);
            yard.run(new Command.Unarchive(job, Archiving.REMOVING, "bob"));
            finish(yard, job, Archiving.RETURNING);
            finish(yard, job, Archiving.RETURNED);
            assertThat(rows(yard, job)).isEqualTo(before);
        }
    }

    @Test
    void noRowGoesWhileTheFileIsNotWhole() throws IOException {
        try (var yard = new Yard(place())) {
            JobId job = finished(yard, 20);
            var before = yard.store.pages().runs().ofJob(job, null, 50).value().rows();
            assertThat(before).hasSizeGreaterThan(20);
            yard.run(new Command.Archive(job, Archiving.NONE, "ada"));
            finish(yard, job, Archiving.WRITING);
            byte[] whole = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(whole, whole.length - 1));
            assertThatThrownBy(() -> slices(yard, job, Archiving.REMOVING, 1))
                    .isInstanceOf(IOException.class)
                    .hasMessage("The archive " + file + " is damaged: it is cut off.");
            byte[] other = whole.clone();
            other[whole.length / 2] ^= 0x40;
            Files.write(file, other);
            assertThatThrownBy(() -> slices(yard, job, Archiving.REMOVING, 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is damaged");
            Files.delete(file);
            assertThatThrownBy(() -> slices(yard, job, Archiving.REMOVING, 1))
                    .isInstanceOf(IOException.class)
                    .hasMessage("The archive " + file + " is gone.");
            assertThat(yard.store.pages().runs().ofJob(job, null, 50).value().rows())
                    .isEqualTo(before);
        }
    }

    @Test
    void anUnfinishedJobIsNotArchived() throws IOException {
        try (var yard = new Yard(place())) {
            JobId job = yard.submit(Yard.plan("job", 2));
            assertThat(yard.run(new Command.Archive(job, Archiving.NONE, "ada")))
                    .isInstanceOf(Reply.Refused.class);
            assertThat(yard.store.archives().of(job)).contains(Archiving.NONE);
        }
    }

    private void archive(Yard yard, JobId job) throws IOException {
        yard.run(new Command.Archive(job, Archiving.NONE, "ada"));
        finish(yard, job, Archiving.WRITING);
        finish(yard, job, Archiving.REMOVING);
    }

    private void finish(Yard yard, JobId job, Archiving now) throws IOException {
        assertThat(yard.store.archives().of(job)).contains(now);
        slices(yard, job, now, Integer.MAX_VALUE);
        yard.run(new Command.ArchivingDone(job, now));
    }

    /** Does so many slices, or all; says how many it did not reach the end in. */
    private int slices(Yard yard, JobId job, Archiving now, int most) throws IOException {
        try (var work = yard.store.archives().begin(job, now, file)) {
            int slices = 0;
            while (slices < most && !work.some()) slices++;
            return slices;
        }
    }

    /** All that the tables hold of the job's tasks and runs. */
    private byte[] rows(Yard yard, JobId job) throws IOException {
        Path copy = files.resolve("copy");
        try (var work = yard.store.archives().begin(job, Archiving.WRITING, copy)) {
            assertThat(work.some()).isTrue();
        }
        return Files.readAllBytes(copy);
    }

    private static List<JobId> ids(List<JobLine> lines) {
        return lines.stream().map(JobLine::id).toList();
    }

    /** With a task that failed for good, one that was interrupted, and all others done. */
    private static JobId finished(Yard yard, int tasks) throws IOException {
        if (yard.farm.view().nodes().isEmpty()) yard.join("node", 50);
        JobId job = yard.submit(Yard.plan("job", tasks));
        yard.end(Outcome.Kind.INTERRUPTED);
        while (!yard.motion.isEmpty()) {
            for (var run : List.copyOf(yard.motion.values())) {
                var kind = run.index() == 1 ? Outcome.Kind.FAILED : Outcome.Kind.DONE;
                yard.apply(new Command.Ended(run.id(), run.incarnation(), Yard.outcome(kind)));
            }
            yard.now += 3_600_000;
            yard.place();
            yard.commit();
        }
        return job;
    }
}
