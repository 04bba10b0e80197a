package org.lumenyard.store;

import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.excluded;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.param;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.when;
import static org.lumenyard.store.schema.Tables.AUDIT;
import static org.lumenyard.store.schema.Tables.FARM;
import static org.lumenyard.store.schema.Tables.FARM_LIMIT;
import static org.lumenyard.store.schema.Tables.IDEMPOTENCY;
import static org.lumenyard.store.schema.Tables.INSTANCE;
import static org.lumenyard.store.schema.Tables.JOB;
import static org.lumenyard.store.schema.Tables.NODE;
import static org.lumenyard.store.schema.Tables.RUN;
import static org.lumenyard.store.schema.Tables.STEP;
import static org.lumenyard.store.schema.Tables.TASK;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.InsertValuesStepN;
import org.jooq.Param;
import org.jooq.Query;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.impl.DSL;
import org.lumenyard.core.TaskState;
import org.lumenyard.store.schema.RunState;
import org.lumenyard.store.schema.tables.Node;
import org.lumenyard.store.schema.tables.Task;

/**
 * The statements that changes become. A batch executes them kind by kind in this order, so what
 * stands higher must not undo what stands lower in the same row; see {@link ChangeWriter}.
 *
 * <p>Values are bound in the order in which the columns are named here.
 */
