package org.lumenyard.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.io.TempDir;

/** Deleted jobs of a farm in a folder. */
class SqliteLeftoversTest extends LeftoversTest {
    @TempDir Path folder;

    @Override
    Place place() {
        return new Place.Folder(folder);
    }

    @Override
    Connection fromOutside() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("farm.db"));
    }
}
