package org.lumenyard.store;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import org.jooq.DSLContext;

/**
 * What differs between the databases: how one is taken for this process, opened and set, and what
 * its errors mean. Nothing else in the store knows which one it speaks to.
 */
sealed interface Database extends AutoCloseable permits SqliteFile, PostgresDatabase {
    /**
     * Takes a database for this process.
     *
     * @throws FolderInUse when another process, or this one, has the folder
     * @throws DatabaseInUse when another server has the PostgreSQL database
     * @throws StorageUnavailable when it cannot be reached
     */
    static Database take(Place place) throws IOException {
        return switch (place) {
            case Place.Folder folder -> SqliteFile.take(folder.path());
            case Place.Postgres postgres -> PostgresDatabase.take(postgres);
        };
    }

    /** Makes the tables, or brings them up to this release. */
    void migrate() throws SQLException;

    /**
     * Makes sure before a reign that this process still has what {@link #take} gave it.
     *
     * @throws StorageUnavailable naming who has it now
     */
    void claim() throws SQLException;

    /**
     * Whether the reign of this term still stands. Never waits for a transaction.
     *
     * @throws SQLException when that cannot be learnt now
     */
    boolean stands(long term) throws SQLException;

    /**
     * How long a reign may be trusted after it was last seen to stand; zero where nobody else can
     * begin one as long as this process lives.
     */
    Duration trust();

    /** A connection whose commits are durable when they are answered. */
    Connection openWriter() throws SQLException;

    /** Connections that cannot write, each of whose transactions sees one state of the farm. */
    HikariDataSource openReaders(int count);

    /** Bytes that its rows take now; 0 where that cannot be told by what was removed. */
    long bytes(DSLContext sql);

    /** The statements' side of a connection. */
    DSLContext sql(Connection connection);

    /** What a connection really runs under, asked of the database itself, by its own names. */
    Map<String, String> settings(Connection connection) throws SQLException;

    /**
     * What is to be done beside the writer for as long as the store is open.
     *
     * @param writing held by whoever writes
     */
    Care care(Lock writing);

    /**
     * Whether an error speaks against what the statement says, not against the database's state.
     */
    boolean isStatementsFault(SQLException error);

    /** Any other error in words for people. */
    StorageUnavailable unavailable(SQLException error);

    /** Gives the database back. */
    @Override
    void close() throws IOException;

    /** Work beside the writer, on a thread of its own if it needs one. */
    interface Care extends AutoCloseable {
        /** To be called after each commit, by the committing thread. */
        void committed();

        @Override
        void close();
    }
}
