package org.lumenyard.store;

import org.lumenyard.testing.PostgresCluster;

/** What pages show of a farm in a PostgreSQL database. */
class PostgresPagesTest extends PagesTest {
    @Override
    Place place() {
        var database = PostgresCluster.shared().newDatabase();
        return new Place.Postgres(database.url(), database.password());
    }
}
