package org.lumenyard.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** After any crash the store holds what it acknowledged, and of the rest all or nothing. */
abstract class CrashTest {
    private static final int KILLS = 6;

    abstract Place place();

    /** Run as a process of its own: stores batch after batch and says so after each. */
    static final class Writing {
        public static void main(String[] arguments) throws IOException {
            try (Store store = Store.open(Elsewhere.place(arguments), Frames::read)) {
                long revision = store.takeOver().revision();
                while (true) {
                    store.commit(Ledger.batch(++revision));
                    Elsewhere.did(revision);
                }
            }
        }
    }

    @Test
    void aKilledServerLeavesWhatItAcknowledgedAndNoHalfBatch() throws Exception {
        long seed = System.nanoTime();
        System.out.println("kills of a writing process, seed " + seed);
        var chance = new Random(seed);
        Place place = place();
        for (int kill = 0; kill < KILLS; kill++) {
            int batches = 1 + chance.nextInt(60);
            var said = Elsewhere.untilKilled(batches, chance, place, Writing.class);
            assertThat(said).hasSizeGreaterThanOrEqualTo(batches);
            long acknowledged = said.getLast();
            try (Store store = Store.open(place, Frames::read)) {
                long revision = store.takeOver().revision();
                assertThat(revision).isBetween(acknowledged, acknowledged + 1);
                Ledger.assertHolds(store, revision);
                store.commit(Ledger.batch(revision + 1));
                Ledger.assertHolds(store, revision + 1);
            }
        }
    }
}
