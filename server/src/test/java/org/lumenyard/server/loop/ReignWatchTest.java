package org.lumenyard.server.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.core.TaskSpace;
import org.lumenyard.store.Place;
import org.lumenyard.store.Reign;
import org.lumenyard.store.Store;
import org.lumenyard.testing.PostgresCluster;

/** When a server may promise anything to its agents. */
class ReignWatchTest {
    private static final TaskSpace.Reader NO_SPACES =
            frozen -> {
                throw new IllegalArgumentException(frozen);
            };

    private final AtomicLong clock = new AtomicLong(5_000);

    @Test
    void whoHasTheFolderMayAlwaysPromise(@TempDir Path folder) throws Exception {
        try (Store store = Store.open(folder, NO_SPACES);
                var watch = new ReignWatch(store, clock::get)) {
            watch.began(store.takeOver());
            clock.addAndGet(100_000_000);
            assertThat(watch.isTrusted()).isTrue();
        }
    }

    @Test
    void aReignInPostgresIsTrustedForAsLongAsASuccessorWaits() throws Exception {
        var database = PostgresCluster.shared().newDatabase();
        var place = new Place.Postgres(database.url(), database.password());
        try (Store store = Store.open(place, NO_SPACES);
                var watch = new ReignWatch(store, clock::get)) {
            assertThat(watch.isTrusted()).isFalse();
            Reign reign = store.takeOver();
            watch.began(reign);
            long trust = watch.trust().toMillis();
            assertThat(trust).isPositive();
            clock.addAndGet(trust - 1);
            assertThat(watch.isTrusted()).isTrue();
            clock.addAndGet(1);
            assertThat(watch.isTrusted()).isFalse();
            watch.began(reign);
            assertThat(watch.isTrusted()).isTrue();
            try (var connection = database.connect();
                    var statement = connection.createStatement()) {
                statement.execute("update farm set term = term + 1");
            }
            watch.began(reign);
            assertThat(watch.isTrusted()).isFalse();
        }
    }
}