enum RowWrite {
    REIGN_CONFIRMED(
            DSL.update(FARM)
                    .set(FARM.REVISION, value(FARM.REVISION))
                    .set(FARM.NEXT_ID, value(FARM.NEXT_ID))
                    .where(FARM.TERM.eq(value(FARM.TERM)))),
    JOB_SUBMITTED(
            insert(
                    JOB,
                    JOB.ID,
                    JOB.NAME,
                    JOB.SUBMITTED_BY,
                    JOB.BAND,
                    JOB.PRIORITY,
                    JOB.STATE,
                    JOB.HELD,
                    JOB.CANCELLED,
                    JOB.NOTES,
                    JOB.SOURCE,
                    JOB.SUBMITTED_AT,
                    JOB.WAITING,
                    JOB.RUNNING,
                    JOB.DONE,
                    JOB.FAILED)),
    STEP_SUBMITTED(
            insert(
                    STEP,
                    STEP.ID,
                    STEP.JOB,
                    STEP.ORDINAL,
                    STEP.NAME,
                    STEP.SPACE,
                    STEP.SIZE,
                    STEP.DEPENDS_ON,
                    STEP.REQUIREMENTS,
                    STEP.MODEL,
                    STEP.PAYLOAD,
                    STEP.ROUND,
                    STEP.WAITING,
                    STEP.RUNNING,
                    STEP.DONE,
                    STEP.FAILED,
                    STEP.PEAK_MEBIBYTES,
                    STEP.LOAD_MILLIS,
                    STEP.RUN_MILLIS)),
    JOB_HELD(update(JOB, JOB.ID, JOB.HELD, JOB.HELD_WHY)),
    JOB_CANCELLED(update(JOB, JOB.ID, JOB.CANCELLED)),
    JOB_RANKED(update(JOB, JOB.ID, JOB.BAND, JOB.PRIORITY)),
    JOB_EDITED(update(JOB, JOB.ID, JOB.NAME, JOB.NOTES)),
    JOB_DELETED(update(JOB, JOB.ID, JOB.DELETED_AT)),
    /** Bound are what it becomes, the job, and what it was. */
    JOB_ARCHIVED(
            DSL.update(JOB)
                    .set(JOB.ARCHIVING, value(JOB.ARCHIVING))
                    .where(JOB.ID.eq(value(JOB.ID)))
                    .and(JOB.ARCHIVING.eq(value(JOB.ARCHIVING)))),
    JOB_LOGS_DROPPED(update(JOB, JOB.ID, JOB.LOGS_DROPPED_AT)),
    NODE_JOINED(nodeJoined()),
    NODE_UPDATED(
            update(
                    NODE,
                    NODE.ID,
                    NODE.NAME,
                    NODE.MACHINE,
                    NODE.BOOT,
                    NODE.PID_NAMESPACE,
                    NODE.AMOUNTS,
                    NODE.ATTRIBUTES,
                    NODE.DETAILS)),
    NODE_GONE(update(NODE, NODE.ID, NODE.STATE, NODE.GONE_AT, NODE.GONE_WHY)),
    NODE_DOUBTED(update(NODE, NODE.ID, NODE.DOUBTS)),
    /** With nothing, it is trusted again. */
    NODE_QUARANTINED(update(NODE, NODE.ID, NODE.QUARANTINE, NODE.QUARANTINED_AT, NODE.DOUBTS)),
    /** First, because its name may be given again in the same batch. */
    LIMIT_DELETED(DSL.deleteFrom(FARM_LIMIT).where(FARM_LIMIT.ID.eq(value(FARM_LIMIT.ID)))),
    LIMIT_SET(
            insert(
                            FARM_LIMIT,
                            FARM_LIMIT.ID,
                            FARM_LIMIT.NAME,
                            FARM_LIMIT.SEATS,
                            FARM_LIMIT.NOTE,
                            FARM_LIMIT.SET_AT)
                    .onConflict(FARM_LIMIT.ID)
                    .doUpdate()
                    .set(FARM_LIMIT.SEATS, excluded(FARM_LIMIT.SEATS))
                    .set(FARM_LIMIT.NOTE, excluded(FARM_LIMIT.NOTE))
                    .set(FARM_LIMIT.SET_AT, excluded(FARM_LIMIT.SET_AT))),
    INSTANCE_STARTED(
            insert(
                            INSTANCE,
                            INSTANCE.ID,
                            INSTANCE.NODE,
                            INSTANCE.INCARNATION,
                            INSTANCE.MODEL,
                            INSTANCE.AMOUNTS,
                            INSTANCE.STARTED_AT)
                    .onConflict(INSTANCE.ID)
                    .doUpdate()
                    .set(INSTANCE.AMOUNTS, excluded(INSTANCE.AMOUNTS))
                    .set(INSTANCE.MODEL, excluded(INSTANCE.MODEL))),
    RUN_PLACED(runPlaced()),
    RUN_STARTED(
            DSL.update(RUN)
                    .set(RUN.STARTED_AT, value(RUN.STARTED_AT))
                    .set(
                            RUN.STATE,
                            when(
                                            RUN.STATE.eq(inline(RunState.ASSIGNED, RUN.STATE)),
                                            inline(RunState.RUNNING, RUN.STATE))
                                    .otherwise(RUN.STATE))
                    .where(RUN.ID.eq(value(RUN.ID)))),
    RUN_CANCELLING(update(RUN, RUN.ID, RUN.STATE)),
    RUN_ADOPTED(update(RUN, RUN.ID, RUN.INCARNATION)),
    RUN_ENDED(
            update(
                    RUN,
                    RUN.ID,
                    RUN.STATE,
                    RUN.ENDED_AT,
                    RUN.REASON,
                    RUN.SENTENCE,
                    RUN.LOAD_MILLIS,
                    RUN.RUN_MILLIS,
                    RUN.PEAK_MEBIBYTES,
                    RUN.DETAILS)),
    STEP_RAISED(update(STEP, STEP.ID, STEP.ROUND)),
    STEP_FORGIVEN(update(STEP, STEP.ID, STEP.FORGIVEN_UP_TO)),
    STEP_SET_BACK(update(STEP, STEP.ID, STEP.SETBACKS)),
    STEP_GREW(update(STEP, STEP.ID, STEP.LEAST_MEBIBYTES)),
    STEP_MEASURED(update(STEP, STEP.ID, STEP.PEAK_MEBIBYTES, STEP.LOAD_MILLIS, STEP.RUN_MILLIS)),
    /** Of a task that has a row: its end, or its forgiveness. */
    TASK_SETTLED(
            DSL.update(TASK)
                    .set(TASK.STATE, value(TASK.STATE))
                    .set(TASK.FAILURES, value(TASK.FAILURES))
                    .set(TASK.LOSSES, value(TASK.LOSSES))
                    .set(TASK.AVOID_NODE, value(TASK.AVOID_NODE))
                    .set(TASK.NOT_BEFORE, value(TASK.NOT_BEFORE))
                    .where(TASK.STEP.eq(value(TASK.STEP)))
                    .and(TASK.IDX.eq(value(TASK.IDX)))),
    TASK_PLACED(taskPlaced()),
    INSTANCE_ENDED(update(INSTANCE, INSTANCE.ID, INSTANCE.ENDED_AT)),
    STEP_PROGRESSED(update(STEP, STEP.ID, STEP.WAITING, STEP.RUNNING, STEP.DONE, STEP.FAILED)),
    JOB_PROGRESSED(jobProgressed()),
    JOB_DID(update(JOB, JOB.ID, JOB.LAST_DONE_RUN)),
    JOB_FAILED(update(JOB, JOB.ID, JOB.LAST_FAILED_RUN)),
    NOTED(
            insert(
                    AUDIT,
                    AUDIT.SUBJECT,
                    AUDIT.SUBJECT_ID,
                    AUDIT.REVISION,
                    AUDIT.LINE,
                    AUDIT.WHO,
                    AUDIT.WHAT,
                    AUDIT.NOTED_AT)),
    REQUEST_ANSWERED(
            insert(
                    IDEMPOTENCY,
                    IDEMPOTENCY.PRINCIPAL,
                    IDEMPOTENCY.REQUEST_KEY,
                    IDEMPOTENCY.BODY_HASH,
                    IDEMPOTENCY.RESULT,
                    IDEMPOTENCY.CREATED_AT));

    private final Query query;

    RowWrite(Query query) {
        this.query = query;
    }

    /** The statement's text in the context's dialect, with a mark for each value. */
    String text(DSLContext sql) {
        return sql.render(query);
    }

