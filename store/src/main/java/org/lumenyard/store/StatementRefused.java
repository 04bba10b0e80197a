package org.lumenyard.store;

import java.sql.SQLException;

/** A statement within a transaction failed; its cause tells whether what it says is to blame. */
final class StatementRefused extends Exception {
    private static final long serialVersionUID = 1;

    private final SQLException sql;

    StatementRefused(String message, SQLException cause) {
        super(message, cause);
        sql = cause;
    }

    SQLException sql() {
        return sql;
    }
}
