package org.lumenyard.store.pages;

import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.sum;
import static org.lumenyard.store.schema.Tables.AUDIT;
import static org.lumenyard.store.schema.Tables.FARM;
import static org.lumenyard.store.schema.Tables.JOB;
import static org.lumenyard.store.schema.Tables.RUN;
import static org.lumenyard.store.schema.Tables.STEP;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.SelectOnConditionStep;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Archiving;
import org.lumenyard.core.Counts;
import org.lumenyard.core.JobId;
import org.lumenyard.core.JobPlan;
import org.lumenyard.core.JobState;
import org.lumenyard.core.Requirements;
import org.lumenyard.core.RunId;
import org.lumenyard.core.StepId;
import org.lumenyard.core.TaskSpace;
import org.lumenyard.store.rows.JsonText;
import org.lumenyard.store.schema.Subject;

/** Lists of jobs, one job, its history. */
public final class JobPages {
    /** Of a step as pages show it: all but its payload, which may be long. */
    private static final List<Field<?>> STEP_COLUMNS =
            List.of(
                    STEP.ID,
                    STEP.JOB,
                    STEP.ORDINAL,
                    STEP.NAME,
                    STEP.SPACE,
                    STEP.SIZE,
                    STEP.DEPENDS_ON,
                    STEP.REQUIREMENTS,
                    STEP.MODEL,
                    STEP.ROUND,
                    STEP.WAITING,
                    STEP.RUNNING,
                    STEP.DONE,
                    STEP.FAILED,
                    STEP.PEAK_MEBIBYTES,
                    STEP.LOAD_MILLIS,
                    STEP.RUN_MILLIS,
                    STEP.LEAST_MEBIBYTES,
                    STEP.SETBACKS);

    private static final List<JobState> FINISHED =
            Stream.of(JobState.values()).filter(JobState::isFinished).toList();
    private static final List<JobState> UNFINISHED =
            Stream.of(JobState.values()).filter(state -> !state.isFinished()).toList();

    private final Reading reading;
    private final TaskSpace.Reader spaces;
    private final FinishedJobs finished;

    JobPages(Reading reading, TaskSpace.Reader spaces, FinishedJobs finished) {
        this.reading = reading;
        this.spaces = spaces;
        this.finished = finished;
    }

    /**
     * @throws BadCursor when the cursor is not one of this query's
     */
    public AtRevision<Listing<JobLine>> list(JobsQuery query) {
        int limit = Pages.rows(query.limit());
        return reading.readAt(sql -> list(sql, query, limit));
    }

    /**
     * The same, with the steps of the first so many waiting jobs in it, which say what they wait
     * for.
     */
    public AtRevision<WaitingListing> listWithWaiting(JobsQuery query, int most) {
        int limit = Pages.rows(query.limit());
        return reading.readAt(sql -> {
            Listing<JobLine> listing = list(sql, query, limit);
            List<JobLine> waiting =
                    listing.rows().stream()
                            .filter(job -> job.state() == JobState.WAITING)
                            .limit(most)
                            .toList();
            return new WaitingListing(listing, withSteps(sql, waiting), totals(sql));
        });
    }

    /**
     * A list of jobs.
     *
     * @param waiting those of them that wait, with their steps
     * @param totals how many jobs of all are in which state
     */
    public record WaitingListing(
            Listing<JobLine> jobs, Map<JobId, JobPage> waiting, Map<JobState, Long> totals) {}

    private Map<JobId, JobPage> withSteps(DSLContext sql, List<JobLine> jobs) {
        if (jobs.isEmpty()) return Map.of();
        var lines = new HashMap<JobId, List<JobPage.StepLine>>();
        var spaces = new HashMap<String, TaskSpace>();
        var needs = new HashMap<String, Requirements>();
        for (Record row :
                sql.select(STEP_COLUMNS)
                        .from(STEP)
                        .where(STEP.JOB.in(jobs.stream().map(job -> job.id().value()).toList()))
                        .orderBy(STEP.JOB, STEP.ORDINAL)
                        .limit(10_000)
                        .fetch()) {
            TaskSpace space = spaces.computeIfAbsent(row.get(STEP.SPACE), this.spaces::read);
            lines.computeIfAbsent(new JobId(row.get(STEP.JOB)), id -> new ArrayList<>())
                    .add(
                            step(
                                    row,
                                    space,
                                    needs.computeIfAbsent(
                                            row.get(STEP.REQUIREMENTS), JsonText::requirements)));
        }
        return jobs.stream()
                .collect(
                        Collectors.toMap(
                                JobLine::id,
                                job -> new JobPage(job, lines.getOrDefault(job.id(), List.of()))));
    }

