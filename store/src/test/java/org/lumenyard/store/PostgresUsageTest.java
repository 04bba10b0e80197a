package org.lumenyard.store;

import org.lumenyard.testing.PostgresCluster;

/** The usage of a farm in a PostgreSQL database. */
class PostgresUsageTest extends UsageTest {
    @Override
    Place place() {
        var database = PostgresCluster.shared().newDatabase();
        return new Place.Postgres(database.url(), database.password());
    }
}
