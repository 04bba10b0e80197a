package org.lumenyard.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Writes rows on one connection, keeping its statements prepared from one batch to the next. */
final class RowWriter {
    private final Connection connection;
    private final DSLContext sql;
    private final Map<RowWrite, PreparedStatement> statements = new EnumMap<>(RowWrite.class);
    private final Map<RowWrite, Map<Object, @Nullable Object[]>> pending =
            new EnumMap<>(RowWrite.class);

    RowWriter(Connection connection, DSLContext sql) {
        this.connection = connection;
        this.sql = sql;
    }

    /** Takes note of a row to write; a later one of the same kind and key takes its place. */
    void add(RowWrite write, Object key, @Nullable Object... values) {
        pending.computeIfAbsent(write, w -> new LinkedHashMap<>()).put(key, values);
    }

    /** What was noted and not yet written of this kind and key. */
    @Nullable Object @Nullable [] pending(RowWrite write, Object key) {
        var ofKind = pending.get(write);
        return ofKind == null ? null : ofKind.get(key);
    }

    /** Forgets what was noted and not written. */
    void clear() {
        pending.clear();
    }

    /** Writes what was noted, kind by kind in the order of {@link RowWrite}. */
    void flush() throws StatementRefused {
        for (var ofKind : pending.entrySet()) {
            try {
                execute(ofKind.getKey(), ofKind.getValue());
            } catch (SQLException e) {
                throw new StatementRefused(ofKind.getKey() + ": " + said(e), e);
            }
        }
        pending.clear();
    }

    /** A batch's own error only says which of its rows failed; the next one says why. */
    private static @Nullable String said(SQLException error) {
        @Nullable SQLException why = error.getNextException();
        return (why == null ? error : why).getMessage();
    }

    private void execute(RowWrite write, Map<Object, @Nullable Object[]> rows) throws SQLException {
        PreparedStatement statement = statement(write);
        try {
            for (@Nullable Object[] values : rows.values()) {
                bind(statement, values);
                statement.addBatch();
            }
            statement.executeBatch();
        } finally {
            statement.clearBatch();
        }
    }

    /** Writes one row now and tells how many rows it changed. */
    int execute(RowWrite write, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = statement(write);
        bind(statement, values);
        return statement.executeUpdate();
    }

    private PreparedStatement statement(RowWrite write) throws SQLException {
        PreparedStatement statement = statements.get(write);
        if (statement == null) {
            statement = connection.prepareStatement(write.text(sql));
            statements.put(write, statement);
        }
        return statement;
    }

    private static void bind(PreparedStatement statement, @Nullable Object[] values)
            throws SQLException {
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            if (value instanceof String text) statement.setString(i + 1, storable(text));
            else statement.setObject(i + 1, value);
        }
    }

    /** Text is made storable at the farm's edges; this is for what slips through. */
    static String storable(String text) {
        boolean fine = true;
        for (int i = 0; i < text.length() && fine; i++) {
            char c = text.charAt(i);
            fine = c != 0 && !Character.isSurrogate(c);
        }
        return fine ? text : repaired(text);
    }

    private static String repaired(String text) {
        var clean = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c == 0 || (c >= 0xD800 && c <= 0xDFFF) ? 0xFFFD : c)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }
}
