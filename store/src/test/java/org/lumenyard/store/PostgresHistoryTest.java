package org.lumenyard.store;

import org.lumenyard.testing.PostgresCluster;

/** Histories of a farm in a PostgreSQL database. */
class PostgresHistoryTest extends HistoryTest {
    @Override
    Place place() {
        var database = PostgresCluster.shared().newDatabase();
        return new Place.Postgres(database.url(), database.password());
    }
}
