package org.lumenyard.store.pages;

import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.greatest;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.least;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.DSL.when;
import static org.lumenyard.store.schema.Tables.JOB;
import static org.lumenyard.store.schema.Tables.NODE;
import static org.lumenyard.store.schema.Tables.RUN;
import static org.lumenyard.store.schema.Tables.STEP;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;
import org.lumenyard.store.schema.RunState;

/** What the farm did in a stretch of time, summed over its runs. */
public final class UsagePages {
    /** So many rows are fetched at once: texts of jobs and steps are long. */
    private static final int FETCHED = 500;

    private final Reading reading;

    UsagePages(Reading reading) {
        this.reading = reading;
    }

    /** What runs are summed by. */
    public enum By {
        /** Who submitted the job. */
        OWNER(JOB.SUBMITTED_BY),
        /** The name of the node. */
        NODE_NAME(NODE.NAME),
        /** What the job was submitted as: its source text. */
        SOURCE(JOB.SOURCE),
        /** What the step does: its payload. */
        PAYLOAD(STEP.PAYLOAD);

        private final Field<String> key;

        By(Field<String> key) {
            this.key = key;
        }
    }

    /**
     * A stretch of time, in milliseconds since the epoch.
     *
     * @param from its first moment
     * @param to the moment after its last
     */
    public record Stretch(long from, long to) {}

    /**
     * Sums over runs.
     *
     * @param busyMillis how long runs held a slot within the stretch
     * @param loadMillis of runs that ended in it, how long they loaded
     * @param done how many ended well in it, and so on
     */
    public record Sums(long busyMillis, long loadMillis, long done, long failed, long lost) {
        Sums plus(Sums other) {
            return new Sums(
                    busyMillis + other.busyMillis,
                    loadMillis + other.loadMillis,
                    done + other.done,
                    failed + other.failed,
                    lost + other.lost);
        }
    }

    /** The sums of each stretch, in their order; a run that goes on is busy until {@code now}. */
    public AtRevision<List<Sums>> each(List<Stretch> stretches, long now) {
        return reading.readAt(sql ->
                stretches.stream()
                        .map(stretch ->
                                sums(
                                        sql.select(fields(stretch, now))
                                                .from(RUN)
                                                .where(within(stretch))
                                                .fetchSingle()))
                        .toList());
    }

    /**
     * The sums of one stretch by what a key is called.
     *
     * @param name what to call a key; those of one name are one
     */
    public AtRevision<Map<String, Sums>> by(
            By by, Stretch stretch, long now, UnaryOperator<String> name) {
        return reading.readAt(sql -> by(sql, by, stretch, now, name));
    }

    private static Map<String, Sums> by(
            DSLContext sql, By by, Stretch stretch, long now, UnaryOperator<String> name) {
        var found = new HashMap<String, Sums>();
        var query =
                sql.select(by.key)
                        .select(fields(stretch, now))
                        .from(RUN)
                        .join(JOB)
                        .on(JOB.ID.eq(RUN.JOB))
                        .join(STEP)
                        .on(STEP.ID.eq(RUN.STEP))
                        .join(NODE)
                        .on(NODE.ID.eq(RUN.NODE))
                        .where(within(stretch))
                        .groupBy(by.key)
                        .fetchSize(FETCHED);
        try (var rows = query.fetchStream()) {
            rows.forEach(row -> found.merge(name.apply(row.get(by.key)), sums(row), Sums::plus));
        }
        return Map.copyOf(found);
    }

    private static Field<Long> begun() {
        return coalesce(RUN.STARTED_AT, RUN.PLACED_AT);
    }

    /** What waits behind another run takes nothing. */
    private static Field<Long> busySince() {
        return coalesce(RUN.STARTED_AT, when(RUN.SLOT.isNull(), RUN.PLACED_AT));
    }

    private static Condition within(Stretch stretch) {
        return RUN.ENDED_AT
                .ge(stretch.from())
                .or(RUN.ENDED_AT.isNull())
                .and(begun().lt(stretch.to()));
    }

    /** In the order that {@link #sums} reads them. */
    private static List<Field<BigDecimal>> fields(Stretch stretch, long now) {
        Field<Long> end = least(coalesce(RUN.ENDED_AT, val(now)), val(stretch.to()));
        Field<Long> busy = end.minus(greatest(busySince(), val(stretch.from())));
        Condition ended = RUN.ENDED_AT.ge(stretch.from()).and(RUN.ENDED_AT.lt(stretch.to()));
        return List.of(
                sum(when(busy.gt(0L), busy).otherwise(inline(0L))).as("busy"),
                sum(when(ended, coalesce(RUN.LOAD_MILLIS, inline(0L))).otherwise(inline(0L)))
                        .as("loading"),
                count(ended, RunState.DONE),
                count(ended, RunState.FAILED),
                count(ended, RunState.LOST));
    }

    private static Field<BigDecimal> count(Condition ended, RunState state) {
        return sum(when(ended.and(RUN.STATE.eq(state)), inline(1L)).otherwise(inline(0L)))
                .as("ended_" + state.name().toLowerCase(Locale.ROOT));
    }

    private static Sums sums(Record row) {
        return new Sums(
                number(row, "busy"),
                number(row, "loading"),
                number(row, "ended_done"),
                number(row, "ended_failed"),
                number(row, "ended_lost"));
    }

    /** A sum over nothing is null. */
    private static long number(Record row, String field) {
        @Nullable BigDecimal value = row.get(field, BigDecimal.class);
        return value == null ? 0 : value.longValue();
    }
}
