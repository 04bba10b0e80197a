package org.lumenyard.store;

import java.sql.Connection;
import java.sql.SQLException;
import org.lumenyard.testing.PostgresCluster;

/** Deleted jobs of a farm in a PostgreSQL database. */
class PostgresLeftoversTest extends LeftoversTest {
    private final PostgresCluster.Database database = PostgresCluster.shared().newDatabase();

    @Override
    Place place() {
        return new Place.Postgres(database.url(), database.password());
    }

    @Override
    Connection fromOutside() throws SQLException {
        return database.connect();
    }
}
