package org.lumenyard.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.protocol.ServerMessage;
import org.lumenyard.store.DatabaseInUse;
import org.lumenyard.store.FolderInUse;
import org.lumenyard.store.Place;
import org.lumenyard.testing.PostgresCluster;

/** A whole server whose farm is in PostgreSQL. */
class PostgresFarmTest {
    @TempDir Path folder;

    private PostgresCluster.Database database;

    @BeforeEach
    void makeDatabase() {
        database = PostgresCluster.shared().newDatabase();
    }

    private ServerSettings settings(String data) {
        return ServerSettings.local(folder.resolve(data), 0, List.of(folder))
                .withDatabase(new Place.Postgres(database.url(), database.password()));
    }

    @Test
    void aJobGoesThroughARestartToItsEnd() throws IOException {
        String job;
        ServerMessage.Welcome life;
        long run;
        try (var station = Station.open(settings("data"));
                var agent = FakeAgent.connect(station)) {
            life = agent.join("north", 1);
            agent.beat();
            agent.await(ServerMessage.Beat.class);
            job = station.submit(2);
            run = agent.await(ServerMessage.Start.class).run();
        }
        try (var station = Station.open(settings("data"));
                var agent = FakeAgent.connect(station)) {
            agent.comeBack(life, "north", List.of(run));
            assertThat(agent.await(ServerMessage.Welcome.class).known()).containsExactly(run);
            agent.awaitAcknowledged(agent.ended(run, "done", "{}"));
            var next = agent.await(ServerMessage.Start.class);
            agent.awaitAcknowledged(agent.ended(next.run(), "done", "{}"));
            var shown = station.get("/api/v1/jobs/" + job).json();
            assertThat(shown.path("state").asText()).isEqualTo("done");
            assertThat(station.get("/api/v1/jobs?text=TRUE").json().path("items")).hasSize(1);
            assertThat(station.get("/api/v1/jobs/" + job + "/runs").json().path("items"))
                    .hasSize(2);
        }
    }

    @Test
    void theDatabaseIsOneServersAndTheFolderToo() throws IOException {
        try (var station = Station.open(settings("data"))) {
            assertThatThrownBy(() -> Station.open(settings("other")))
                    .isInstanceOf(DatabaseInUse.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageNotContaining(database.password());
            var otherDatabase = PostgresCluster.shared().newDatabase();
            var sameFolder =
                    settings("data")
                            .withDatabase(
                                    new Place.Postgres(
                                            otherDatabase.url(), otherDatabase.password()));
            assertThatThrownBy(() -> Station.open(sameFolder)).isInstanceOf(FolderInUse.class);
            assertThat(station.get("/api/v1/farm").status()).isEqualTo(200);
        }
        Station.open(settings("other")).close();
    }

    @Test
    void aLostDatabaseIsSaidAndWorkGoesOnUntilItIsBack() throws Exception {
        try (var cluster = PostgresCluster.start()) {
            database = cluster.newDatabase();
            try (var station = Station.open(settings("data"));
                    var agent = FakeAgent.connect(station)) {
                var life = agent.join("north", 1);
                String job = station.submit(1);
                long run = agent.await(ServerMessage.Start.class).run();
                cluster.kill();
                // Nobody asks for anything, and yet it is noticed.
                awaitReady(station, 503);
                assertThat(station.post("/api/v1/jobs", Station.body(1, "")).status())
                        .isEqualTo(503);
                cluster.begin();
                awaitReady(station, 200);
                try (var again = FakeAgent.connect(station)) {
                    again.comeBack(life, "north", List.of(run));
                    assertThat(again.await(ServerMessage.Welcome.class).known())
                            .containsExactly(run);
                    again.awaitAcknowledged(again.ended(run, "done", "{}"));
                }
                assertThat(station.get("/api/v1/jobs/" + job).json().path("state").asText())
                        .isEqualTo("done");
            }
        }
    }

    private static void awaitReady(Station station, int status) throws InterruptedException {
        long begun = System.nanoTime();
        while (station.get("/health/ready").status() != status) {
            assertThat(System.nanoTime() - begun).isLessThan(Duration.ofSeconds(60).toNanos());
            Thread.sleep(50);
        }
    }
}
