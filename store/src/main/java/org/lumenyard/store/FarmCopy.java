package org.lumenyard.store;

import static org.lumenyard.store.schema.Tables.FARM;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.flywaydb.core.api.FlywayException;
import org.jooq.BatchBindStep;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.UniqueKey;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.lumenyard.store.schema.DefaultSchema;

/**
 * Copies whole farms between places, row by row, and takes backups of running ones.
 *
 * <p>A copied farm is another one from then on: it gets a lineage of its own, and its terms and
 * numbers begin far above all that the former one can have given to its agents since. Agents of the
 * former lineage end their work before they join it.
 */
public final class FarmCopy {
    /** More terms and numbers than a farm uses up between a backup and its being needed. */
    private static final long LEAP = 1L << 32;

    private static final int PAGE = 1_000;

    /** Told while rows are copied. */
    public interface Progress {
        /**
         * @param copied rows of this table so far
         * @param of rows that it has
         */
        void rows(String table, long copied, long of);
    }

    private final DSLContext in;
    private final DSLContext out;
    private final Progress progress;

    private FarmCopy(DSLContext in, DSLContext out, Progress progress) {
        this.in = in;
        this.out = out;
        this.progress = progress;
    }

    /** How many tables a farm has. */
    public static int tableCount() {
        return tables().size();
    }

    /**
     * Copies the farm that no server runs to a place without one: all of it or, when this fails,
     * nothing. The rows of each table are counted on both sides.
     *
     * @return rows by table
     * @throws FolderInUse when a server has one of the folders
     * @throws DatabaseInUse when a server has one of the PostgreSQL databases
     * @throws StorageUnavailable when one of the databases fails
     * @throws IOException with a sentence, when there is no farm in the one place, or one in the
     *     other
     */
    public static Map<String, Long> copy(Place from, Place to, Progress progress)
            throws IOException {
        requireDatabase(from);
        try (Database source = Database.take(from);
                Database target = Database.take(to)) {
            attempt(source, source::migrate);
            attempt(target, target::migrate);
            return rows(source, from, target, to, true, progress);
        }
    }

    /**
     * Writes the farm as it is at one moment into a SQLite file; a server may go on with it.
     *
     * @param file is there whole, or not at all
     * @throws StorageUnavailable when the database fails
     * @throws IOException when the file is there already or cannot be written
     */
    public static void backup(Place from, Path file, Progress progress) throws IOException {
        requireDatabase(from);
        if (Files.exists(file)) throw new IOException(file + " is there already.");
        Path part = Files.createTempDirectory(file.toAbsolutePath().getParent(), ".backup");
        try {
            Path written = part.resolve(SqliteFile.NAME);
            switch (from) {
                case Place.Folder folder -> {
                    var source = SqliteFile.beside(folder.path());
                    attempt(source, () -> source.writeTo(written));
                }
                case Place.Postgres postgres -> {
                    try (Database source = PostgresDatabase.beside(postgres);
                            Database target = SqliteFile.take(part)) {
                        attempt(target, target::migrate);
                        rows(source, from, target, new Place.Folder(part), false, progress);
                    }
                }
            }
            force(written);
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            remove(part);
        }
    }

    private static void requireDatabase(Place place) throws IOException {
        if (place instanceof Place.Folder(Path path)
                && !Files.exists(path.resolve(SqliteFile.NAME))) {
            throw new IOException("There is no farm in %s.".formatted(path));
        }
    }

    private static void force(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) Files.delete(file);
        }
        Files.delete(folder);
    }

    private interface Attempt {
        void run() throws SQLException;
    }

    private static void attempt(Database database, Attempt attempt) {
        try {
            attempt.run();
        } catch (SQLException e) {
            throw database.unavailable(e);
        } catch (DataAccessException | FlywayException e) {
            throw database.unavailable(new SQLException(e.getMessage(), e));
        }
    }

    private static Map<String, Long> rows(
            Database source, Place from, Database target, Place to, boolean anew, Progress progress)
            throws IOException {
        try (var readers = source.openReaders(1);
                Connection reading = readers.getConnection();
                Connection writing = target.openWriter()) {
            reading.setAutoCommit(false);
            var copy = new FarmCopy(source.sql(reading), target.sql(writing), progress);
            if (!copy.in.fetchExists(FARM)) {
                throw new IOException("There is no farm in %s.".formatted(from));
            }
            if (copy.out.fetchExists(FARM)) {
                throw new IOException("There is a farm in %s already.".formatted(to));
            }
            Map<String, Long> counts = copy.counts();
            writing.setAutoCommit(false);
            copy.rows(counts, anew);
            writing.setAutoCommit(true);
            reading.rollback();
            return counts;
        } catch (SQLException e) {
            throw target.unavailable(e);
        } catch (DataAccessException e) {
            throw target.unavailable(new SQLException(e.getMessage(), e));
        }
    }

    private static List<Table<?>> tables() {
        return DefaultSchema.DEFAULT_SCHEMA.getTables();
    }

    private Map<String, Long> counts() {
        var counts = new LinkedHashMap<String, Long>();
        for (Table<?> table : tables()) counts.put(table.getName(), (long) in.fetchCount(table));
        return counts;
    }

    private void rows(Map<String, Long> counts, boolean anew) throws IOException {
        for (Table<?> table : tables()) {
            long rows = counts.getOrDefault(table.getName(), 0L);
            copy(table, rows);
            long found = out.fetchCount(table);
            if (found != rows) {
                throw new IOException(
                        "Of %d rows of the table %s, %d arrived: nothing was copied."
                                .formatted(rows, table.getName(), found));
            }
        }
        if (anew) {
            out.update(FARM)
                    .set(FARM.LINEAGE, UUID.randomUUID().toString())
                    .set(FARM.TERM, FARM.TERM.plus(LEAP))
                    .set(FARM.NEXT_ID, FARM.NEXT_ID.plus(LEAP))
                    .execute();
        }
    }

    private void copy(Table<?> table, long of) {
        Query insert = insert(table);
        long copied = 0;
        progress.rows(table.getName(), 0, of);
        try (Cursor<? extends Record> rows =
                in.select(table.fields())
                        .from(table)
                        .orderBy(key(table))
                        .fetchSize(PAGE)
                        .fetchLazy()) {
            while (rows.hasNext()) {
                BatchBindStep page = out.batch(insert);
                var records = rows.fetchNext(PAGE);
                for (Record row : records) page = page.bind(row.intoArray());
                page.execute();
                copied += records.size();
                progress.rows(table.getName(), copied, of);
            }
        }
    }

    private static List<? extends Field<?>> key(Table<?> table) {
        UniqueKey<?> key = table.getPrimaryKey();
        return key == null ? List.of() : key.getFields();
    }

    private static Query insert(Table<?> table) {
        List<? extends Field<?>> values =
                table.fieldStream()
                        .map(field -> DSL.param(field.getName(), field.getDataType()))
                        .toList();
        return DSL.insertInto(table).columns(table.fields()).values(values);
    }
}
