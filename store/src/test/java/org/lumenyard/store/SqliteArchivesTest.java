package org.lumenyard.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Archived jobs of a farm in a folder. */
class SqliteArchivesTest extends ArchivesTest {
    @TempDir Path folder;

    @Override
    Place place() {
        return new Place.Folder(folder);
    }
}