    private static Listing<JobLine> list(DSLContext sql, JobsQuery query, int limit) {
        Field<?> key = key(query.order());
        List<JobLine> lines =
                lines(sql)
                        .where(matches(sql, query))
                        .and(after(query, Cursor.of(query.cursor())))
                        .orderBy(
                                query.descending() ? key.desc() : key.asc(),
                                query.descending() ? JOB.ID.desc() : JOB.ID.asc())
                        .limit(limit + 1)
                        .fetch(JobPages::line);
        return Listing.of(lines, limit, line -> cursor(query.order(), line));
    }

    private static Condition matches(DSLContext sql, JobsQuery query) {
        Condition matches =
                JOB.DELETED_AT
                        .isNull()
                        .and(
                                query.archived()
                                        ? JOB.ARCHIVING.ne(Archiving.NONE)
                                        : JOB.ARCHIVING.eq(Archiving.NONE));
        if (!query.states().isEmpty()) matches = matches.and(JOB.STATE.in(query.states()));
        if (query.user() != null) matches = matches.and(JOB.SUBMITTED_BY.eq(query.user()));
        if (query.text() != null) matches = matches.and(nameHas(sql, query.text()));
        return matches;
    }

    /**
     * SQLite's own search takes small and capital letters for one: to lower each name is half of
     * the cost.
     */
    private static Condition nameHas(DSLContext sql, String text) {
        return sql.family() == SQLDialect.SQLITE
                ? JOB.NAME.contains(text)
                : JOB.NAME.containsIgnoreCase(text);
    }

    /** Numbers rise with submission, so they are its order. */
    private static Field<?> key(JobsQuery.Order order) {
        return switch (order) {
            case SUBMITTED -> JOB.ID;
            case NAME -> JOB.NAME;
            case USER -> JOB.SUBMITTED_BY;
            case PRIORITY -> JOB.PRIORITY;
            case STATE -> JOB.STATE;
        };
    }

    private static Condition after(JobsQuery query, @Nullable Cursor cursor) {
        if (cursor == null) return noCondition();
        return switch (query.order()) {
            case SUBMITTED -> query.descending() ? JOB.ID.lt(cursor.id()) : JOB.ID.gt(cursor.id());
            case NAME -> after(query, JOB.NAME, cursor.valueOrRefuse(), cursor.id());
            case USER -> after(query, JOB.SUBMITTED_BY, cursor.valueOrRefuse(), cursor.id());
            case PRIORITY -> after(query, JOB.PRIORITY, (int) cursor.numberOrRefuse(), cursor.id());
            case STATE -> after(query, JOB.STATE, state(cursor), cursor.id());
        };
    }

    private static <T> Condition after(JobsQuery query, Field<T> key, T value, long id) {
        return query.descending() ? row(key, JOB.ID).lt(value, id) : row(key, JOB.ID).gt(value, id);
    }

    private static JobState state(Cursor cursor) {
        try {
            return JobState.valueOf(cursor.valueOrRefuse());
        } catch (IllegalArgumentException e) {
            throw new BadCursor(cursor.toString());
        }
    }

    private static Cursor cursor(JobsQuery.Order order, JobLine line) {
        String value =
                switch (order) {
                    case SUBMITTED -> null;
                    case NAME -> line.name();
                    case USER -> line.user();
                    case PRIORITY -> Integer.toString(line.priority());
                    case STATE -> line.state().name();
                };
        return new Cursor(line.id().value(), value);
    }

    /** One job with its steps. */
    public AtRevision<Optional<JobPage>> job(JobId id) {
        return reading.readAt(sql ->
                lines(sql)
                        .where(JOB.ID.eq(id.value()))
                        .and(JOB.DELETED_AT.isNull())
                        .fetchOptional(JobPages::line)
                        .map(line -> new JobPage(line, steps(sql, id))));
    }

    private List<JobPage.StepLine> steps(DSLContext sql, JobId job) {
        return sql.select(STEP_COLUMNS)
                .from(STEP)
                .where(STEP.JOB.eq(job.value()))
                .orderBy(STEP.ORDINAL)
                .limit(1_000)
                .fetch(row ->
                        step(
                                row,
                                spaces.read(row.get(STEP.SPACE)),
                                JsonText.requirements(row.get(STEP.REQUIREMENTS))));
    }

