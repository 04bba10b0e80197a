package org.lumenyard.store.pages;

import static org.jooq.impl.DSL.case_;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.selectOne;
import static org.jooq.impl.DSL.when;
import static org.lumenyard.store.schema.Tables.RUN;
import static org.lumenyard.store.schema.Tables.STEP;
import static org.lumenyard.store.schema.Tables.TASK;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Counts;
import org.lumenyard.core.NodeId;
import org.lumenyard.core.Run;
import org.lumenyard.core.StepId;
import org.lumenyard.core.TaskSpace;
import org.lumenyard.core.TaskState;

/** A step's tasks: their rows merged with what the step's space says of those without a row. */
public final class TaskPages {
    /** What a task's row shows: one that was placed and waits in a slot still waits. */
    private static final Field<TaskState> SHOWN =
            when(
                            TASK.STATE
                                    .eq(TaskState.RUNNING)
                                    .and(
                                            exists(
                                                    selectOne()
                                                            .from(RUN)
                                                            .where(RUN.ID.eq(TASK.RUN))
                                                            .and(RUN.SLOT.isNotNull())
                                                            .and(RUN.STARTED_AT.isNull()))),
                            inline(TaskState.WAITING, TASK.STATE))
                    .otherwise(TASK.STATE);

    private static final String SHOWN_STATE = "shown_state";

    private final Reading reading;
    private final TaskSpace.Reader spaces;

    TaskPages(Reading reading, TaskSpace.Reader spaces) {
        this.reading = reading;
        this.spaces = spaces;
    }

    /** What of its step decides how a task's row is to be read. */
    private record Step(
            StepId id, TaskSpace space, int round, @Nullable Long forgivenUpTo, Counts counts) {
        /** Of the rows that count: of this round, and not forgiven. */
        Condition rowsThatCount() {
            Condition ofThisRound = TASK.STEP.eq(id.value()).and(TASK.ROUND.eq(round));
            return forgivenUpTo == null
                    ? ofThisRound
                    : ofThisRound.and(
                            TASK.STATE.ne(TaskState.FAILED).or(TASK.RUN.gt(forgivenUpTo)));
        }

        long count(TaskState state) {
            return switch (state) {
                case WAITING -> counts.waiting();
                case RUNNING -> counts.running();
                case DONE -> counts.done();
                case FAILED -> counts.failed();
            };
        }
    }

    /**
     * A step's tasks in order, or those in one state; empty when there is no such step.
     *
     * @param state null for all
     */
    public AtRevision<Optional<Listing<TaskLine>>> list(
            StepId id, @Nullable TaskState state, @Nullable String after, int asked) {
        int limit = Pages.rows(asked);
        Cursor cursor = Cursor.of(after);
        long from = cursor == null ? 0 : Math.max(0, cursor.id() + 1);
        return reading.readAt(
                sql -> step(sql, id).map(step -> list(sql, step, state, from, limit)));
    }

    private static Listing<TaskLine> list(
            DSLContext sql, Step step, @Nullable TaskState state, long from, int limit) {
        List<Long> indexes = indexes(sql, step, state, from, limit + 1);
        return Listing.of(lines(sql, step, indexes), limit, line -> new Cursor(line.index(), null));
    }

    /** One task; empty when there is none. */
    public AtRevision<Optional<TaskLine>> task(StepId id, long index) {
        return reading.readAt(sql ->
                step(sql, id)
                        .filter(step -> index >= 0 && index < step.space().size())
                        .map(step -> lines(sql, step, List.of(index)).getFirst()));
    }

    /** One task with all that its rows tell of why it stands where it does; empty without it. */
    public AtRevision<Optional<TaskStory>> story(StepId id, long index) {
        return reading.readAt(sql ->
                step(sql, id)
                        .filter(step -> index >= 0 && index < step.space().size())
                        .map(step -> story(sql, step, index)));
    }

    private static TaskStory story(DSLContext sql, Step step, long index) {
        TaskLine task = lines(sql, step, List.of(index)).getFirst();
        @Nullable Record row =
                sql.select(TASK.AVOID_NODE, TASK.NOT_BEFORE)
                        .from(TASK)
                        .where(step.rowsThatCount())
                        .and(TASK.IDX.eq(index))
                        .fetchOne();
        @Nullable Long avoid = row == null ? null : row.get(TASK.AVOID_NODE);
        List<RunLine> runs =
                RunPages.ofTask(sql, step.id(), index, null, TaskStory.MOST_RUNS).rows();
        boolean waits = task.state() == TaskState.WAITING;
        return new TaskStory(
                task,
                avoid == null ? null : new NodeId(avoid),
                row == null ? 0 : row.get(TASK.NOT_BEFORE),
                runs,
                waits && task.lastRun() != null ? ahead(sql, task.lastRun()) : List.of(),
                waits ? waitingBefore(sql, step, index) : 0);
    }

    /** What is to be done in the run's slot before it, the first first. */
    private static List<RunLine> ahead(DSLContext sql, RunLine line) {
        Run run = line.run();
        if (line.endedAt() != null || run.opensItsSlot()) return List.of();
        long slot = run.slot().value();
        return RunLine.select(sql)
                .where(RUN.NODE.eq(run.node().value()))
                .and(RUN.ENDED_AT.isNull())
                .and(RUN.ID.eq(slot).or(RUN.SLOT.eq(slot)))
                .and(RUN.ID.lt(run.id().value()))
                .orderBy(RUN.ID)
                .limit(TaskStory.MOST_RUNS)
                .fetch(RunLine::of);
    }

