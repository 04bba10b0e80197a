package org.lumenyard.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Crashes of a server whose farm is in a folder. */
class SqliteCrashTest extends CrashTest {
    @TempDir Path folder;

    @Override
    Place place() {
        return new Place.Folder(folder);
    }
}
