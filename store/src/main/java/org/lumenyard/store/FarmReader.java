package org.lumenyard.store;

import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.when;
import static org.lumenyard.store.schema.Tables.FARM;
import static org.lumenyard.store.schema.Tables.FARM_LIMIT;
import static org.lumenyard.store.schema.Tables.INSTANCE;
import static org.lumenyard.store.schema.Tables.JOB;
import static org.lumenyard.store.schema.Tables.NODE;
import static org.lumenyard.store.schema.Tables.RUN;
import static org.lumenyard.store.schema.Tables.STEP;
import static org.lumenyard.store.schema.Tables.TASK;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Archiving;
import org.lumenyard.core.FarmImage;
import org.lumenyard.core.IndexRange;
import org.lumenyard.core.Instance;
import org.lumenyard.core.JobId;
import org.lumenyard.core.JobPlan;
import org.lumenyard.core.JobState;
import org.lumenyard.core.LimitId;
import org.lumenyard.core.NodeId;
import org.lumenyard.core.Requirements;
import org.lumenyard.core.RunId;
import org.lumenyard.core.StepId;
import org.lumenyard.core.TaskSpace;
import org.lumenyard.core.TaskState;
import org.lumenyard.store.rows.JsonText;
import org.lumenyard.store.rows.NodeRows;
import org.lumenyard.store.rows.RunRows;
import org.lumenyard.store.schema.NodeState;
import org.lumenyard.store.schema.RunState;

/** Makes core's image of unfinished work from the rows, within one transaction. */
final class FarmReader {
    private static final List<JobState> FINISHED =
            Stream.of(JobState.values()).filter(JobState::isFinished).toList();
    private static final List<JobState> UNFINISHED =
            Stream.of(JobState.values()).filter(state -> !state.isFinished()).toList();

    /** Instead of the round in which a task was done; rounds begin at 1. */
    private static final int NOT_DONE = 0;

    /** The rows of a step's tasks that say something. */
    private record Tasks(List<IndexRange> done, List<FarmImage.TaskRow> others) {
        private Tasks() {
            this(new ArrayList<>(), new ArrayList<>());
        }

        /** Rows come in index order, so a done one lengthens the last range or begins the next. */
        void done(long index) {
            if (!done.isEmpty() && done.getLast().to() == index - 1) {
                done.set(done.size() - 1, new IndexRange(done.getLast().from(), index));
            } else {
                done.add(new IndexRange(index, index));
            }
        }
    }

    private final DSLContext sql;
    private final TaskSpace.Reader spaces;

    /** What many steps have in common is read once, and kept once. */
    private final Map<String, TaskSpace> spacesRead = new HashMap<>();

    private final Map<String, Requirements> requirementsRead = new HashMap<>();

    FarmReader(DSLContext sql, TaskSpace.Reader spaces) {
        this.sql = sql;
        this.spaces = spaces;
    }

    FarmImage unfinished() throws SQLException {
        Long nextId = sql.select(FARM.NEXT_ID).from(FARM).fetchSingle(FARM.NEXT_ID);
        return new FarmImage(
                nextId, jobs(JOB.STATE.in(UNFINISHED)), nodes(), instances(), runs(), limits());
    }

    Optional<FarmImage.JobImage> finished(JobId job) throws SQLException {
        return jobs(
                        JOB.ID
                                .eq(job.value())
                                .and(JOB.STATE.in(FINISHED))
                                .and(JOB.DELETED_AT.isNull())
                                .and(JOB.ARCHIVING.eq(Archiving.NONE)))
                .stream()
                .findFirst();
    }

    private List<FarmImage.JobImage> jobs(Condition which) throws SQLException {
        Map<Long, Integer> rounds = new HashMap<>();
        Map<Long, List<Record>> steps = new HashMap<>();
        var chosen = STEP.JOB.in(select(JOB.ID).from(JOB).where(which));
        for (Record step :
                sql.select().from(STEP).where(chosen).orderBy(STEP.JOB, STEP.ORDINAL).fetch()) {
            rounds.put(step.get(STEP.ID), step.get(STEP.ROUND));
            steps.computeIfAbsent(step.get(STEP.JOB), job -> new ArrayList<>()).add(step);
        }
        Map<Long, Tasks> tasks = tasks(rounds, chosen);
        return sql.select()
                .from(JOB)
                .where(which)
                .orderBy(JOB.ID)
                .fetch(job -> job(job, steps.getOrDefault(job.get(JOB.ID), List.of()), tasks));
    }

    private FarmImage.JobImage job(Record job, List<Record> steps, Map<Long, Tasks> tasks) {
        var plan =
                new JobPlan(
                        job.get(JOB.NAME),
                        job.get(JOB.SUBMITTED_BY),
                        job.get(JOB.BAND),
                        job.get(JOB.PRIORITY),
                        job.get(JOB.HELD),
                        job.get(JOB.NOTES),
                        job.get(JOB.SOURCE),
                        steps.stream().map(this::plan).toList());
        @Nullable String heldWhy = job.get(JOB.HELD_WHY);
        return new FarmImage.JobImage(
                new JobId(job.get(JOB.ID)),
                plan,
                job.get(JOB.HELD),
                heldWhy == null ? "" : heldWhy,
                job.get(JOB.CANCELLED),
                job.get(JOB.SUBMITTED_AT),
                steps.stream().map(step -> step(step, tasks)).toList());
    }

