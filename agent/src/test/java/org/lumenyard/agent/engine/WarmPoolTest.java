package org.lumenyard.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pool over real processes, each of which waits for input. */
class WarmPoolTest {
    @TempDir Path folder;
    private final AtomicLong clock = new AtomicLong();
    private ProcessBench bench;
    private WarmPool pool;

    private WarmPool pool() throws IOException {
        bench = new ProcessBench(folder);
        pool = new WarmPool((key, program) -> bench.start(program), clock::get, Duration.ofSeconds(60), 1_000);
        return pool;
    }

    @AfterEach
    void end() {
        pool.close();
        bench.close();
    }

    private Seat take(String model) throws IOException {
        var program = new Program(List.of("cat"), java.util.Map.of(), folder, true);
        return pool.take(new WarmKey("test", "cat", model, ""), program);
    }

    private List<String> held() {
        return pool.held().stream().map(WarmKey::model).toList();
    }

    private void keep(String model, long residentMiB) throws IOException {
        try (Seat seat = take(model)) {
            seat.keep(residentMiB);
        }
    }

    @Test
    void whatIsKeptIsTakenAgainAndOnlyByOne() throws Exception {
        pool();
        keep("a", 10);
        try (Seat first = take("a");
                Seat second = take("a")) {
            assertThat(first.isNew()).isFalse();
            assertThat(second.isNew()).isTrue();
            first.process().send("still there");
            assertThat(first.process().readLine()).isEqualTo("still there");
        }
    }

    @Test
    void whatIsNotKeptEnds() throws Exception {
        pool();
        take("a").close();
        assertThat(bench.started.getFirst().awaitExit().clean()).isFalse();
        assertThat(held()).isEmpty();
    }

    @Test
    void idleForTooLongEnds() throws Exception {
        pool();
        keep("a", 10);
        clock.set(50_000);
        keep("b", 10);
        clock.set(60_000);
        pool.tidy();
        assertThat(held()).containsExactly("b");
        assertThat(bench.started.getFirst().awaitExit().clean()).isFalse();
    }

    @Test
    void theLongestIdleMakesRoomForTheLatest() throws Exception {
        pool();
        keep("a", 500);
        clock.set(1);
        keep("b", 400);
        clock.set(2);
        keep("c", 300);
        assertThat(held()).containsExactly("b", "c");
        keep("d", 2_000);
        assertThat(held()).isEmpty();
    }

    @Test
    void aClosedPoolKeepsNothing() throws Exception {
        pool();
        keep("a", 1);
        pool.close();
        keep("b", 1);
        assertThat(held()).isEmpty();
        for (Running each : bench.started) {
            assertThat(each.awaitExit().clean()).isFalse();
        }
    }
}