    private static <T> Param<T> value(Field<T> field) {
        return param(field.getName(), field.getDataType());
    }

    private static List<Param<?>> values(Field<?>... fields) {
        return Arrays.<Field<?>>stream(fields).<Param<?>>map(RowWrite::value).toList();
    }

    private static InsertValuesStepN<?> insert(Table<?> table, Field<?>... fields) {
        return DSL.insertInto(table).columns(fields).values(values(fields));
    }

    /** Sets the columns of the row with the key; the key is bound last. */
    @SafeVarargs
    private static Query update(
            Table<?> table, TableField<?, Long> key, TableField<?, ?>... columns) {
        var changed = new LinkedHashMap<Field<?>, Object>();
        for (Field<?> column : columns) changed.put(column, value(column));
        return DSL.update(table).set(changed).where(key.eq(value(key)));
    }

    private static Query nodeJoined() {
        Node n = NODE;
        return insert(
                        n,
                        n.ID,
                        n.NAME,
                        n.INCARNATION,
                        n.STATE,
                        n.MACHINE,
                        n.BOOT,
                        n.PID_NAMESPACE,
                        n.AMOUNTS,
                        n.ATTRIBUTES,
                        n.DETAILS,
                        n.JOINED_AT)
                .onConflict(n.ID)
                .doUpdate()
                .set(n.NAME, excluded(n.NAME))
                .set(n.INCARNATION, excluded(n.INCARNATION))
                .set(n.STATE, excluded(n.STATE))
                .set(n.MACHINE, excluded(n.MACHINE))
                .set(n.BOOT, excluded(n.BOOT))
                .set(n.PID_NAMESPACE, excluded(n.PID_NAMESPACE))
                .set(n.AMOUNTS, excluded(n.AMOUNTS))
                .set(n.ATTRIBUTES, excluded(n.ATTRIBUTES))
                .set(n.DETAILS, excluded(n.DETAILS))
                .set(n.JOINED_AT, excluded(n.JOINED_AT))
                .set(n.GONE_AT, inline(null, n.GONE_AT))
                .set(n.GONE_WHY, inline(null, n.GONE_WHY));
    }

    /** The run before it is what the task's row names; that row is written after this one. */
    private static Query runPlaced() {
        Field<?>[] columns = {
            RUN.ID,
            RUN.JOB,
            RUN.STEP,
            RUN.IDX,
            RUN.LABEL,
            RUN.ROUND,
            RUN.NODE,
            RUN.INCARNATION,
            RUN.INSTANCE,
            RUN.SLOT,
            RUN.AMOUNTS,
            RUN.STATE,
            RUN.PLACED_AT,
            RUN.PREVIOUS
        };
        var values = new ArrayList<Field<?>>(values(columns));
        values.set(
                columns.length - 1,
                field(
                        select(TASK.RUN)
                                .from(TASK)
                                .where(TASK.STEP.eq(value(TASK.STEP)))
                                .and(TASK.IDX.eq(value(TASK.IDX)))));
        return DSL.insertInto(RUN).columns(columns).values(values);
    }

    /**
     * A waiting task of this round keeps its past. Any other row is one that counts for nothing any
     * more: of an older round, or failed and forgiven.
     */
    private static Query taskPlaced() {
        Task t = TASK;
        var keepsPast =
                t.ROUND.eq(excluded(t.ROUND)).and(t.STATE.eq(inline(TaskState.WAITING, t.STATE)));
        return insert(
                        t,
                        t.STEP,
                        t.IDX,
                        t.STATE,
                        t.ROUND,
                        t.FAILURES,
                        t.LOSSES,
                        t.NOT_BEFORE,
                        t.RUN,
                        t.LABEL)
                .onConflict(t.STEP, t.IDX)
                .doUpdate()
                .set(t.STATE, excluded(t.STATE))
                .set(t.ROUND, excluded(t.ROUND))
                .set(t.FAILURES, when(keepsPast, t.FAILURES).otherwise(inline(0)))
                .set(t.LOSSES, when(keepsPast, t.LOSSES).otherwise(inline(0)))
                .set(t.AVOID_NODE, when(keepsPast, t.AVOID_NODE))
                .set(t.NOT_BEFORE, when(keepsPast, t.NOT_BEFORE).otherwise(inline(0L)))
                .set(t.RUN, excluded(t.RUN))
                .set(t.LABEL, excluded(t.LABEL));
    }

    private static Query jobProgressed() {
        return DSL.update(JOB)
                .set(JOB.STATE, value(JOB.STATE))
                .set(JOB.WAITING, value(JOB.WAITING))
                .set(JOB.RUNNING, value(JOB.RUNNING))
                .set(JOB.DONE, value(JOB.DONE))
                .set(JOB.FAILED, value(JOB.FAILED))
                .set(JOB.STARTED_AT, coalesce(JOB.STARTED_AT, value(JOB.STARTED_AT)))
                .set(JOB.FINISHED_AT, value(JOB.FINISHED_AT))
                .where(JOB.ID.eq(value(JOB.ID)));
    }
}
