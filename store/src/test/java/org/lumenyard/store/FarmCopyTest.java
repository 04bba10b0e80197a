package org.lumenyard.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.core.Change;
import org.lumenyard.core.Command;
import org.lumenyard.core.JobId;
import org.lumenyard.core.Outcome;
import org.lumenyard.store.schema.DefaultSchema;
import org.lumenyard.testing.PostgresCluster;

/** Copies and backups, from and to both databases. */
class FarmCopyTest {
    @TempDir Path folder;

    private final List<String> told = new ArrayList<>();

    private void tell(String table, long copied, long of) {
        told.add(table + " " + copied + "/" + of);
    }

    private Place.Folder folder(String name) {
        return new Place.Folder(folder.resolve(name));
    }

    private static Place.Postgres postgres() {
        var database = PostgresCluster.shared().newDatabase();
        return new Place.Postgres(database.url(), database.password());
    }

    /** A farm with all kinds of rows, and more of one kind than fit on a page. */
    private static Reign makeFarm(Place place) throws IOException {
        try (var yard = new Yard(place)) {
            yard.join("north", 3);
            JobId job =
                    yard.submit(
                            Yard.plan(
                                    "a\\b'c\"😀",
                                    Yard.step("render", 9, "scene", List.of()),
                                    Yard.step("encode", 1, null, List.of(0))));
            yard.end(Outcome.Kind.DONE);
            yard.end(Outcome.Kind.FAILED);
            yard.run(new Command.Hold(job, "ada"));
            yard.run(new Command.SetLimit("arnold", 4, "seats", "ada"));
            yard.store.addToken(new Token("hash", "admin", "ada", 5));
            var many = new ArrayList<Change>();
            for (long id = 10_000; id < 12_500; id++) {
                many.add(StoreTest.submission(2 * id, 2 * id + 1));
            }
            var answer = new AnsweredRequest("ada", "key", "body", "job", 7);
            yard.store.commit(new Batch(1_000, 30_000, many, List.of(answer)));
            return yard.store.takeOver();
        }
    }

    private static Map<String, List<String>> rows(Place place) throws Exception {
        var rows = new TreeMap<String, List<String>>();
        try (Database database = Database.take(place);
                var readers = database.openReaders(1);
                var connection = readers.getConnection()) {
            for (Table<?> table : DefaultSchema.DEFAULT_SCHEMA.getTables()) {
                rows.put(
                        table.getName(),
                        database.sql(connection).select(table.fields()).from(table).fetch().stream()
                                .map(row -> Arrays.toString(row.intoArray()))
                                .sorted()
                                .toList());
            }
        }
        return rows;
    }

    @Test
    void aFarmGoesToPostgresAndBackUnchangedButForWhoItIs() throws Exception {
        Place start = folder("start");
        Place middle = postgres();
        Place end = folder("end");
        Reign first = makeFarm(start);
        var counts = FarmCopy.copy(start, middle, this::tell);
        assertThat(counts).containsEntry("job", 2_501L).containsEntry("farm", 1L);
        assertThat(told).contains("job 1000/2501", "job 2000/2501", "job 2501/2501");
        assertThat(counts).hasSize(FarmCopy.tableCount());
        assertThat(FarmCopy.copy(middle, end, this::tell)).isEqualTo(counts);
        var before = rows(start);
        var after = rows(end);
        assertThat(before.remove("farm")).isNotEqualTo(after.remove("farm"));
        assertThat(after).isEqualTo(before);
        assertThat(after.values()).allSatisfy(rows -> assertThat(rows).isNotEmpty());
        try (var yard = new Yard(end)) {
            Reign copied = yard.store.takeOver();
            assertThat(copied.lineage()).isNotEqualTo(first.lineage());
            assertThat(copied.term()).isGreaterThan(first.term() + 1_000_000_000);
            assertThat(copied.nextId()).isGreaterThan(first.nextId() + 1_000_000_000);
            assertThat(copied.revision()).isEqualTo(first.revision());
            yard.assertStoreAgrees();
        }
    }

    @Test
    void nothingIsCopiedOverAFarmOrFromNoneOrUnderAServer() throws Exception {
        Place farm = folder("farm");
        Place other = postgres();
        makeFarm(farm);
        Store.open(other, Frames::read).close();
        var before = rows(other);
        assertThatThrownBy(() -> FarmCopy.copy(farm, other, this::tell))
                .isInstanceOf(IOException.class)
                .hasMessage("There is a farm in %s already.", other);
        assertThat(rows(other)).isEqualTo(before);
        assertThatThrownBy(() -> FarmCopy.copy(folder("none"), postgres(), this::tell))
                .isInstanceOf(IOException.class)
                .hasMessage("There is no farm in %s.", folder("none"));
        assertThat(folder("none").path()).doesNotExist();
        assertThatThrownBy(() -> FarmCopy.copy(postgres(), folder("new"), this::tell))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("There is no farm in postgresql://");
        try (Store running = Store.open(farm, Frames::read)) {
            running.takeOver();
            assertThatThrownBy(() -> FarmCopy.copy(farm, postgres(), this::tell))
                    .isInstanceOf(FolderInUse.class);
        }
        try (Store running = Store.open(other, Frames::read)) {
            running.takeOver();
            assertThatThrownBy(() -> FarmCopy.copy(other, folder("new"), this::tell))
                    .isInstanceOf(DatabaseInUse.class);
        }
    }

    @Test
    void aBackupOfARunningFarmIsOneMomentOfIt() throws Exception {
        for (Place place : List.of(folder("running"), postgres())) {
            Path backup = folder.resolve("backup of " + (place instanceof Place.Folder ? 1 : 2));
            Files.createDirectories(backup);
            String lineage;
            long before;
            try (var writer = new Writer(place)) {
                writer.awaitMore(20);
                before = writer.acknowledged();
                FarmCopy.backup(place, backup.resolve("farm.db"), this::tell);
                writer.awaitMore(5);
                lineage = writer.lineage();
            }
            assertThat(backup).isDirectoryContaining("glob:**/farm.db");
            try (var files = Files.list(backup)) {
                assertThat(files).hasSize(1);
            }
            assertThat(backup.resolveSibling(".backup")).doesNotExist();
            try (Store store = Store.open(backup, Frames::read)) {
                Reign reign = store.takeOver();
                assertThat(reign.lineage()).isEqualTo(lineage);
                assertThat(reign.revision()).isGreaterThanOrEqualTo(before);
                Ledger.assertHolds(store, reign.revision());
                assertThat(store.effectiveSettings()).containsEntry("auto_vacuum", "incremental");
            }
            assertThatThrownBy(() -> FarmCopy.backup(place, backup.resolve("farm.db"), this::tell))
                    .isInstanceOf(IOException.class)
                    .hasMessageEndingWith("farm.db is there already.");
        }
    }
}
