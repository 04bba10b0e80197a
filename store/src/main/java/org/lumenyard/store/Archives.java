package org.lumenyard.store;

import static org.lumenyard.store.schema.Tables.JOB;
import static org.lumenyard.store.schema.Tables.RUN;
import static org.lumenyard.store.schema.Tables.STEP;
import static org.lumenyard.store.schema.Tables.TASK;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.BatchBindStep;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Archiving;
import org.lumenyard.core.JobId;
import org.lumenyard.core.RunId;
import org.lumenyard.store.pages.Reading;

/**
 * Moves task and run rows of finished jobs between the tables and files, in slices: each a
 * transaction of its own with a bounded number of rows, between which the farm commits. What is to
 * be done stands in the job's row, so after a crash it goes on; doing a part twice does no harm.
 */
public final class Archives {
    private static final List<Archiving> UNDER_WAY =
            List.of(Archiving.values()).stream().filter(Archiving::isUnderWay).toList();

    private final Reading reading;
    private final Leftovers.Transaction transaction;

    Archives(Reading reading, Leftovers.Transaction transaction) {
        this.reading = reading;
        this.transaction = transaction;
    }

    /** Jobs whose rows are on the way, and that are not deleted; at most 1,000. */
    public List<JobId> jobs() {
        return reading.read(sql ->
                sql.select(JOB.ID)
                        .from(JOB)
                        .where(JOB.ARCHIVING.in(UNDER_WAY))
                        .and(JOB.DELETED_AT.isNull())
                        .orderBy(JOB.ID)
                        .limit(1_000)
                        .fetch(row -> new JobId(row.get(JOB.ID))));
    }

    /** Where a job's rows are; empty when there is none, or it is deleted. */
    public Optional<Archiving> of(JobId job) {
        return reading.read(sql ->
                sql.select(JOB.ARCHIVING)
                        .from(JOB)
                        .where(JOB.ID.eq(job.value()))
                        .and(JOB.DELETED_AT.isNull())
                        .fetchOptional(JOB.ARCHIVING));
    }

    /** What is to be done for one job, in slices. */
    public interface Work extends AutoCloseable {
        /**
         * Does the next slice; says whether all is done.
         *
         * @throws StoreFailure when that cannot be stored
         * @throws IOException with a sentence, when the file cannot be written or read, or is
         *     damaged
         */
        boolean some() throws IOException;

        @Override
        default void close() throws IOException {}
    }

    /**
     * Begins what a job's row asks for.
     *
     * @param file the job's archive
     * @throws IOException with a sentence, when the file is needed and is not there, or not whole
     */
    public Work begin(JobId job, Archiving now, Path file) throws IOException {
        return switch (now) {
            case NONE, ARCHIVED -> () -> true;
            case WRITING -> () -> write(job, file);
            case REMOVING -> {
                ArchiveFile.check(file);
                yield () -> removeSome(job);
            }
            case RETURNING -> {
                ArchiveFile.check(file);
                yield open(file);
            }
            case RETURNED ->
                    () -> {
                        Files.deleteIfExists(file);
                        return true;
                    };
        };
    }

    /** In place of what has the file's name; it is on disk when this returns. */
    private boolean write(JobId job, Path file) throws IOException {
        try (var output = new ArchiveFile.Output(file, job)) {
            output.table(TASK);
            for (Long step : steps(job)) {
                write(output, TASK, TASK.STEP.eq(step), TASK.IDX);
            }
            output.table(RUN);
            write(output, RUN, RUN.JOB.eq(job.value()), RUN.ID);
            output.finish();
        }
        return true;
    }

    private List<Long> steps(JobId job) {
        return reading.read(sql ->
                sql.select(STEP.ID)
                        .from(STEP)
                        .where(STEP.JOB.eq(job.value()))
                        .orderBy(STEP.ID)
                        .fetch(STEP.ID));
    }

    private void write(ArchiveFile.Output output, Table<?> table, Condition which, Field<Long> key)
            throws IOException {
        long after = -1;
        while (true) {
            Condition next = which.and(key.gt(after));
            List<? extends Record> rows =
                    reading.read(sql ->
                            sql.select(table.fields())
                                    .from(table)
                                    .where(next)
                                    .orderBy(key)
                                    .limit(Leftovers.SLICE)
                                    .fetch());
            if (rows.isEmpty()) return;
            output.rows(table, rows);
            after = rows.getLast().get(key);
        }
    }

    private boolean removeSome(JobId job) {
        return transaction.apply(sql -> {
            int runs = Leftovers.runs(sql, job.value());
            return runs > 0 ? runs : Leftovers.tasks(sql, job.value());
        })
                == 0;
    }

    /** A job's rows in its file, read in slices. */
    public final class Source implements Work {
        private final ArchiveFile.Input input;

        private Source(Path file) throws IOException {
            input = new ArchiveFile.Input(file);
        }

        /** Puts the next rows into the tables, but for those that are there. */
        @Override
        public boolean some() throws IOException {
            Optional<ArchiveFile.Rows> rows = input.next(Leftovers.SLICE);
            rows.ifPresent(some -> transaction.apply(sql -> insert(sql, some)));
            return rows.isEmpty();
        }

        /**
         * Which runs the next rows are of; empty when these were all.
         *
         * @throws IOException with a sentence, when the file is damaged
         */
        public Optional<List<RunId>> runs() throws IOException {
            return input.next(Leftovers.SLICE).map(Archives::runs);
        }

        @Override
        public void close() throws IOException {
            input.close();
        }
    }

    /**
     * The rows in a job's archive.
     *
     * @throws IOException with a sentence, when it is not there or cannot be read
     */
    public Source open(Path file) throws IOException {
        return new Source(file);
    }

    private static List<RunId> runs(ArchiveFile.Rows rows) {
        int id = rows.columns().indexOf(RUN.ID.getName());
        if (!rows.table().equals(RUN.getName()) || id < 0) return List.of();
        return rows.values().stream()
                .map(row -> new RunId(RUN.ID.getDataType().convert(row.get(id))))
                .toList();
    }

    private static int insert(DSLContext sql, ArchiveFile.Rows rows) {
        Table<?> table = Map.of(TASK.getName(), TASK, RUN.getName(), RUN).get(rows.table());
        if (table == null) throw new IllegalStateException("no rows of " + rows.table() + " go");
        var fields = new ArrayList<Field<?>>();
        for (String column : rows.columns()) {
            @Nullable Field<?> field = table.field(column);
            if (field == null) throw new IllegalStateException("no column " + column);
            fields.add(field);
        }
        var insert =
                DSL.insertInto(table)
                        .columns(fields)
                        .values(
                                fields.stream()
                                        .map(field ->
                                                DSL.param(field.getName(), field.getDataType()))
                                        .toList())
                        .onConflictDoNothing();
        BatchBindStep batch = sql.batch(insert);
        for (List<@Nullable Object> row : rows.values()) {
            batch = batch.bind(converted(fields, row));
        }
        batch.execute();
        return rows.values().size();
    }

    private static @Nullable Object[] converted(List<Field<?>> fields, List<@Nullable Object> row) {
        @Nullable Object[] values = new Object[fields.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = fields.get(i).getDataType().convert(row.get(i));
        }
        return values;
    }
}
