package org.lumenyard.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.core.Change;
import org.lumenyard.core.Counts;
import org.lumenyard.core.JobId;
import org.lumenyard.core.JobState;
import org.lumenyard.core.NodeId;
import org.lumenyard.core.Outcome;
import org.lumenyard.core.Requirements;
import org.lumenyard.core.Run;
import org.lumenyard.core.RunId;
import org.lumenyard.core.Setbacks;
import org.lumenyard.core.StepId;
import org.lumenyard.core.TaskState;

/** What a batch costs: statements by kind, never by task. */
class ChangeWriterTest {
    private static final JobId JOB = new JobId(1);
    private static final StepId STEP = new StepId(2);
    private static final NodeId NODE = new NodeId(3);
    private static final int TASKS = 64;

    @TempDir Path folder;
    private SqliteFile database;

    @BeforeEach
    void take() throws IOException {
        database = SqliteFile.take(folder);
    }

    @AfterEach
    void giveBack() throws IOException {
        database.close();
    }

    @Test
    void aBatchOfManyEndsAndStartsExecutesEachKindOfStatementOnce() throws Exception {
        database.migrate();
        var executed = new AtomicInteger();
        try (Connection connection = counting(database.openWriter(), executed)) {
            var rows = new RowWriter(connection, database.sql(connection));
            new ChangeWriter(rows, 1).write(new Batch(1, 10, beginning()));
            executed.set(0);
            new ChangeWriter(rows, 2).write(new Batch(2, 1_000, turn()));
            assertThat(executed.get())
                    .as(
                            "run and task ended, run and task placed, step, job, and the job's last run")
                    .isLessThanOrEqualTo(8);
            try (var found =
                    connection
                            .createStatement()
                            .executeQuery("select done, running, run_millis from step")) {
                assertThat(found.next()).isTrue();
                assertThat(found.getLong(1)).isEqualTo(TASKS);
                assertThat(found.getLong(2)).as("the last of many").isEqualTo(TASKS);
                assertThat(found.getLong(3)).isEqualTo(TASKS);
            }
        }
    }

    @Test
    void ofTwoChangesOfOneColumnTheLaterCounts() throws Exception {
        database.migrate();
        var setbacks = new Setbacks(List.of(), 3, 7);
        try (Connection connection = database.openWriter()) {
            var rows = new RowWriter(connection, database.sql(connection));
            new ChangeWriter(rows, 1).write(new Batch(1, 10, beginning()));
            List<Change> raised =
                    List.of(new Change.StepSetBack(STEP, setbacks), new Change.StepRaised(STEP, 2));
            new ChangeWriter(rows, 2).write(new Batch(2, 1_000, raised));
            assertThat(setbacks(connection)).isNull();
            List<Change> setBack =
                    List.of(
                            new Change.StepForgiven(STEP, new RunId(9)),
                            new Change.StepSetBack(STEP, setbacks));
            new ChangeWriter(rows, 3).write(new Batch(3, 1_000, setBack));
            assertThat(setbacks(connection)).isNotNull();
        }
    }

    private static @Nullable String setbacks(Connection connection) throws SQLException {
        try (var found = connection.createStatement().executeQuery("select setbacks from step")) {
            assertThat(found.next()).isTrue();
            return found.getString(1);
        }
    }

    private static List<Change> beginning() {
        var changes = new ArrayList<Change>();
        changes.add(new Change.JobSubmitted(JOB, List.of(STEP), Yard.plan("many", 2 * TASKS), 1));
        changes.add(new Change.NodeJoined(NODE, 1, Yard.facts("node", TASKS), 1));
        for (int index = 0; index < TASKS; index++) changes.add(new Change.RunPlaced(run(index)));
        return changes;
    }

    /** Each end is told with its step's and its job's new counts, as the farm does. */
    private static List<Change> turn() {
        var changes = new ArrayList<Change>();
        for (int index = 0; index < TASKS; index++) {
            changes.add(
                    new Change.RunEnded(
                            run(index),
                            Yard.outcome(Outcome.Kind.DONE),
                            TaskState.DONE,
                            0,
                            0,
                            0,
                            9));
            changes.add(new Change.StepMeasured(STEP, 10, 0, index + 1));
            progress(changes, new Counts(TASKS, TASKS - 1 - index, index + 1, 0));
        }
        for (int index = TASKS; index < 2 * TASKS; index++)
            changes.add(new Change.RunPlaced(run(index)));
        progress(changes, new Counts(0, TASKS, TASKS, 0));
        return changes;
    }

    private static void progress(List<Change> changes, Counts counts) {
        changes.add(new Change.StepProgressed(STEP, counts));
        changes.add(new Change.JobProgressed(JOB, JobState.RUNNING, counts, 9));
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

    /** The same connection, which counts what its prepared statements execute. */
    private static Connection counting(Connection real, AtomicInteger executed) {
        return proxy(
                Connection.class,
                real,
                (name, answer) ->
                        name.equals("prepareStatement")
                                ? proxy(
                                        PreparedStatement.class,
                                        (PreparedStatement) answer,
                                        (inner, result) -> {
                                            if (inner.startsWith("execute"))
                                                executed.incrementAndGet();
                                            return result;
                                        })
                                : answer);
    }

    private interface After {
        Object answered(String method, Object answer);
    }

    private static <T> T proxy(Class<T> type, T real, After after) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (self, method, arguments) -> {
                            try {
                                return after.answered(
                                        method.getName(), method.invoke(real, arguments));
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }));
    }
}