    private JobPlan.StepPlan plan(Record step) {
        return new JobPlan.StepPlan(
                step.get(STEP.NAME),
                spacesRead.computeIfAbsent(step.get(STEP.SPACE), spaces::read),
                JsonText.ordinals(step.get(STEP.DEPENDS_ON)),
                requirementsRead.computeIfAbsent(
                        step.get(STEP.REQUIREMENTS), JsonText::requirements),
                step.get(STEP.MODEL),
                step.get(STEP.PAYLOAD));
    }

    private static FarmImage.StepImage step(Record step, Map<Long, Tasks> tasks) {
        Tasks known = tasks.getOrDefault(step.get(STEP.ID), new Tasks());
        @Nullable Long forgiven = step.get(STEP.FORGIVEN_UP_TO);
        return new FarmImage.StepImage(
                new StepId(step.get(STEP.ID)),
                step.get(STEP.ROUND),
                forgiven == null ? null : new RunId(forgiven),
                step.get(STEP.PEAK_MEBIBYTES),
                step.get(STEP.LOAD_MILLIS),
                step.get(STEP.RUN_MILLIS),
                step.get(STEP.LEAST_MEBIBYTES),
                JsonText.setbacks(step.get(STEP.SETBACKS)),
                known.done(),
                known.others());
    }

    /**
     * Read through a bare cursor: there may be half a million rows, and most only lengthen a range.
     * Of such a row three numbers are read, and no word.
     */
    private Map<Long, Tasks> tasks(Map<Long, Integer> rounds, Condition chosenSteps)
            throws SQLException {
        Map<Long, Tasks> tasks = new HashMap<>();
        var query =
                sql.select(
                                TASK.STEP,
                                TASK.IDX,
                                when(TASK.STATE.eq(inline(TaskState.DONE, TASK.STATE)), TASK.ROUND)
                                        .otherwise(inline(NOT_DONE)),
                                TASK.ROUND,
                                TASK.STATE,
                                TASK.FAILURES,
                                TASK.LOSSES,
                                TASK.AVOID_NODE,
                                TASK.NOT_BEFORE,
                                TASK.RUN)
                        .from(TASK)
                        .where(TASK.STEP.in(select(STEP.ID).from(STEP).where(chosenSteps)))
                        .orderBy(TASK.STEP, TASK.IDX);
        try (ResultSet row = query.fetchResultSet()) {
            long step = 0;
            int round = 0;
            Tasks ofStep = new Tasks();
            while (row.next()) {
                if (row.getLong(1) != step) {
                    step = row.getLong(1);
                    round = rounds.getOrDefault(step, 0);
                    ofStep = tasks.computeIfAbsent(step, s -> new Tasks());
                }
                int doneInRound = row.getInt(3);
                if (doneInRound == round) ofStep.done(row.getLong(2));
                else if (doneInRound == NOT_DONE && row.getInt(4) == round) add(row, ofStep);
            }
        }
        return tasks;
    }

    private static void add(ResultSet row, Tasks tasks) throws SQLException {
        TaskState state = TaskState.valueOf(row.getString(5));
        int failures = row.getInt(6);
        int losses = row.getInt(7);
        // Such a row is kept for its runs only.
        if (state == TaskState.WAITING && failures == 0 && losses == 0) return;
        long node = row.getLong(8);
        @Nullable NodeId avoid = row.wasNull() ? null : new NodeId(node);
        tasks.others()
                .add(
                        new FarmImage.TaskRow(
                                row.getLong(2),
                                state,
                                failures,
                                losses,
                                avoid,
                                row.getLong(9),
                                new RunId(row.getLong(10))));
    }

    private List<FarmImage.NodeImage> nodes() {
        return sql.select()
                .from(NODE)
                .orderBy(NODE.ID)
                .fetch(row ->
                        new FarmImage.NodeImage(
                                new NodeId(row.get(NODE.ID)),
                                row.get(NODE.INCARNATION),
                                row.get(NODE.STATE) == NodeState.ONLINE,
                                NodeRows.facts(row),
                                JsonText.doubts(row.get(NODE.DOUBTS)),
                                row.get(NODE.QUARANTINE),
                                row.get(NODE.JOINED_AT)));
    }

    private List<Instance> instances() {
        return sql.select(INSTANCE.fields())
                .from(NODE)
                .join(INSTANCE)
                .on(INSTANCE.NODE.eq(NODE.ID))
                .where(INSTANCE.ENDED_AT.isNull())
                .orderBy(INSTANCE.ID)
                .fetch(NodeRows::instance);
    }

    private List<FarmImage.LimitImage> limits() {
        return sql.select()
                .from(FARM_LIMIT)
                .orderBy(FARM_LIMIT.ID)
                .fetch(row ->
                        new FarmImage.LimitImage(
                                new LimitId(row.get(FARM_LIMIT.ID)),
                                row.get(FARM_LIMIT.NAME),
                                row.get(FARM_LIMIT.SEATS),
                                row.get(FARM_LIMIT.NOTE)));
    }

    /** Found by node, because that is what runs in motion are indexed by. */
    private List<FarmImage.RunImage> runs() {
        return sql.select(RUN.fields())
                .from(NODE)
                .join(RUN)
                .on(RUN.NODE.eq(NODE.ID))
                .where(RUN.ENDED_AT.isNull())
                .orderBy(RUN.ID)
                .fetch(row -> {
                    @Nullable Long started = row.get(RUN.STARTED_AT);
                    return new FarmImage.RunImage(
                            RunRows.run(row),
                            started == null ? 0 : started,
                            row.get(RUN.STATE) == RunState.CANCELLING);
                });
    }
}
