package org.lumenyard.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** What pages show of a farm in a folder. */
class SqlitePagesTest extends PagesTest {
    @TempDir Path folder;

    @Override
    Place place() {
        return new Place.Folder(folder);
    }
}
