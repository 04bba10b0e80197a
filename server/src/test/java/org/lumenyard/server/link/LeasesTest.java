package org.lumenyard.server.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.lumenyard.core.NodeId;
import org.lumenyard.server.link.Leases.Life;

class LeasesTest {
    private static final NodeId NORTH = new NodeId(1);
    private final Leases.Terms terms =
            new Leases.Terms(Duration.ofSeconds(100), Duration.ofSeconds(5));
    private final Leases leases = new Leases(terms);

    /** L + M: 100 s, and 2 s for clocks, 5 s for kills, 1 s. */
    private static final long WHOLE = 108_000;

    @Test
    void theMarginCoversClocksKillsAndASecond() {
        assertThat(terms.margin()).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void aSilentLifeIsOverAfterLeaseAndMarginAndASecondLook() {
        leases.renew(NORTH, 1, 0);
        assertThat(leases.expired(WHOLE - 1)).isEmpty();
        assertThat(leases.expired(WHOLE)).isEmpty();
        assertThat(leases.expired(WHOLE + Leases.DRAIN_MILLIS - 1)).isEmpty();
        assertThat(leases.expired(WHOLE + Leases.DRAIN_MILLIS)).containsExactly(new Life(NORTH, 1));
        assertThat(leases.expired(2 * WHOLE)).isEmpty();
    }

    @Test
    void aHeartbeatReadBetweenTheLooksSavesTheLife() {
        leases.renew(NORTH, 1, 0);
        leases.expired(WHOLE);
        leases.renew(NORTH, 1, WHOLE + 10);
        assertThat(leases.expired(WHOLE + 5_000)).isEmpty();
    }

    @Test
    void ourOwnStallMovesEveryDeadline() {
        leases.renew(NORTH, 1, 0);
        leases.stalled(30_000);
        assertThat(leases.expired(WHOLE + 29_999)).isEmpty();
        leases.expired(WHOLE + 30_000);
        assertThat(leases.expired(WHOLE + 31_000)).containsExactly(new Life(NORTH, 1));
    }

    @Test
    void wordFromAnEarlierLifeIsNothing() {
        leases.renew(NORTH, 2, 0);
        leases.renew(NORTH, 1, 50_000);
        leases.expired(WHOLE);
        assertThat(leases.expired(WHOLE + 1_000)).containsExactly(new Life(NORTH, 2));
    }

    @Test
    void aLifeThatEndedIsNotWaitedFor() {
        leases.renew(NORTH, 1, 0);
        leases.end(NORTH, 1);
        leases.expired(WHOLE);
        assertThat(leases.expired(WHOLE + 1_000)).isEmpty();
    }

    @Test
    void aNodeWasHeardSinceTheMomentBeforeItsLatestWordAlsoUnderAnotherReign() {
        assertThat(leases.wasHeardSince(NORTH, 0)).isFalse();
        leases.heard(NORTH, 70);
        leases.heard(NORTH, 50);
        leases.clear();
        assertThat(leases.wasHeardSince(NORTH, 69)).isTrue();
        assertThat(leases.wasHeardSince(NORTH, 70)).isFalse();
    }

    @Test
    void aLaterLifeHasALeaseOfItsOwn() {
        leases.renew(NORTH, 1, 0);
        leases.renew(NORTH, 2, 100_000);
        leases.end(NORTH, 1);
        leases.expired(100_000 + WHOLE);
        assertThat(leases.expired(101_000 + WHOLE)).containsExactly(new Life(NORTH, 2));
    }
}
