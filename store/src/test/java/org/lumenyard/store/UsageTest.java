package org.lumenyard.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lumenyard.core.Outcome;
import org.lumenyard.store.pages.UsagePages;
import org.lumenyard.store.pages.UsagePages.By;
import org.lumenyard.store.pages.UsagePages.Stretch;
import org.lumenyard.store.pages.UsagePages.Sums;

/** On one node of one slot: a run of two hours, one of one hour that fails, one that goes on. */
abstract class UsageTest {
    private static final long HOUR = 3_600_000;
    private static final long NOW = 6 * HOUR;

    /** An empty farm's. */
    abstract Place place() throws IOException;

    private Yard yard;
    private UsagePages usage;

    @BeforeEach
    void work() throws IOException {
        yard = new Yard(place());
        usage = yard.store.pages().usage();
        yard.now = HOUR - 10;
        yard.join("north", 1);
        yard.submit(Yard.plan("film", 3));
        yard.now = 3 * HOUR;
        yard.end(Outcome.Kind.DONE);
        yard.now = 4 * HOUR;
        yard.end(Outcome.Kind.FAILED);
    }

    @AfterEach
    void close() throws IOException {
        yard.close();
    }

    @Test
    void runsCountWithinTheStretchOnly() {
        List<Sums> sums =
                usage.each(
                                List.of(
                                        new Stretch(0, 10 * HOUR),
                                        new Stretch(2 * HOUR, 3 * HOUR),
                                        new Stretch(3 * HOUR, 4 * HOUR),
                                        new Stretch(5 * HOUR, 10 * HOUR),
                                        new Stretch(0, HOUR / 2)),
                                NOW)
                        .value();

        assertThat(sums).extracting(UsageTest::hours).containsExactly(5L, 1L, 1L, 1L, 0L);
        assertThat(sums).extracting(Sums::done).containsExactly(1L, 0L, 1L, 0L, 0L);
        assertThat(sums).extracting(Sums::failed).containsExactly(1L, 0L, 0L, 0L, 0L);
        assertThat(sums).extracting(Sums::loadMillis).containsExactly(10L, 0L, 5L, 0L, 0L);
        assertThat(sums).extracting(Sums::lost).containsOnly(0L);
    }

    @Test
    void runsAreSummedByWhoAndWhereAndWhat() {
        var all = new Stretch(0, 10 * HOUR);
        for (By by : By.values()) {
            String key =
                    switch (by) {
                        case OWNER -> "ada";
                        case NODE_NAME -> "north";
                        case SOURCE -> "source";
                        case PAYLOAD -> "payload of render";
                    };
            var sums = usage.by(by, all, NOW, UnaryOperator.identity()).value();
            assertThat(sums).containsOnlyKeys(key);
            assertThat(hours(sums.get(key))).isEqualTo(5);
        }
    }

    @Test
    void keysOfOneNameAreOne() {
        yard.now = 5 * HOUR;
        yard.join("south", 1);
        yard.submit(Yard.plan("other", 1));

        var apart = usage.by(By.NODE_NAME, new Stretch(0, 10 * HOUR), NOW, node -> node).value();
        var together =
                usage.by(By.NODE_NAME, new Stretch(0, 10 * HOUR), NOW, node -> "all").value();

        assertThat(apart).containsOnlyKeys("north", "south");
        assertThat(together).containsOnlyKeys("all");
        assertThat(hours(together.get("all"))).isEqualTo(6);
    }

    private static long hours(Sums sums) {
        return Math.round((double) sums.busyMillis() / HOUR);
    }
}
