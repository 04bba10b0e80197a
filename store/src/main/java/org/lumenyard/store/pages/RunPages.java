package org.lumenyard.store.pages;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;
import static org.lumenyard.store.schema.Tables.RUN;
import static org.lumenyard.store.schema.Tables.STEP;
import static org.lumenyard.store.schema.Tables.TASK;

import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.JobId;
import org.lumenyard.core.NodeId;
import org.lumenyard.core.RunId;
import org.lumenyard.core.StepId;
import org.lumenyard.core.TaskState;
import org.lumenyard.store.schema.RunState;

/** Runs: of a job, a task or a node; and what they made. */
public final class RunPages {
    private final Reading reading;

    RunPages(Reading reading) {
        this.reading = reading;
    }

    /** One run. */
    public AtRevision<Optional<RunLine>> run(RunId id) {
        return reading.readAt(
                sql -> RunLine.select(sql).where(RUN.ID.eq(id.value())).fetchOptional(RunLine::of));
    }

    /** A job's runs, the latest placed first. */
    public AtRevision<Listing<RunLine>> ofJob(JobId job, @Nullable String cursor, int limit) {
        return newestFirst(RUN.JOB.eq(job.value()), cursor, limit);
    }

    /** What a job has made: of each done task the run that did it, the latest placed first. */
    public AtRevision<Listing<RunLine>> outputs(JobId job, @Nullable String cursor, int limit) {
        Condition stands =
                RUN.ID.eq(
                        field(
                                select(TASK.RUN)
                                        .from(TASK)
                                        .where(TASK.STEP.eq(RUN.STEP))
                                        .and(TASK.IDX.eq(RUN.IDX))));
        return newestFirst(
                RUN.JOB.eq(job.value()).and(RUN.STATE.eq(RunState.DONE)).and(stands),
                cursor,
                limit);
    }

    private AtRevision<Listing<RunLine>> newestFirst(
            Condition which, @Nullable String after, int asked) {
        int limit = Pages.rows(asked);
        return reading.readAt(sql -> {
            Cursor cursor = Cursor.of(after);
            List<RunLine> lines =
                    RunLine.select(sql)
                            .where(which)
                            .and(cursor == null ? noCondition() : RUN.ID.lt(cursor.id()))
                            .orderBy(RUN.ID.desc())
                            .limit(limit + 1)
                            .fetch(RunLine::of);
            return Listing.of(lines, limit, RunLine::cursor);
        });
    }

    /**
     * What a step has made, in the order of its tasks: the run that did each done one. For a film
     * or a flip-book.
     */
    public AtRevision<Listing<RunLine>> outputs(StepId step, @Nullable String after, int asked) {
        int limit = Pages.rows(asked);
        return reading.readAt(sql -> outputs(sql, step, Cursor.of(after), limit));
    }

    private static Listing<RunLine> outputs(
            DSLContext sql, StepId step, @Nullable Cursor cursor, int limit) {
        List<RunLine> lines =
                RunLine.select(sql)
                        .join(TASK)
                        .on(TASK.RUN.eq(RUN.ID))
                        .where(TASK.STEP.eq(step.value()))
                        .and(TASK.STATE.eq(TaskState.DONE))
                        .and(TASK.ROUND.eq(STEP.ROUND))
                        .and(cursor == null ? noCondition() : TASK.IDX.gt(cursor.id()))
                        .orderBy(TASK.IDX)
                        .limit(limit + 1)
                        .fetch(RunLine::of);
        return Listing.of(lines, limit, line -> new Cursor(line.run().index(), null));
    }

    /** A task's runs, the latest first: each names the one before it. */
    public AtRevision<Listing<RunLine>> ofTask(
            StepId step, long index, @Nullable String cursor, int limit) {
        return reading.readAt(
                sql -> ofTask(sql, step, index, Cursor.of(cursor), Pages.rows(limit)));
    }

    static Listing<RunLine> ofTask(
            DSLContext sql, StepId step, long index, @Nullable Cursor cursor, int limit) {
        var chain = table(name("chain"));
        var link = field(name("chain", "id"), Long.class);
        var chained =
                name("chain")
                        .fields("id")
                        .as(
                                select(TASK.RUN)
                                        .from(TASK)
                                        .where(TASK.STEP.eq(step.value()))
                                        .and(TASK.IDX.eq(index))
                                        .unionAll(
                                                select(RUN.PREVIOUS)
                                                        .from(chain)
                                                        .join(RUN)
                                                        .on(RUN.ID.eq(link))
                                                        .where(RUN.PREVIOUS.isNotNull())));
        List<Long> ids =
                sql.withRecursive(chained)
                        .select(link)
                        .from(chain)
                        .where(cursor == null ? noCondition() : link.lt(cursor.id()))
                        .orderBy(link.desc())
                        .limit(limit + 1)
                        .fetch(link);
        List<RunLine> lines =
                RunLine.select(sql).where(RUN.ID.in(ids)).orderBy(RUN.ID.desc()).fetch(RunLine::of);
        return Listing.of(lines, limit, RunLine::cursor);
    }

    /** A node's runs that have ended, the latest ended first. */
    public AtRevision<Listing<RunLine>> ofNode(NodeId node, @Nullable String after, int asked) {
        int limit = Pages.rows(asked);
        return reading.readAt(sql -> {
            Cursor cursor = Cursor.of(after);
            List<RunLine> lines =
                    RunLine.select(sql)
                            .where(RUN.NODE.eq(node.value()))
                            .and(RUN.ENDED_AT.isNotNull())
                            .and(
                                    cursor == null
                                            ? noCondition()
                                            : row(RUN.ENDED_AT, RUN.ID)
                                                    .lt(cursor.numberOrRefuse(), cursor.id()))
                            .orderBy(RUN.ENDED_AT.desc(), RUN.ID.desc())
                            .limit(limit + 1)
                            .fetch(RunLine::of);
            return Listing.of(
                    lines,
                    limit,
                    l -> new Cursor(l.run().id().value(), String.valueOf(l.endedAt())));
        });
    }
}
