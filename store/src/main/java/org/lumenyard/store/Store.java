package org.lumenyard.store;

import static org.lumenyard.store.schema.Tables.FARM;
import static org.lumenyard.store.schema.Tables.IDEMPOTENCY;
import static org.lumenyard.store.schema.Tables.TOKEN;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.flywaydb.core.api.FlywayException;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Change;
import org.lumenyard.core.FarmImage;
import org.lumenyard.core.JobId;
import org.lumenyard.core.TaskSpace;
import org.lumenyard.store.pages.FinishedJobs;
import org.lumenyard.store.pages.Pages;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The farm's database. One process has it at a time, and one connection of it writes: whoever calls
 * a writing method waits for the one before. Reading for pages goes on beside that.
 */
public final class Store implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    private static final int READERS = 3;

    /** A reign and the connection that it writes on. */
    private static final class Seat {
        final Connection connection;
        final DSLContext sql;
        final RowWriter rows;
        final long term;
        long revision;
        long nextId;

        Seat(Connection connection, DSLContext sql, Reign reign) {
            this.connection = connection;
            this.sql = sql;
            this.rows = new RowWriter(connection, sql);
            this.term = reign.term();
            this.revision = reign.revision();
            this.nextId = reign.nextId();
        }
    }

    /** What a transaction does after the reign was confirmed in it. */
    private interface Work<T> {
        T in(Seat seat) throws SQLException, StatementRefused;
    }

    private final Database database;
    private final TaskSpace.Reader spaces;
    private final Database.Care care;
    private final ReadPool readers;
    private final FinishedJobs finished = new FinishedJobs();
    private final Pages pages;
    private final Leftovers leftovers;
    private final Archives archives;
    private final ReentrantLock writing = new ReentrantLock(true);
    private @Nullable Seat seat;

    private Store(Database database, TaskSpace.Reader spaces) {
        this.database = database;
        this.spaces = spaces;
        this.care = database.care(writing);
        this.readers = new ReadPool(database, READERS);
        this.pages = new Pages(readers, spaces, finished);
        Leftovers.Transaction slices = work -> unchanged(at -> work.applyAsInt(at.sql));
        this.leftovers = new Leftovers(readers, slices);
        this.archives = new Archives(readers, slices);
    }

    /** A farm in a folder. */
    public static Store open(Path folder, TaskSpace.Reader spaces) throws IOException {
        return open(new Place.Folder(folder), spaces);
    }

    /**
     * Takes the place for this process, making a folder and the tables where they are missing.
     *
     * @param spaces reads the task spaces that core froze
     * @throws FolderInUse when another process, or this one, has the folder open
     * @throws DatabaseInUse when another server has the PostgreSQL database
     * @throws StorageUnavailable when the database cannot be opened or brought up to date
     */
    public static Store open(Place place, TaskSpace.Reader spaces) throws IOException {
        Database database = Database.take(place);
        try {
            prepare(database);
            return new Store(database, spaces);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static void prepare(Database database) {
        try {
            database.migrate();
            try (Connection connection = database.openWriter()) {
                DSLContext sql = database.sql(connection);
                if (sql.fetchExists(FARM)) return;
                sql.insertInto(FARM)
                        .columns(FARM.LINEAGE, FARM.TERM, FARM.REVISION, FARM.NEXT_ID)
                        .values(UUID.randomUUID().toString(), 0L, 0L, 1L)
                        .execute();
            }
        } catch (SQLException e) {
            throw database.unavailable(e);
        } catch (DataAccessException | FlywayException e) {
            throw database.unavailable(new SQLException(e.getMessage(), e));
        }
    }

    /**
     * Begins a reign: raises the term durably, so that no earlier one can commit any more.
     *
     * @throws StorageUnavailable when that cannot be stored; the earlier reign is over all the same
     */
    public Reign takeOver() {
        writing.lock();
        try {
            abdicate();
            database.claim();
            Connection connection = database.openWriter();
            try {
                DSLContext sql = database.sql(connection);
                Reign reign = raiseTerm(connection, sql);
                seat = new Seat(connection, sql, reign);
                finished.begin(reign.revision());
                return reign;
            } catch (SQLException | RuntimeException e) {
                closeQuietly(connection);
                throw e;
            }
        } catch (SQLException e) {
            throw database.unavailable(e);
        } catch (DataAccessException e) {
            throw database.unavailable(new SQLException(e.getMessage(), e));
        } finally {
            writing.unlock();
        }
    }

    private static Reign raiseTerm(Connection connection, DSLContext sql) throws SQLException {
        connection.setAutoCommit(false);
        sql.update(FARM).set(FARM.TERM, FARM.TERM.plus(1)).execute();
        Record farm = sql.select().from(FARM).fetchSingle();
        connection.setAutoCommit(true);
        return new Reign(
                farm.get(FARM.TERM),
                farm.get(FARM.LINEAGE),
                farm.get(FARM.REVISION),
                farm.get(FARM.NEXT_ID));
    }

    /**
     * Stores a batch, all or nothing, durably when this returns.
     *
     * @throws ReignOver when another reign has begun, or none has
     * @throws StorageUnavailable when it is not known whether the batch is stored; the reign is
     *     over
     * @throws CannotStore when the database refuses a row of it; the reign goes on
     */
    public void commit(Batch batch) {
        if (batch.changes().stream().anyMatch(Store::changesFinished))
            finished.changing(batch.revision());
        transaction(
                batch.revision(),
                batch.nextId(),
                at -> {
                    new ChangeWriter(at.rows, batch.revision()).write(batch);
                    return batch;
                });
        care.committed();
    }

    /**
     * Whether the reign of this term still stands. It may be asked while a commit waits.
     *
     * @throws StorageUnavailable when that cannot be learnt now
     */
    public boolean stands(long term) {
        try {
            return database.stands(term);
        } catch (SQLException e) {
            throw database.unavailable(e);
        }
    }

    /**
     * How long a reign may be trusted after it was last seen to stand; zero where nobody else can
     * begin one as long as this process has the place.
     */
    public Duration trust() {
        return database.trust();
    }

    /**
     * @throws ReignOver when another reign has begun
     */
    public void assertReign() {
        unchanged(at -> at);
    }

    /** Whether a job may finish by it, be taken up again, or be counted no more. */
    private static boolean changesFinished(Change change) {
        return switch (change) {
            case Change.JobProgressed progressed -> progressed.state().isFinished();
            case Change.StepRaised ignored -> true;
            case Change.StepForgiven ignored -> true;
            case Change.TaskForgiven ignored -> true;
            case Change.JobDeleted ignored -> true;
            case Change.JobArchived ignored -> true;
            default -> false;
        };
    }

    /** Everything unfinished, as of the last commit. */
    public FarmImage load() {
        return unchanged(at -> new FarmReader(at.sql, spaces).unfinished());
    }

    /**
     * A finished job, to be taken up again; empty when there is none of that number, or its rows
     * are not all in the tables.
     */
    public Optional<FarmImage.JobImage> loadJob(JobId job) {
        return unchanged(at -> new FarmReader(at.sql, spaces).finished(job));
    }

    /** What is left of jobs that were deleted. */
    public Leftovers leftovers() {
        return leftovers;
    }

    /** Rows of finished jobs in files. */
    public Archives archives() {
        return archives;
    }

    /**
     * Bytes that the farm's rows take in SQLite; 0 in PostgreSQL, which is free of what was removed
     * only in its own time.
     */
    public long bytes() {
        return readers.read(database::bytes);
    }

    /** What pages show. */
    public Pages pages() {
        return pages;
    }

    /** Keeps a token's hash; one that is kept already is left as it is. */
    public void addToken(Token token) {
        unchanged(at ->
                at.sql
                        .insertInto(TOKEN)
                        .columns(TOKEN.HASH, TOKEN.ROLE, TOKEN.NAME, TOKEN.CREATED_AT)
                        .values(
                                token.hash(),
                                token.role(),
                                RowWriter.storable(token.name()),
                                token.createdAt())
                        .onConflictDoNothing()
                        .execute());
    }

    /** The token whose secret has this hash. */
    public Optional<Token> token(String hash) {
        return readers.read(sql ->
                sql.select().from(TOKEN).where(TOKEN.HASH.eq(hash)).fetchOptional(Store::token));
    }

    /** All tokens, the oldest first; at most 1,000. */
    public List<Token> tokens() {
        return readers.read(sql ->
                sql.select()
                        .from(TOKEN)
                        .orderBy(TOKEN.CREATED_AT, TOKEN.HASH)
                        .limit(1_000)
                        .fetch(Store::token));
    }

    /** Forgets a token; says whether there was one. */
    public boolean removeToken(String hash) {
        return unchanged(at -> at.sql.deleteFrom(TOKEN).where(TOKEN.HASH.eq(hash)).execute()) > 0;
    }

    private static Token token(Record row) {
        return new Token(
                row.get(TOKEN.HASH),
                row.get(TOKEN.ROLE),
                row.get(TOKEN.NAME),
                row.get(TOKEN.CREATED_AT));
    }

    /** What was answered to this principal's request with this key. */
    public Optional<AnsweredRequest> answered(String principal, String key) {
        return readers.read(sql ->
                sql.select()
                        .from(IDEMPOTENCY)
                        .where(IDEMPOTENCY.PRINCIPAL.eq(principal))
                        .and(IDEMPOTENCY.REQUEST_KEY.eq(key))
                        .fetchOptional(Store::answered));
    }

    private static AnsweredRequest answered(Record row) {
        return new AnsweredRequest(
                row.get(IDEMPOTENCY.PRINCIPAL),
                row.get(IDEMPOTENCY.REQUEST_KEY),
                row.get(IDEMPOTENCY.BODY_HASH),
                row.get(IDEMPOTENCY.RESULT),
                row.get(IDEMPOTENCY.CREATED_AT));
    }

    /**
     * Forgets up to 1,000 answered requests from before that moment, and says how many.
     *
     * @param before milliseconds since the epoch
     */
    public int forgetAnswered(long before) {
        return unchanged(at -> {
            Long last =
                    at.sql
                            .select(IDEMPOTENCY.CREATED_AT)
                            .from(IDEMPOTENCY)
                            .where(IDEMPOTENCY.CREATED_AT.lt(before))
                            .orderBy(IDEMPOTENCY.CREATED_AT)
                            .offset(999)
                            .limit(1)
                            .fetchOne(IDEMPOTENCY.CREATED_AT);
            return at.sql
                    .deleteFrom(IDEMPOTENCY)
                    .where(IDEMPOTENCY.CREATED_AT.lt(last == null ? before : last + 1))
                    .execute();
        });
    }

    /**
     * What the writing connection really runs under, by the database's own names; to be printed at
     * start.
     */
    public Map<String, String> effectiveSettings() {
        writing.lock();
        try {
            if (seat != null) return database.settings(seat.connection);
            try (Connection connection = database.openWriter()) {
                return database.settings(connection);
            }
        } catch (SQLException e) {
            throw database.unavailable(e);
        } finally {
            writing.unlock();
        }
    }

    /** Ends the reign and gives the database back. */
    @Override
    public void close() throws IOException {
        // Their thread may be waiting for the lock.
        care.close();
        readers.close();
        writing.lock();
        try {
            abdicate();
        } finally {
            writing.unlock();
            database.close();
        }
    }

    private <T> T unchanged(Work<T> work) {
        return transaction(-1, -1, work);
    }

    /** Negative numbers leave the farm's row as it is. */
    private <T> T transaction(long revision, long nextId, Work<T> work) {
        writing.lock();
        try {
            Seat at = seat;
            if (at == null)
                throw new ReignOver("This server does not reign: it has not taken over.");
            try {
                at.connection.setAutoCommit(false);
                confirm(at, revision < 0 ? at.revision : revision, nextId < 0 ? at.nextId : nextId);
                T result = work.in(at);
                // Ends the transaction with a commit; unlike commit() it begins no other.
                at.connection.setAutoCommit(true);
                if (revision >= 0) at.revision = revision;
                if (nextId >= 0) at.nextId = nextId;
                return result;
            } catch (StatementRefused e) {
                throw failed(at, e.sql(), e.getMessage());
            } catch (DataAccessException e) {
                SQLException cause = e.getCause(SQLException.class);
                throw failed(at, cause == null ? new SQLException(e) : cause, e.getMessage());
            } catch (SQLException e) {
                abdicate();
                throw database.unavailable(e);
            } catch (RuntimeException e) {
                abdicate();
                throw e;
            }
        } finally {
            writing.unlock();
        }
    }

    private static void confirm(Seat at, long revision, long nextId) throws SQLException {
        int rows = at.rows.execute(RowWrite.REIGN_CONFIRMED, revision, nextId, at.term);
        if (rows == 0)
            throw new ReignOver("Another server reigns since term %d.".formatted(at.term));
    }

    private StoreFailure failed(Seat at, SQLException error, @Nullable String message) {
        if (database.isStatementsFault(error) && rollBack(at)) {
            return new CannotStore(String.valueOf(message), error);
        }
        abdicate();
        return database.unavailable(error);
    }

    private static boolean rollBack(Seat at) {
        at.rows.clear();
        try {
            at.connection.rollback();
            at.connection.setAutoCommit(true);
            return true;
        } catch (SQLException e) {
            LOG.debug("Rolling back failed: {}", e.getMessage());
            return false;
        }
    }

    /** Closing the connection rolls back what it had not committed. */
    private void abdicate() {
        Seat left = seat;
        seat = null;
        finished.end();
        if (left != null) closeQuietly(left.connection);
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("A connection did not close well: {}", e.getMessage());
        }
    }
}
