package org.lumenyard.store;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's word on a PostgreSQL database that it is there: an advisory lock, held by a connection
 * of its own. It keeps two live servers from taking the reign from each other in turn, and tells
 * the second one who the first is. It is no fence: the lock ends with its connection, whether the
 * server has noticed or not. The fence is the farm's row, which names the term.
 *
 * <p>Schemas of one database may hold a farm each, so the lock is the schema's.
 */
final class Claim implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Claim.class);

    /** The first half of the lock's number, the same for all farms; the schema is the other. */
    private static final int LUMENYARD = 0x4C756D65;

    private static final int ANSWER_SECONDS = 5;

    private static final String TAKE = "select pg_try_advisory_lock(?, hashtext(current_schema()))";

    private static final String HOLDER =
            """
            select a.application_name, host(a.client_addr)
            from pg_locks l join pg_stat_activity a on a.pid = l.pid
            where l.locktype = 'advisory' and l.granted
              and l.database = (select oid from pg_database where datname = current_database())
              and l.classid = ?::oid and l.objid = hashtext(current_schema())::oid
            """;

    private final DataSource source;
    private @Nullable Connection connection;

    Claim(DataSource source) {
        this.source = source;
    }

    /** What this process is called in the database's list of connections. */
    static String ownName() {
        return "lumenyard on %s, process %d".formatted(host(), ProcessHandle.current().pid());
    }

    private static String host() {
        try {
            String name = InetAddress.getLocalHost().getHostName();
            return name.length() <= 24 ? name : name.substring(0, 24);
        } catch (UnknownHostException e) {
            return "a machine without a name";
        }
    }

    /**
     * Takes the claim, or keeps it.
     *
     * @return null when it is ours; else who has it
     */
    synchronized @Nullable String hold() throws SQLException {
        Connection known = connection;
        if (known != null) {
            if (known.isValid(ANSWER_SECONDS)) return null;
            LOG.warn("the connection that says that this server is there was lost");
            close();
        }
        Connection candidate = source.getConnection();
        try {
            beNoticedMissing(candidate);
            @Nullable String holder = take(candidate) ? null : holder(candidate);
            if (holder == null) connection = candidate;
            else candidate.close();
            return holder;
        } catch (SQLException e) {
            candidate.close();
            throw e;
        }
    }

    /** A machine that is gone without a word must not hold its claim for hours. */
    private static void beNoticedMissing(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set tcp_keepalives_idle = 5");
            statement.execute("set tcp_keepalives_interval = 2");
            statement.execute("set tcp_keepalives_count = 3");
            statement.execute("set tcp_user_timeout = 10000");
            statement.execute("set idle_session_timeout = 0");
        }
    }

    private static boolean take(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
            statement.setInt(1, LUMENYARD);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private static String holder(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HOLDER)) {
            statement.setInt(1, LUMENYARD);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) return "another server";
                @Nullable String address = row.getString(2);
                return row.getString(1) + (address == null ? "" : " (" + address + ")");
            }
        }
    }

    /**
     * The term in the farm's row, read on the claim's own connection.
     *
     * @return empty when another server has the claim
     */
    synchronized OptionalLong term() throws SQLException {
        if (hold() != null) return OptionalLong.empty();
        Connection held = connection;
        if (held == null) return OptionalLong.empty();
        try (Statement statement = held.createStatement();
                ResultSet row = statement.executeQuery("select term from farm")) {
            return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
        }
    }

    /** Gives the claim back. */
    @Override
    public synchronized void close() {
        Connection left = connection;
        connection = null;
        if (left == null) return;
        try {
            left.close();
        } catch (SQLException e) {
            LOG.debug("A connection did not close well: {}", e.getMessage());
        }
    }
}
