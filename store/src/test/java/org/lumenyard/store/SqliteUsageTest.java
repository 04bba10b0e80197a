package org.lumenyard.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The usage of a farm in a folder. */
class SqliteUsageTest extends UsageTest {
    @TempDir Path folder;

    @Override
    Place place() {
        return new Place.Folder(folder);
    }
}
