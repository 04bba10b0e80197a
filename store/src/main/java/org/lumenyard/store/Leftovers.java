package org.lumenyard.store;

import static org.lumenyard.store.schema.Tables.AUDIT;
import static org.lumenyard.store.schema.Tables.JOB;
import static org.lumenyard.store.schema.Tables.RUN;
import static org.lumenyard.store.schema.Tables.STEP;
import static org.lumenyard.store.schema.Tables.TASK;

import java.util.List;
import java.util.function.ToIntFunction;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Table;
import org.jooq.TableField;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.JobId;
import org.lumenyard.core.RunId;
import org.lumenyard.store.pages.Reading;
import org.lumenyard.store.schema.Subject;

/**
 * What is left of jobs that were deleted, removed in slices: each a transaction of its own with a
 * bounded number of rows, between which the farm commits. After a crash it goes on where it was,
 * because the job's own row goes last.
 */
public final class Leftovers {
    /** Most rows that a slice removes: some milliseconds, in which nothing else is committed. */
    public static final int SLICE = 500;

    /** A transaction that changes rows and says how many. */
    interface Transaction {
        int apply(ToIntFunction<DSLContext> work);
    }

    private final Reading reading;
    private final Transaction transaction;

    Leftovers(Reading reading, Transaction transaction) {
        this.reading = reading;
        this.transaction = transaction;
    }

    /** Deleted jobs of which something is left, the longest deleted first; at most 1,000. */
    public List<JobId> jobs() {
        return reading.read(sql ->
                sql.select(JOB.ID)
                        .from(JOB)
                        .where(JOB.DELETED_AT.isNotNull())
                        .orderBy(JOB.DELETED_AT, JOB.ID)
                        .limit(1_000)
                        .fetch(row -> new JobId(row.get(JOB.ID))));
    }

    /** Whether the job was deleted, and something of it is left. */
    public boolean isOf(JobId job) {
        return reading.read(sql ->
                sql.fetchExists(JOB, JOB.ID.eq(job.value()).and(JOB.DELETED_AT.isNotNull())));
    }

    /** The job's next runs to remove: what else is kept under their numbers has to go before. */
    public List<RunId> runs(JobId job) {
        return reading.read(sql ->
                sql.select(RUN.ID)
                        .from(RUN)
                        .where(RUN.JOB.eq(job.value()))
                        .orderBy(RUN.ID)
                        .limit(SLICE)
                        .fetch(row -> new RunId(row.get(RUN.ID))));
    }

    /**
     * Removes the job's runs up to this one.
     *
     * @throws StoreFailure when that cannot be stored
     */
    public void removeRuns(JobId job, RunId upTo) {
        transaction.apply(sql ->
                sql.deleteFrom(RUN)
                        .where(RUN.JOB.eq(job.value()))
                        .and(RUN.ID.le(upTo.value()))
                        .execute());
    }

    /**
     * Removes the next slice of what is left but for runs; says whether nothing is left now.
     *
     * @throws StoreFailure when that cannot be stored
     */
    public boolean removeRest(JobId job) {
        return transaction.apply(sql -> rest(sql, job.value())) == 0;
    }

    /** How many rows were removed; none once the job's own was. */
    private static int rest(DSLContext sql, long job) {
        int tasks = tasks(sql, job);
        if (tasks > 0) return tasks;
        int notes = notes(sql, job);
        if (notes > 0) return notes;
        sql.deleteFrom(STEP).where(STEP.JOB.eq(job)).execute();
        sql.deleteFrom(JOB).where(JOB.ID.eq(job)).execute();
        return 0;
    }

    /** Removes the next slice of a job's runs. */
    static int runs(DSLContext sql, long job) {
        return slice(sql, RUN, RUN.JOB.eq(job), RUN.ID);
    }

    /** Removes the next slice of a job's tasks. */
    static int tasks(DSLContext sql, long job) {
        for (Long step : sql.select(STEP.ID).from(STEP).where(STEP.JOB.eq(job)).fetch(STEP.ID)) {
            int tasks = slice(sql, TASK, TASK.STEP.eq(step), TASK.IDX);
            if (tasks > 0) return tasks;
        }
        return 0;
    }

    private static int notes(DSLContext sql, long job) {
        var ofJob = AUDIT.SUBJECT.eq(Subject.JOB).and(AUDIT.SUBJECT_ID.eq(job));
        return slice(sql, AUDIT, ofJob, AUDIT.REVISION);
    }

    /** Removes the rows with the least keys; says how many. */
    private static int slice(
            DSLContext sql, Table<?> table, Condition which, TableField<?, Long> key) {
        @Nullable Long last =
                sql.select(key)
                        .from(table)
                        .where(which)
                        .orderBy(key)
                        .limit(1)
                        .offset(SLICE - 1)
                        .fetchOne(key);
        return sql.deleteFrom(table)
                .where(which)
                .and(key.le(last == null ? Long.MAX_VALUE : last))
                .execute();
    }
}