    private static JobPage.StepLine step(Record row, TaskSpace space, Requirements needs) {
        return new JobPage.StepLine(
                new StepId(row.get(STEP.ID)),
                row.get(STEP.ORDINAL),
                row.get(STEP.NAME),
                JsonText.ordinals(row.get(STEP.DEPENDS_ON)),
                needs,
                row.get(STEP.MODEL),
                row.get(STEP.ROUND),
                row.get(STEP.SIZE),
                space.label(0),
                space.label(space.size() - 1),
                new Counts(
                        row.get(STEP.WAITING),
                        row.get(STEP.RUNNING),
                        row.get(STEP.DONE),
                        row.get(STEP.FAILED)),
                row.get(STEP.PEAK_MEBIBYTES),
                row.get(STEP.LOAD_MILLIS),
                row.get(STEP.RUN_MILLIS),
                row.get(STEP.LEAST_MEBIBYTES),
                JsonText.setbacks(row.get(STEP.SETBACKS)));
    }

    /**
     * Jobs that finished before that moment and are not deleted, the longest finished first.
     *
     * @param moment milliseconds since the epoch
     */
    public List<JobId> finishedBefore(long moment, int most) {
        return finishedBefore(moment, most, noCondition());
    }

    private List<JobId> finishedBefore(long moment, int most, Condition which) {
        return reading.read(sql ->
                sql.select(JOB.ID)
                        .from(JOB)
                        .where(JOB.STATE.in(FINISHED))
                        .and(JOB.FINISHED_AT.lt(moment))
                        .and(JOB.DELETED_AT.isNull())
                        .and(which)
                        .orderBy(JOB.FINISHED_AT, JOB.ID)
                        .limit(Pages.rows(most))
                        .fetch(row -> new JobId(row.get(JOB.ID))));
    }

    /**
     * Of these, those that could be archived: they finished before that moment, and are in the
     * tables.
     *
     * @param moment milliseconds since the epoch
     */
    public List<JobId> archivableBefore(long moment, int most) {
        return finishedBefore(moment, most, JOB.ARCHIVING.eq(Archiving.NONE));
    }

    /**
     * Of these, those whose logs are kept, or were kept anew since they were dropped.
     *
     * @param moment milliseconds since the epoch
     */
    public List<JobId> withLogsBefore(long moment, int most) {
        return finishedBefore(
                moment,
                most,
                JOB.LOGS_DROPPED_AT.isNull().or(JOB.LOGS_DROPPED_AT.lt(JOB.FINISHED_AT)));
    }

    /**
     * When a job's logs were dropped, in milliseconds since the epoch; empty while they are kept.
     */
    public OptionalLong logsDroppedAt(JobId id) {
        return reading.read(sql ->
                sql
                        .select(JOB.LOGS_DROPPED_AT)
                        .from(JOB)
                        .where(JOB.ID.eq(id.value()))
                        .and(JOB.LOGS_DROPPED_AT.isNotNull())
                        .fetch(JOB.LOGS_DROPPED_AT)
                        .stream()
                        .mapToLong(Long::longValue)
                        .findFirst());
    }

    /** What was submitted, as it was. */
    public AtRevision<Optional<String>> source(JobId id) {
        return reading.readAt(sql ->
                sql.select(JOB.SOURCE)
                        .from(JOB)
                        .where(JOB.ID.eq(id.value()))
                        .fetchOptional(JOB.SOURCE));
    }

    /** How a step's tasks are done, as it was frozen at submission. */
    public Optional<JobPlan.StepPlan> plan(StepId id) {
        return reading.read(sql ->
                sql.select().from(STEP).where(STEP.ID.eq(id.value())).fetchOptional(this::plan));
    }

    private JobPlan.StepPlan plan(Record row) {
        return new JobPlan.StepPlan(
                row.get(STEP.NAME),
                spaces.read(row.get(STEP.SPACE)),
                JsonText.ordinals(row.get(STEP.DEPENDS_ON)),
                JsonText.requirements(row.get(STEP.REQUIREMENTS)),
                row.get(STEP.MODEL),
                row.get(STEP.PAYLOAD));
    }

    /** What people and the farm did with the job, the latest first. */
    public AtRevision<Listing<HistoryLine>> history(JobId id, @Nullable String cursor, int limit) {
        return reading.readAt(sql -> history(sql, Subject.JOB, id.value(), cursor, limit));
    }

    static Listing<HistoryLine> history(
            DSLContext sql, Subject subject, long id, @Nullable String after, int asked) {
        int limit = Pages.rows(asked);
        Cursor cursor = Cursor.of(after);
        List<HistoryLine> lines =
                sql.select()
                        .from(AUDIT)
                        .where(AUDIT.SUBJECT.eq(subject))
                        .and(AUDIT.SUBJECT_ID.eq(id))
                        .and(
                                cursor == null
                                        ? noCondition()
                                        : row(AUDIT.REVISION, AUDIT.LINE)
                                                .lt(cursor.id(), (int) cursor.numberOrRefuse()))
                        .orderBy(AUDIT.REVISION.desc(), AUDIT.LINE.desc())
                        .limit(limit + 1)
                        .fetch(row ->
                                new HistoryLine(
                                        row.get(AUDIT.REVISION),
                                        row.get(AUDIT.LINE),
                                        row.get(AUDIT.WHO),
                                        row.get(AUDIT.WHAT),
                                        row.get(AUDIT.NOTED_AT)));
        return Listing.of(lines, limit, l -> new Cursor(l.revision(), Integer.toString(l.line())));
    }

