package org.lumenyard.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.core.TaskSpace;
import org.lumenyard.store.Place;
import org.lumenyard.store.Reign;
import org.lumenyard.store.Store;
import org.lumenyard.store.Token;
import org.lumenyard.testing.PostgresCluster;

class DbCommandTest {
    private static final TaskSpace.Reader NO_SPACES =
            frozen -> {
                throw new IllegalArgumentException(frozen);
            };

    @TempDir Path folder;

    private Path data;
    private Reign reign;

    private record Said(int code, String text) {}

    @BeforeEach
    void makeFarm() throws IOException {
        data = folder.resolve("data");
        try (Store store = Store.open(data, NO_SPACES)) {
            reign = store.takeOver();
            store.addToken(new Token("hash", "admin", "ada", 5));
        }
        Files.createDirectories(data.resolve("logs"));
        Files.writeString(data.resolve("logs/1.log"), "said");
        Files.createDirectories(data.resolve("archive/0"));
        Files.writeString(data.resolve("archive/0/1.rows.gz"), "rows");
    }

    /** Executes a command and gives what it printed. */
    private static Said execute(Path dataFolder, String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--set", "server.data=" + dataFolder, "--set", "server.lease=PT1S"));
        all.addAll(List.of("--set", "server.killGrace=PT0.1S"));
        var out = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(out, true, UTF_8));
        try {
            var command = Main.commandLine();
            command.setErr(new PrintWriter(System.out, true));
            int code = command.execute(all.toArray(String[]::new));
            return new Said(code, out.toString(UTF_8));
        } finally {
            System.setOut(before);
        }
    }

    private void assertCopied(Place place) throws IOException {
        try (Store store = Store.open(place, NO_SPACES)) {
            assertThat(store.takeOver().lineage()).isNotEqualTo(reign.lineage());
            assertThat(store.token("hash")).isPresent();
        }
    }

    @Test
    void aFarmIsCopiedToPostgresAndBackAndNothingTellsThePassword() throws Exception {
        var database = PostgresCluster.shared().newDatabase();
        Path secret = Files.writeString(folder.resolve("secret"), database.password() + "\n");
        String password = "server.databasePasswordFile=" + secret;
        var there = execute(data, "db", "copy", "--to", database.url(), "--set", password);
        assertThat(there.text())
                .contains("token")
                .contains("1 of 1 rows")
                .contains("counted on both sides")
                .contains("server.database: " + database.url())
                .doesNotContain(database.password());
        assertThat(there.code()).isZero();
        assertCopied(new Place.Postgres(database.url(), database.password()));
        Path back = folder.resolve("back");
        var returned =
                execute(
                        data,
                        "db",
                        "copy",
                        "--to",
                        back.toString(),
                        "--set",
                        password,
                        "--set",
                        "server.database=" + database.url());
        assertThat(returned.code()).isZero();
        assertCopied(new Place.Folder(back));
    }

    @Test
    void aFarmIsBackedUpWhileItRunsAndRestoredAsAnother() throws Exception {
        Path backup = folder.resolve("backup");
        try (Store store = Store.open(data, NO_SPACES)) {
            store.takeOver();
            assertThat(execute(data, "db", "backup", backup.toString()).code()).isZero();
            assertThat(execute(data, "db", "backup", folder.resolve("alone.db").toString()).code())
                    .isZero();
        }
        assertThat(folder.resolve("alone.db")).isRegularFile();
        assertThat(backup.resolve("logs/1.log")).hasContent("said");
        assertThat(Files.getPosixFilePermissions(backup))
                .doesNotContain(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);
        assertThat(execute(data, "db", "backup", backup.toString()).text())
                .contains("is there already");
        Path other = folder.resolve("other");
        Instant begun = Instant.now();
        var restored = execute(other, "db", "restore", backup.toString());
        assertThat(restored.text()).contains("Its server begins at");
        assertThat(restored.code()).isZero();
        assertThat(other.resolve("logs/1.log")).hasContent("said");
        assertThat(other.resolve("archive/0/1.rows.gz")).hasContent("rows");
        assertCopied(new Place.Folder(other));
        RestoredFarm.awaitItsAgents(other);
        assertThat(Duration.between(begun, Instant.now())).isGreaterThan(Duration.ofSeconds(1));
        RestoredFarm.awaitItsAgents(other);
    }

    @Test
    void whatCannotBeDoneIsSaidInASentenceAndChangesNothing() throws Exception {
        Path backup = folder.resolve("alone.db");
        execute(data, "db", "backup", backup.toString());
        var restored = execute(data, "db", "restore", backup.toString());
        assertThat(restored.code()).isOne();
        assertThat(restored.text()).contains("There is a farm in " + data + " already.");
        assertThat(data.resolve("restored-begins-at")).doesNotExist();
        assertThat(execute(folder.resolve("none"), "db", "backup", "nowhere.db").text())
                .contains("There is no farm in");
        var wrong = execute(data, "db", "copy", "--to", "postgresql://ada:hidden@host/farm");
        assertThat(wrong.code()).isOne();
        assertThat(wrong.text()).contains("must not hold a password").doesNotContain("hidden");
        var away = execute(data, "db", "copy", "--to", "postgresql://ada@127.0.0.1:1/farm");
        assertThat(away.code()).isOne();
        assertThat(away.text()).contains("cannot be reached").doesNotContain("\tat ");
    }

    @Test
    void aPasswordInTheSettingsIsRefusedAndNotShown() {
        var said =
                execute(
                        data,
                        "config",
                        "show",
                        "--set",
                        "server.database=postgresql://a:hidden@h/f");
        assertThat(said.code()).isOne();
        assertThat(said.text()).contains("server.database").doesNotContain("hidden");
        var parameter =
                execute(
                        data,
                        "config",
                        "show",
                        "--set",
                        "server.database=postgresql://a@h/f?password=hidden");
        assertThat(parameter.code()).isOne();
        assertThat(parameter.text()).doesNotContain("hidden");
    }
}