    private static long waitingBefore(DSLContext sql, Step step, long index) {
        Integer others =
                sql.selectCount()
                        .from(TASK)
                        .where(step.rowsThatCount())
                        .and(SHOWN.ne(TaskState.WAITING))
                        .and(TASK.IDX.lt(index))
                        .fetchSingle()
                        .value1();
        return index - others;
    }

    /** Numbers of the tasks to show, the first of them not before {@code from}. */
    private static List<Long> indexes(
            DSLContext sql, Step step, @Nullable TaskState state, long from, int limit) {
        if (state == null) {
            long end = Math.min(step.space().size(), from + limit);
            return LongStream.range(from, Math.max(from, end)).boxed().toList();
        }
        if (step.count(state) == 0) return List.of();
        if (state == TaskState.WAITING) return waiting(sql, step, from, limit);
        return sql.select(TASK.IDX)
                .from(TASK)
                .where(step.rowsThatCount())
                .and(SHOWN.eq(state))
                .and(TASK.IDX.ge(from))
                .orderBy(TASK.IDX)
                .limit(limit)
                .fetch(TASK.IDX);
    }

    /** Those between the rows of tasks that do not wait. */
    private static List<Long> waiting(DSLContext sql, Step step, long from, int limit) {
        var found = new ArrayList<Long>();
        var others =
                sql.select(TASK.IDX)
                        .from(TASK)
                        .where(step.rowsThatCount())
                        .and(SHOWN.ne(TaskState.WAITING))
                        .and(TASK.IDX.ge(from))
                        .orderBy(TASK.IDX);
        long next = from;
        try (ResultSet rows = others.fetchResultSet()) {
            while (found.size() < limit && rows.next()) {
                long other = rows.getLong(1);
                while (next < other && found.size() < limit) found.add(next++);
                next = Math.max(next, other + 1);
            }
        } catch (SQLException e) {
            throw new DataAccessException("reading tasks", e);
        }
        while (next < step.space().size() && found.size() < limit) found.add(next++);
        return found;
    }

    private static List<TaskLine> lines(DSLContext sql, Step step, List<Long> indexes) {
        if (indexes.isEmpty()) return List.of();
        Map<Long, Record> rows =
                sql.select(TASK.fields())
                        .select(SHOWN.as(SHOWN_STATE))
                        .from(TASK)
                        .where(step.rowsThatCount())
                        .and(TASK.IDX.in(indexes))
                        .fetch()
                        .intoMap(row -> row.get(TASK.IDX), row -> (Record) row);
        Map<Long, RunLine> runs =
                RunLine.select(sql)
                        .where(RUN.ID.in(rows.values().stream().map(r -> r.get(TASK.RUN)).toList()))
                        .fetch()
                        .intoMap(row -> row.get(RUN.ID), RunLine::of);
        return indexes.stream().map(index -> line(step, index, rows.get(index), runs)).toList();
    }

    private static TaskLine line(
            Step step, long index, @Nullable Record row, Map<Long, RunLine> runs) {
        if (row == null) {
            return new TaskLine(index, step.space().label(index), TaskState.WAITING, 0, 0, null);
        }
        return new TaskLine(
                index,
                row.get(TASK.LABEL),
                row.get(SHOWN_STATE, TaskState.class),
                row.get(TASK.FAILURES),
                row.get(TASK.LOSSES),
                runs.get(row.get(TASK.RUN)));
    }

    /**
     * A step's tasks from the first to the last in few stretches; empty when there is no such step.
     *
     * @param bins how many stretches there shall be, at most 2,000; 0 for as many as there are runs
     *     of equal states, unless these are over 2,000
     */
    public AtRevision<Optional<Strip>> strip(StepId id, int bins) {
        return reading.readAt(sql -> step(sql, id).map(step -> strip(sql, step, bins)));
    }

    private static Strip strip(DSLContext sql, Step step, int bins) {
        var maker = new StripMaker(step.space().size(), Math.max(0, bins));
        for (TaskState state : TaskState.values()) {
            if (step.count(state) == step.space().size()) {
                maker.fill(state);
                return maker.strip(step.id(), step.space());
            }
        }
        var query =
                sql.select(TASK.IDX, ordinal(SHOWN))
                        .from(TASK)
                        .where(step.rowsThatCount())
                        .orderBy(TASK.IDX);
        TaskState[] states = TaskState.values();
        try (ResultSet rows = query.fetchResultSet()) {
            while (rows.next()) maker.add(rows.getLong(1), states[rows.getInt(2)]);
        } catch (SQLException e) {
            throw new DataAccessException("reading tasks", e);
        }
        return maker.strip(step.id(), step.space());
    }

    /** A state as a number: of a hundred thousand rows, words take longer to read than to find. */
    private static Field<Integer> ordinal(Field<TaskState> state) {
        var numbers = new LinkedHashMap<TaskState, Integer>();
        for (TaskState each : TaskState.values()) numbers.put(each, each.ordinal());
        return case_(state).mapValues(numbers);
    }

    private Optional<Step> step(DSLContext sql, StepId id) {
        return sql.select()
                .from(STEP)
                .where(STEP.ID.eq(id.value()))
                .fetchOptional(row ->
                        new Step(
                                id,
                                spaces.read(row.get(STEP.SPACE)),
                                row.get(STEP.ROUND),
                                row.get(STEP.FORGIVEN_UP_TO),
                                new Counts(
                                        row.get(STEP.WAITING),
                                        row.get(STEP.RUNNING),
                                        row.get(STEP.DONE),
                                        row.get(STEP.FAILED))));
    }
}
