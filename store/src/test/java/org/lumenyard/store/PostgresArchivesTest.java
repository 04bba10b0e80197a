package org.lumenyard.store;

import org.lumenyard.testing.PostgresCluster;

/** Archived jobs of a farm in a PostgreSQL database. */
class PostgresArchivesTest extends ArchivesTest {
    @Override
    Place place() {
        var database = PostgresCluster.shared().newDatabase();
        return new Place.Postgres(database.url(), database.password());
    }
}
