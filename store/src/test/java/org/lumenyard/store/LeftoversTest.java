package org.lumenyard.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.core.Command;
import org.lumenyard.core.JobId;
import org.lumenyard.core.Outcome;
import org.lumenyard.core.RunId;
import org.lumenyard.store.pages.JobsQuery;

class LeftoversTest {
    private static final int TASKS = 1_200;

    @TempDir Path folder;

    @Test
    void aDeletedJobIsSeenByNobodyAndItsRowsGoInSlicesAlsoAfterARestart() throws Exception {
        JobId other;
        JobId job;
        try (var yard = new Yard(new Place.Folder(folder))) {
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
        try (var yard = new Yard(new Place.Folder(folder))) {
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

    private long count(String table, String column, JobId of) throws SQLException, IOException {
        try (var connection =
                        DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("farm.db"));
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
