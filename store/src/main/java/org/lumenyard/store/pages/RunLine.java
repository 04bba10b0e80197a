package org.lumenyard.store.pages;

import static org.lumenyard.store.schema.Tables.JOB;
import static org.lumenyard.store.schema.Tables.NODE;
import static org.lumenyard.store.schema.Tables.RUN;
import static org.lumenyard.store.schema.Tables.STEP;

import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.SelectOnConditionStep;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Run;
import org.lumenyard.store.rows.RunRows;
import org.lumenyard.store.schema.RunState;

/**
 * A run in a list. Moments are milliseconds since the epoch; what is null is not known yet.
 *
 * @param reason a stable word for how it ended
 * @param sentence the same for people; empty when there is nothing to say
 * @param details of a run that has ended: outputs, warnings and timings, as the agent's JSON
 */
public record RunLine(
        Run run,
        String jobName,
        String stepName,
        String nodeName,
        RunState state,
        @Nullable Long startedAt,
        @Nullable Long endedAt,
        @Nullable String reason,
        @Nullable String sentence,
        @Nullable Long loadMillis,
        @Nullable Long runMillis,
        @Nullable Long peakMebibytes,
        @Nullable String details) {

    /** Runs with the names of what they belong to. */
    static SelectOnConditionStep<Record> select(DSLContext sql) {
        return sql.select(RUN.fields())
                .select(JOB.NAME, STEP.NAME, NODE.NAME)
                .from(RUN)
                .join(JOB)
                .on(JOB.ID.eq(RUN.JOB))
                .join(STEP)
                .on(STEP.ID.eq(RUN.STEP))
                .join(NODE)
                .on(NODE.ID.eq(RUN.NODE));
    }

    static RunLine of(Record row) {
        return new RunLine(
                RunRows.run(row),
                row.get(JOB.NAME),
                row.get(STEP.NAME),
                row.get(NODE.NAME),
                row.get(RUN.STATE),
                row.get(RUN.STARTED_AT),
                row.get(RUN.ENDED_AT),
                row.get(RUN.REASON),
                row.get(RUN.SENTENCE),
                row.get(RUN.LOAD_MILLIS),
                row.get(RUN.RUN_MILLIS),
                row.get(RUN.PEAK_MEBIBYTES),
                row.get(RUN.DETAILS));
    }

    Cursor cursor() {
        return new Cursor(run.id().value(), null);
    }
}
