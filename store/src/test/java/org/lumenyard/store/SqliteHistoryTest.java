package org.lumenyard.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Histories of a farm in a folder. */
class SqliteHistoryTest extends HistoryTest {
    @TempDir Path folder;

    @Override
    Place place() {
        return new Place.Folder(folder);
    }
}
