package org.lumenyard.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lumenyard.core.Command;
import org.lumenyard.core.JobId;
import org.lumenyard.core.Outcome;
import org.lumenyard.core.RunId;
import org.lumenyard.store.pages.JobsQuery;

/** What is left of deleted jobs goes, wherever the server ends. */
abstract class LeftoversTest {
    private static final int TASKS = 1_200;

    private static final int KILLS = 3;

    /** An empty farm's. */
    abstract Place place();

    /** A connection to it that goes past everything that is tested. */
    abstract Connection fromOutside() throws SQLException;

    @Test
    void aDeletedJobIsSeenByNobodyAndItsRowsGoInSlicesAlsoAfterARestart() throws Exception {
        Place place = place();
        JobId other;
        JobId job;
        try (var yard = new Yard(place)) {
            yard.join("node", 50);
            job = done(yard, TASKS);
            other = done(yard, 3);
            yard.run(new Command.Delete(job, "ada"));
            var pages = yard.store.pages().jobs();
            assertThat(pages.job(job).value()).isEmpty();
            assertThat(pages.list(JobsQuery.newest(10)).value().rows()).hasSize(1);
            assertThat(pages.totals().value().jobs().values()).containsExactly(1L);
            assertThat(yard.store.loadJob(job)).as("to be retried").isEmpty();

            Leftovers leftovers = yard.store.leftovers();
            assertThat(leftovers.jobs()).containsExactly(job);
            List<RunId> first = leftovers.runs(job);
            assertThat(first).hasSize(Leftovers.SLICE);
            leftovers.removeRuns(job, first.getLast());
            assertThat(count("run", "job", job)).isEqualTo(TASKS - Leftovers.SLICE);
        }
        try (var yard = new Yard(place)) {
            Leftovers leftovers = yard.store.leftovers();
            assertThat(leftovers.jobs()).as("found again").containsExactly(job);
            for (var runs = leftovers.runs(job); !runs.isEmpty(); runs = leftovers.runs(job))
                leftovers.removeRuns(job, runs.getLast());
            long before = TASKS;
            while (!leftovers.removeRest(job)) {
                long left = count("task", "step", new JobId(job.value() + 1));
                assertThat(before - left)
                        .as("rows of a slice")
                        .isBetween(0L, (long) Leftovers.SLICE);
                before = left;
            }
            assertThat(before).isZero();
            assertThat(leftovers.jobs()).isEmpty();
            for (String table : List.of("run", "step"))
                assertThat(count(table, "job", job)).as(table).isZero();
            assertThat(count("audit", "subject_id", job)).isZero();
            assertThat(yard.store.pages().jobs().job(other).value()).isPresent();
            assertThat(count("run", "job", other)).isEqualTo(3);
            yard.assertStoreAgrees();
        }
    }

    /** Run as a process of its own: removes what is left of a job. */
    static final class Removing {
        public static void main(String[] arguments) throws IOException {
            try (Store store = Store.open(Elsewhere.place(arguments), Frames::read)) {
                store.takeOver();
                Leftovers leftovers = store.leftovers();
                long slices = 0;
                for (JobId job : leftovers.jobs()) {
                    for (var runs = leftovers.runs(job);
                            !runs.isEmpty();
                            runs = leftovers.runs(job)) {
                        leftovers.removeRuns(job, runs.getLast());
                        Elsewhere.did(++slices);
                    }
                    while (!leftovers.removeRest(job)) Elsewhere.did(++slices);
                }
            }
        }
    }

    @Test
    void whatIsLeftGoesWhereverTheServerIsKilled() throws Exception {
        long seed = System.nanoTime();
        System.out.println("kills of a process that removes, seed " + seed);
        var chance = new Random(seed);
        Place place = place();
        JobId job;
        JobId other;
        try (var yard = new Yard(place)) {
            yard.join("node", 50);
            job = done(yard, TASKS);
            other = done(yard, 3);
            yard.run(new Command.Delete(job, "ada"));
        }
        long left = TASKS;
        for (int kill = 0; kill < KILLS; kill++) {
            Elsewhere.untilKilled(1 + chance.nextInt(2), chance, place, Removing.class);
            try (var yard = new Yard(place)) {
                assertThat(yard.store.pages().jobs().job(job).value()).isEmpty();
                boolean named = yard.store.leftovers().isOf(job);
                long rows =
                        count("run", "job", job)
                                + count("task", "step", new JobId(job.value() + 1))
                                + count("audit", "subject_id", job);
                if (!named) assertThat(rows).as("rows that nobody finds any more").isZero();
                assertThat(count("run", "job", job)).isLessThanOrEqualTo(left);
                left = count("run", "job", job);
            }
        }
        assertThat(left).as("some of them went").isLessThan(TASKS);
        Elsewhere.untilKilled(Integer.MAX_VALUE, chance, place, Removing.class);
        try (var yard = new Yard(place)) {
            assertThat(yard.store.leftovers().jobs()).isEmpty();
            assertThat(count("run", "job", job)).isZero();
            assertThat(count("task", "step", new JobId(job.value() + 1))).isZero();
            assertThat(count("audit", "subject_id", job)).isZero();
            assertThat(count("run", "job", other)).isEqualTo(3);
            yard.assertStoreAgrees();
        }
    }

    private static JobId done(Yard yard, int tasks) {
        JobId job = yard.submit(Yard.plan("job", tasks));
        while (!yard.motion.isEmpty()) {
            for (var run : List.copyOf(yard.motion.values()))
                yard.apply(
                        new Command.Ended(
                                run.id(), run.incarnation(), Yard.outcome(Outcome.Kind.DONE)));
            yard.place();
            yard.commit();
        }
        return job;
    }

    private long count(String table, String column, JobId of) throws SQLException {
        try (var connection = fromOutside();
                var query =
                        connection.prepareStatement(
                                "select count(*) from " + table + " where " + column + " = ?")) {
            query.setLong(1, of.value());
            var found = query.executeQuery();
            found.next();
            return found.getLong(1);
        }
    }
}
