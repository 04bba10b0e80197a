package org.lumenyard.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.protocol.ServerMessage;

/** What is over is put away, brought back, and deleted, also by the farm itself. */
class ArchiveTest {
    private static final String JOBS = "/api/v1/jobs/";
    private static final int MANY = 100_000;

    @TempDir Path folder;

    @Test
    void anArchivedJobSaysSoAndComesBackWhole() throws Exception {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            String job = finished(station, agent, 3);
            String runs = station.get(JOBS + job + "/runs").body();
            String tasks = station.get(JOBS + job + "/tasks").body();
            assertThat(runs).contains("\"done\"");

            var archiving = station.post(JOBS + job + ":archive", "");
            assertThat(archiving.status()).isEqualTo(200);
            await(() -> archive(station, job).equals("archived"));

            assertThat(file(job)).exists();
            System.gc();
            assertThat(station.get("/metrics").body())
                    .containsPattern("lumenyard_slices_total [1-9]");
            var shown = station.get(JOBS + job).json();
            assertThat(shown.path("sentence").asText()).isEqualTo("All 3 tasks done; archived");
            assertThat(shown.at("/counts/done").asInt()).isEqualTo(3);
            assertThat(station.get("/api/v1/jobs").json().path("items")).isEmpty();
            assertThat(station.get("/api/v1/jobs?archived=true").json().at("/items/0/id").asText())
                    .isEqualTo(job);
            for (String part : List.of("runs", "tasks", "strip", "outputs", "outputs.zip")) {
                assertRefused(job, station.get(JOBS + job + "/" + part));
            }
            assertRefused(job, station.post(JOBS + job + ":retry", "{\"what\": \"all\"}"));
            assertRefused(job, station.post(JOBS + job + ":hold", ""));
            assertRefused(job, station.patch(JOBS + job, "{\"notes\": \"n\"}"));
            assertThat(station.get(JOBS + job + "/explain").status()).isEqualTo(200);
            assertThat(station.get(JOBS + job + "/history").json().at("/items/0/what").asText())
                    .isEqualTo("archived");

            assertThat(station.post(JOBS + job + ":unarchive", "").status()).isEqualTo(200);
            await(() -> archive(station, job).isEmpty());
            assertThat(file(job)).doesNotExist();
            assertThat(station.get(JOBS + job + "/runs").body()).isEqualTo(runs);
            assertThat(station.get(JOBS + job + "/tasks").body()).isEqualTo(tasks);
            assertThat(station.post(JOBS + job + ":retry", "{\"what\": \"all\"}").status())
                    .isEqualTo(200);
            agent.await(ServerMessage.Start.class);
        }
    }

    private static void assertRefused(String job, Station.Answer answer) {
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().path("type").asText()).isEqualTo("/problems/job_is_archived");
        assertThat(answer.json().path("detail").asText())
                .isEqualTo(
                        "Job %s is archived: unarchive it first: lumenyard unarchive %s."
                                .formatted(job, job));
    }

    @Test
    void anUnfinishedJobIsNotArchivedAndOneThatIsNotArchivedStaysAsItIs() throws Exception {
        try (var station = Station.open(folder)) {
            String job = station.submit(1);
            var refused = station.post(JOBS + job + ":archive", "");
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.json().path("type").asText()).isEqualTo("/problems/job_unfinished");
            assertThat(station.post(JOBS + job + ":unarchive", "").status()).isEqualTo(200);
            assertThat(station.post(JOBS + "zzz:archive", "").status()).isEqualTo(404);
            assertThat(archive(station, job)).isEmpty();
        }
    }

    @Test
    void anArchivedJobIsDeletedWithItsArchiveAndItsPictures() throws Exception {
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            String job = finished(station, agent, 1);
            Path picture = picture(station, job, 1_000);
            station.post(JOBS + job + ":archive", "");
            await(() -> archive(station, job).equals("archived"));
            assertThat(picture).exists();

            assertThat(station.delete(JOBS + job).status()).isEqualTo(204);
            assertThat(station.get("/api/v1/jobs?archived=true").json().path("items")).isEmpty();
            await(() -> Files.notExists(file(job)) && Files.notExists(picture));
        }
    }

    @Test
    void aDamagedArchiveKeepsNothingElseFromBeingDone() throws Exception {
        String damaged;
        String other;
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            damaged = finished(station, agent, 1);
            other = finished(station, agent, 1);
            for (String job : List.of(damaged, other)) {
                station.post(JOBS + job + ":archive", "");
                await(() -> archive(station, job).equals("archived"));
            }
            byte[] whole = Files.readAllBytes(file(damaged));
            Files.write(file(damaged), Arrays.copyOf(whole, whole.length / 2));
            station.post(JOBS + damaged + ":unarchive", "");
            station.post(JOBS + other + ":unarchive", "");
            await(() -> archive(station, other).isEmpty());
            assertThat(archive(station, damaged)).isEqualTo("unarchiving");
            var refused = station.get(JOBS + damaged + "/runs");
            assertThat(refused.json().path("detail").asText())
                    .isEqualTo("Job " + damaged + " is being unarchived: come again in a moment.");
            assertThat(file(damaged)).as("what is left of it").exists();
        }
    }

    @Test
    void aJobOfManyTasksIsArchivedAndComesBackWhileAnotherIsDispatchedAlsoAfterARestart()
            throws Exception {
        String job;
        try (var station = Station.open(folder)) {
            job = station.submit(MANY);
            station.post(JOBS + job + ":cancel", "");
        }
        fill(Long.parseLong(job, 36));
        assertThat(count("task")).isEqualTo(MANY);
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            station.post(JOBS + job + ":archive", "");
            finished(station, agent, 3);
            assertThat(archive(station, job)).as("beside it").isEqualTo("archiving");
        }
        try (var station = Station.open(folder)) {
            await(() -> archive(station, job).equals("archived"));
            station.post(JOBS + job + ":unarchive", "");
        }
        assertThat(count("task")).as("stopped in the middle").isLessThan(MANY);
        try (var station = Station.open(folder)) {
            await(() -> archive(station, job).isEmpty());
        }
        assertThat(count("task")).isEqualTo(MANY + 3);
        assertThat(count("run")).isEqualTo(MANY + 3);
        assertThat(file(job)).doesNotExist();
    }

    /** As if each task had been done, and the job been cancelled then. */
    private void fill(long job) throws SQLException {
        String numbers =
                "with recursive n(i) as (select 0 union all select i + 1 from n where i < %d) "
                        .formatted(MANY - 1);
        update(
                "insert into run (id, job, step, idx, label, round, node, incarnation, amounts,"
                        + " state, placed_at, started_at, ended_at, reason, sentence, details) "
                        + numbers
                        + "select 1000000 + i, %d, %d, i, 'frame ' || i, 1, 1, 1, '{}', 'DONE', i, i, i, 'done', 'Done.', '{}' from n"
                                .formatted(job, job + 1));
        update(
                "insert into task (step, idx, state, round, failures, losses, not_before, run, label) "
                        + numbers
                        + "select %d, i, 'DONE', 1, 0, 0, 0, 1000000 + i, 'frame ' || i from n"
                                .formatted(job + 1));
        update("update farm set next_id = 2000000");
    }

    // By the farm itself

    @Test
    void theOldestFinishedJobsGoWhereTheFarmTakesMoreThanItMay() throws Exception {
        String oldest;
        String newer;
        String unfinished;
        Path picture;
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            oldest = finished(station, agent, 1);
            picture = picture(station, oldest, 600_000);
            newer = finished(station, agent, 1);
            picture(station, newer, 600_000);
            unfinished = station.submit(1);
        }
        long bytes = Files.size(folder.resolve("farm.db")) + 1_200_000;
        try (var station = Station.open(keeping(new Keeping(null, bytes - 300_000, null, null)))) {
            await(() -> Files.notExists(picture));
            assertThat(station.get(JOBS + oldest).status()).isEqualTo(404);
            assertThat(station.get(JOBS + newer).status()).isEqualTo(200);
        }
        try (var station = Station.open(keeping(new Keeping(null, 1L, null, null)))) {
            await(() -> station.get(JOBS + newer).status() == 404);
            assertThat(station.get(JOBS + unfinished).status()).isEqualTo(200);
        }
    }

    @Test
    void logsGoBeforeTheirJobWhereTheFarmIsToldSoAndWhoAsksIsToldWhen() throws Exception {
        String job;
        String run;
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            job = finished(station, agent, 1);
            run = run(station, job);
            station.put(
                    "/api/v1/runs/" + run + "/log?offset=0&final=true",
                    station.agent,
                    "text/plain",
                    "a line".getBytes(StandardCharsets.UTF_8));
            assertThat(station.get("/api/v1/runs/" + run + "/log").body()).isEqualTo("a line");
        }
        try (var station =
                Station.open(keeping(new Keeping(null, null, Duration.ofMillis(1), null)))) {
            await(() -> station.get("/api/v1/runs/" + run + "/log").status() == 410);
            var gone = station.get("/api/v1/runs/" + run + "/log");
            assertThat(gone.json().path("type").asText()).isEqualTo("/problems/log_dropped");
            assertThat(gone.json().path("detail").asText()).contains("server.keepLogsFor");
            assertThat(station.get(JOBS + job + "/runs").json().path("items")).hasSize(1);
        }
    }

    @Test
    void finishedJobsAreArchivedAfterAWhileWhereTheFarmIsToldSo() throws Exception {
        String job;
        String unfinished;
        try (var station = Station.open(folder);
                var agent = FakeAgent.connect(station)) {
            agent.join("north", 1);
            job = finished(station, agent, 1);
            unfinished = station.submit(1);
        }
        try (var station =
                Station.open(keeping(new Keeping(null, null, null, Duration.ofMillis(1))))) {
            await(() -> archive(station, job).equals("archived"));
            assertThat(archive(station, unfinished)).isEmpty();
            assertThat(station.get(JOBS + job + "/history").json().at("/items/0/who").asText())
                    .isEqualTo("farm");
        }
    }

    private ServerSettings keeping(Keeping keeping) {
        return ServerSettings.local(folder, 0, List.of(folder)).withKeeping(keeping);
    }

    /** A job whose tasks are done one after the other. */
    private static String finished(Station station, FakeAgent agent, int tasks) throws IOException {
        String job = station.submit(tasks);
        for (int task = 0; task < tasks; task++) {
            var start = agent.await(ServerMessage.Start.class);
            agent.awaitAcknowledged(agent.ended(start.run(), "done", "{}"));
        }
        return job;
    }

    private static String run(Station station, String job) {
        return station.get(JOBS + job + "/runs").json().at("/items/0/id").asText();
    }

    /** Keeps a picture of the job's run and gives its folder. */
    private Path picture(Station station, String job, int bytes) {
        String run = run(station, job);
        byte[] picture = new byte[bytes];
        new Random(1).nextBytes(picture);
        System.arraycopy(new byte[] {(byte) 0x89, 'P', 'N', 'G'}, 0, picture, 0, 4);
        var kept =
                station.put(
                        "/api/v1/runs/" + run + "/thumbnails/1",
                        station.agent,
                        "image/png",
                        picture);
        assertThat(kept.status()).isEqualTo(204);
        long id = Long.parseLong(run, 36);
        return folder.resolve("thumbnails").resolve(id / 1000 + "").resolve(id + "");
    }

    private Path file(String job) {
        long id = Long.parseLong(job, 36);
        return folder.resolve("archive").resolve(id / 1000 + "").resolve(id + ".rows.gz");
    }

    private static String archive(Station station, String job) {
        return station.get(JOBS + job).json().path("archive").asText();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int look = 0; look < 3_600 && !condition.getAsBoolean(); look++) Thread.sleep(50);
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private void update(String sql) throws SQLException {
        try (var connection =
                        DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("farm.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private long count(String table) throws SQLException {
        try (var connection =
                        DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("farm.db"));
                var statement = connection.createStatement();
                var found = statement.executeQuery("select count(*) from " + table)) {
            found.next();
            return found.getLong(1);
        }
    }
}