    /** How many jobs are in which state, but for archived ones. */
    public AtRevision<JobTotals> totals() {
        return reading.readAt(sql -> new JobTotals(totals(sql), unfinished(sql)));
    }

    private Map<JobState, Long> totals(DSLContext sql) {
        Long revision = sql.select(FARM.REVISION).from(FARM).fetchSingle(FARM.REVISION);
        var jobs = new EnumMap<JobState, Long>(JobState.class);
        jobs.putAll(counted(sql, UNFINISHED));
        jobs.putAll(finished.at(revision, () -> counted(sql, FINISHED)));
        return Map.copyOf(jobs);
    }

    private static Map<JobState, Long> counted(DSLContext sql, List<JobState> states) {
        return sql.select(JOB.STATE, count())
                .from(JOB)
                .where(JOB.STATE.in(states))
                .and(JOB.DELETED_AT.isNull())
                .and(JOB.ARCHIVING.eq(Archiving.NONE))
                .groupBy(JOB.STATE)
                .fetchMap(row -> row.value1(), row -> row.value2().longValue());
    }

    private static Counts unfinished(DSLContext sql) {
        Record row =
                sql.select(sum(JOB.WAITING), sum(JOB.RUNNING), sum(JOB.DONE), sum(JOB.FAILED))
                        .from(JOB)
                        .where(JOB.STATE.in(UNFINISHED))
                        .fetchSingle();
        return new Counts(number(row, 0), number(row, 1), number(row, 2), number(row, 3));
    }

    private static long number(Record row, int column) {
        @Nullable BigDecimal sum = row.get(column, BigDecimal.class);
        return sum == null ? 0 : sum.longValueExact();
    }

    private static SelectOnConditionStep<?> lines(DSLContext sql) {
        return sql.select(
                        JOB.ID,
                        JOB.NAME,
                        JOB.SUBMITTED_BY,
                        JOB.BAND,
                        JOB.PRIORITY,
                        JOB.STATE,
                        JOB.HELD,
                        JOB.HELD_WHY,
                        JOB.CANCELLED,
                        JOB.NOTES,
                        JOB.WAITING,
                        JOB.RUNNING,
                        JOB.DONE,
                        JOB.FAILED,
                        JOB.SUBMITTED_AT,
                        JOB.STARTED_AT,
                        JOB.FINISHED_AT,
                        JOB.LAST_DONE_RUN,
                        JOB.ARCHIVING,
                        RUN.ID,
                        RUN.LABEL,
                        RUN.REASON,
                        RUN.SENTENCE,
                        RUN.ENDED_AT)
                .from(JOB)
                .leftJoin(RUN)
                .on(RUN.ID.eq(JOB.LAST_FAILED_RUN));
    }

    private static JobLine line(Record row) {
        @Nullable Long lastDone = row.get(JOB.LAST_DONE_RUN);
        return new JobLine(
                new JobId(row.get(JOB.ID)),
                row.get(JOB.NAME),
                row.get(JOB.SUBMITTED_BY),
                row.get(JOB.BAND),
                row.get(JOB.PRIORITY),
                row.get(JOB.STATE),
                row.get(JOB.HELD),
                row.get(JOB.HELD_WHY),
                row.get(JOB.CANCELLED),
                row.get(JOB.NOTES),
                new Counts(
                        row.get(JOB.WAITING),
                        row.get(JOB.RUNNING),
                        row.get(JOB.DONE),
                        row.get(JOB.FAILED)),
                row.get(JOB.SUBMITTED_AT),
                row.get(JOB.STARTED_AT),
                row.get(JOB.FINISHED_AT),
                lastDone == null ? null : new RunId(lastDone),
                failure(row),
                row.get(JOB.ARCHIVING));
    }

    private static JobLine.@Nullable Failure failure(Record row) {
        @Nullable Long run = row.get(RUN.ID);
        if (run == null) return null;
        return new JobLine.Failure(
                new RunId(run),
                row.get(RUN.LABEL),
                row.get(RUN.REASON),
                row.get(RUN.SENTENCE),
                row.get(RUN.ENDED_AT));
    }
}
