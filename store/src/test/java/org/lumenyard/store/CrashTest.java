package org.lumenyard.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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
                    System.out.println("stored " + revision);
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
            long acknowledged = killWhileWriting(place, chance);
            try (Store store = Store.open(place, Frames::read)) {
                long revision = store.takeOver().revision();
                assertThat(revision).isBetween(acknowledged, acknowledged + 1);
                Ledger.assertHolds(store, revision);
                store.commit(Ledger.batch(revision + 1));
                Ledger.assertHolds(store, revision + 1);
            }
        }
    }

    /** The last revision that it said it had stored. */
    private static long killWhileWriting(Place place, Random chance)
            throws IOException, InterruptedException {
        Process process = Elsewhere.start(place, Writing.class);
        try (BufferedReader said = process.inputReader()) {
            int wanted = 1 + chance.nextInt(60);
            long acknowledged = 0;
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                if (!line.matches("stored [0-9]+")) continue;
                acknowledged = Long.parseLong(line.substring("stored ".length()));
                if (--wanted == 0) {
                    TimeUnit.MICROSECONDS.sleep(chance.nextInt(20_000));
                    // By its handle, which leaves what it has said to be read.
                    process.toHandle().destroyForcibly();
                }
            }
            assertThat(wanted).isLessThanOrEqualTo(0);
            process.waitFor();
            return acknowledged;
        }
    }
}
