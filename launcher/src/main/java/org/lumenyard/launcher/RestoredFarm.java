package org.lumenyard.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A farm that was put back to an earlier moment does not know what its agents were given since, and
 * they may go on with that until their leases are over. Its server begins only then: else a task
 * could be worked on twice at once.
 *
 * @param file in the data folder; keeps the moment
 * @param begins when all leases of the farm as it was are over
 * @param former what the file said before; null without one
 */
record RestoredFarm(Path file, Instant begins, @Nullable String former) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

    /** Notes that its server must not begin before {@code leases} are over. */
    static RestoredFarm in(Path dataFolder, Duration leases) throws IOException {
        Path file = file(dataFolder);
        String former = Files.exists(file) ? Files.readString(file) : null;
        Instant begins = Instant.now().plus(leases).truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        Files.writeString(file, begins.toString());
        return new RestoredFarm(file, begins, former);
    }

    /** Nothing was restored. */
    void undo() throws IOException {
        if (former == null) Files.delete(file);
        else Files.writeString(file, former);
    }

    /** The moment, for people of today. */
    String time() {
        return TIME.format(begins);
    }

    /** Waits, as a server, for the moment of the farm in this folder, if there is one. */
    static void awaitItsAgents(Path dataFolder) throws IOException, InterruptedException {
        Path file = file(dataFolder);
        if (!Files.exists(file)) return;
        var farm = new RestoredFarm(file, Instant.parse(Files.readString(file).strip()), null);
        if (farm.begins().isAfter(Instant.now())) {
            System.out.println(
                    "This farm was restored: agents may work for the farm as it was until "
                            + farm.time()
                            + ". Its server begins then.");
            Thread.sleep(Duration.between(Instant.now(), farm.begins()));
        }
        Files.delete(file);
    }

    private static Path file(Path dataFolder) {
        return dataFolder.resolve("restored-begins-at");
    }
}
