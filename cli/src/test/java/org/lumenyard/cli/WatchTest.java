package org.lumenyard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WatchTest {
    private static final String CHANGED =
            "id: %d\nevent: changed\ndata: {\"jobs\": [\"1f\"], \"nodes\": []}\n\n";

    @TempDir Path folder;
    private FakeFarm farm;
    private Shell shell;
    private volatile String job = FakeFarm.job("running", 3, 24, 0);

    /** How many readings of the job can no longer see another than they do. */
    private final AtomicInteger reads = new AtomicInteger();

    private final CountDownLatch over = new CountDownLatch(1);

    @BeforeEach
    void begin() throws IOException {
        farm =
                new FakeFarm()
                        .on(
                                "GET",
                                "/jobs/1f",
                                (exchange, request) -> {
                                    String told = job;
                                    reads.incrementAndGet();
                                    FakeFarm.answer(exchange, 200, told);
                                });
        shell = Shell.beside(farm, folder);
    }

    @AfterEach
    void end() {
        over.countDown();
        farm.close();
    }

    /** Waits until the job was read so many times. */
    private void awaitReads(int count) throws InterruptedException {
        for (int i = 0; i < 2_000 && reads.get() < count; i++) Thread.sleep(10);
        assertThat(reads).hasValueGreaterThanOrEqualTo(count);
    }

    /** A stream that tells of one change after another, each once the one before was looked at. */
    private void changes(String... later) {
        farm.on(
                "GET",
                "/events",
                (exchange, request) -> {
                    OutputStream out = FakeFarm.stream(exchange);
                    FakeFarm.write(out, "retry: 1000\n: hello\n\n");
                    for (int i = 0; i < later.length; i++) {
                        job = later[i];
                        FakeFarm.write(out, CHANGED.formatted(8 + i));
                        awaitReads(i + 2);
                    }
                    over.await(30, TimeUnit.SECONDS);
                });
    }

    @Test
    void aJobIsWatchedToItsEnd() {
        changes(FakeFarm.job("running", 20, 24, 0), FakeFarm.job("done", 24, 24, 0));
        Shell.Ran ran = shell.type("watch", "1f");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("lighthouse: 3/24  30/min  42 s left")
                .contains("lighthouse: 24/24  done")
                .contains(
                        "It took 3:12 min.",
                        "pictures    /shots/lighthouse_frames",
                        "film        /shots/l.mp4")
                .doesNotContain("\033", "\r");
        assertThat(farm.seenAt("/events").getFirst().query()).isEqualTo("since=7");
        assertThat(farm.seenAt("/jobs/1f")).hasSize(3);
    }

    @Test
    void aFailedJobEndsWithOneAndSaysWhatToDo() {
        changes(FakeFarm.job("failed", 22, 24, 2));
        Shell.Ran ran = shell.type("watch", "1f");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out())
                .contains(
                        "The scene's camera is missing.",
                        "lumenyard logs 1f",
                        "lumenyard retry 1f");
    }

    @Test
    void asJsonTheJobAtItsEndIsTheOnlyAnswer() throws IOException {
        changes(FakeFarm.job("cancelled", 20, 24, 0));
        Shell.Ran ran = shell.type("watch", "1f", "--json");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(new ObjectMapper().readTree(ran.out()).path("state").asText())
                .isEqualTo("cancelled");
    }

    @Test
    void aJobThatHasEndedIsNotWaitedFor() {
        job = FakeFarm.job("done", 24, 24, 0);
        assertThat(shell.type("watch", "1f").exit()).isZero();
    }

    @Test
    void anUnknownJobIsRefused() {
        assertThat(shell.type("watch", "zz").exit()).isEqualTo(4);
    }

    @Test
    void onATerminalOneLineIsDrawnAnewAndNeverTooWide() {
        shell.screen = new Screen(60, true, false, true);
        changes(FakeFarm.job("running", 12, 24, 0), FakeFarm.job("done", 24, 24, 0));
        Shell.Ran ran = shell.type("watch", "1f");
        assertThat(ran.out()).contains("\r\033[Klighthouse [", "[###############] 24/24  done\n");
        for (String drawn : ran.out().split("\r\033\\[K|\n"))
            assertThat(Screen.columns(drawn)).isLessThan(60);
    }

    @Test
    void progressOfRunsMovesTheBarWithoutReadingAgain() {
        shell.screen = new Screen(100, true, false, true);
        job =
                FakeFarm.job("running", 0, 2, 0)
                        .replace("\"running\": 0", "\"running\": 2")
                        .replace("\"waiting\": 2", "\"waiting\": 0");
        var told = new AtomicInteger();
        farm.on(
                "GET",
                "/events",
                (exchange, request) -> {
                    OutputStream out = FakeFarm.stream(exchange);
                    FakeFarm.write(
                            out,
                            "id: 7\nevent: telemetry\ndata: {\"runs\": [{\"run\": \"9\", \"job\": \"1f\", \"progress\": 1.0}, {\"run\": \"a\", \"job\": \"other\", \"progress\": 1.0}]}\n\n");
                    told.set(farm.seenAt("/jobs/1f").size());
                    job = FakeFarm.job("done", 2, 2, 0);
                    FakeFarm.write(out, CHANGED.formatted(8));
                    over.await(30, TimeUnit.SECONDS);
                });
        Shell.Ran ran = shell.type("watch", "1f");
        assertThat(ran.out()).contains("[############............] 0/2");
        assertThat(told).hasValue(1);
    }

    @Test
    void aServerThatWasKilledIsWaitedForAndTheWatchGoesOn() throws Exception {
        var streaming = new CountDownLatch(1);
        farm.on(
                "GET",
                "/events",
                (exchange, request) -> {
                    FakeFarm.write(FakeFarm.stream(exchange), ": hello\n\n");
                    streaming.countDown();
                    over.await(30, TimeUnit.SECONDS);
                });
        int port = farm.port();
        var watching =
                java.util.concurrent.CompletableFuture.supplyAsync(() -> shell.type("watch", "1f"));
        assertThat(streaming.await(30, TimeUnit.SECONDS)).isTrue();
        farm.close();
        try (var again = new FakeFarm(port)) {
            again.on("GET", "/jobs/1f", 200, FakeFarm.job("done", 24, 24, 0));
            again.on(
                    "GET",
                    "/events",
                    (exchange, request) -> {
                        FakeFarm.write(FakeFarm.stream(exchange), ": hello\n\n");
                        over.await(30, TimeUnit.SECONDS);
                    });
            Shell.Ran ran = watching.get(50, TimeUnit.SECONDS);
            assertThat(ran.exit()).as(ran.err()).isZero();
            assertThat(ran.out()).contains("24/24  done");
            assertThat(again.seenAt("/events").getFirst().query()).startsWith("since=");
        }
    }

    @Test
    void submittingCanStayAndWatch() throws IOException {
        java.nio.file.Files.createFile(folder.resolve("walk.blend"));
        farm.on(
                "POST",
                "/jobs",
                201,
                "{\"id\": \"1f\", \"name\": \"walk\", \"tasks\": 24, \"summary\": {}}");
        changes(FakeFarm.job("failed", 22, 24, 2));
        Shell.Ran ran = shell.type("submit", "walk.blend", "--watch");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).contains("Job 1f: walk", "22/24");
    }

    @Test
    void aFollowerThatFindsTheServerGoneIsToldAgain() {
        var calls = new AtomicInteger();
        changes(FakeFarm.job("running", 4, 24, 0));
        try (var client = new FarmClient(farm.url(), FakeFarm.TOKEN)) {
            client.follow(event -> {
                if (calls.incrementAndGet() == 1) throw new UnreachableException("gone", true);
                client.get("/jobs/1f");
                client.get("/jobs/1f");
                return true;
            });
        }
        assertThat(calls).hasValueGreaterThan(1);
    }

    @Test
    void aRefusedStreamIsAnError() throws InterruptedException {
        try (var client = new FarmClient(farm.url(), "wrong");
                EventStream events = client.events(-1)) {
            FarmEvent first = null;
            ProblemException refused = null;
            try {
                first = events.next(Duration.ofSeconds(30));
            } catch (ProblemException e) {
                refused = e;
            }
            assertThat(first).isNull();
            assertThat(refused).isNotNull();
            assertThat(refused.status()).isEqualTo(401);
        }
    }
}
