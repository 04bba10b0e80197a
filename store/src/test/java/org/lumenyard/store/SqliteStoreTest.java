package org.lumenyard.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A farm in a folder. */
class SqliteStoreTest extends StoreTest {
    @TempDir Path folder;

    @Override
    Place place() {
        return new Place.Folder(folder);
    }

    @Override
    Connection fromOutside() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("farm.db"));
    }

    @Test
    void commitsAreDurableAndSpaceCanBeGivenBack() throws IOException {
        try (Store store = open()) {
            assertThat(store.effectiveSettings())
                    .containsEntry("journal_mode", "wal")
                    .containsEntry("synchronous", "full")
                    .containsEntry("auto_vacuum", "incremental");
            store.takeOver();
            assertThat(store.effectiveSettings())
                    .containsEntry("journal_mode", "wal")
                    .containsEntry("synchronous", "full")
                    .containsEntry("auto_vacuum", "incremental");
        }
    }

    @Test
    void aFolderIsOpenOnceAndSaysByWhom() throws IOException {
        long self = ProcessHandle.current().pid();
        try (Store store = open()) {
            assertThat(store.effectiveSettings()).isNotEmpty();
            var refused = catchThrowableOfType(FolderInUse.class, this::open);
            assertThat(refused.holder()).isEqualTo(self);
            assertThat(refused).hasMessageContaining("process " + self);
        }
        open().close();
    }
}
