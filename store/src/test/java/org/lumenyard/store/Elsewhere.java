package org.lumenyard.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process of its own with a place to open. */
final class Elsewhere {
    private static final String PASSWORD = "PLACE_PASSWORD";
    private static final String DID = "did ";

    private Elsewhere() {}

    /** Runs that class's main method, for this place; what it is told besides follows the place. */
    static Process start(Place place, Class<?> main, String... more) throws IOException {
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-Dorg.jooq.no-logo=true");
        command.add("-Dorg.jooq.no-tips=true");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.add(place.toString());
        command.addAll(List.of(more));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        if (place instanceof Place.Postgres(String url, String password)) {
            builder.environment().put(PASSWORD, password);
        }
        return builder.start();
    }

    /**
     * Runs that class until it has said {@link #did} so many times, and kills it up to twenty
     * milliseconds later, unless it ends by itself before.
     *
     * @return the numbers that it said
     */
    static List<Long> untilKilled(
            int times, Random chance, Place place, Class<?> main, String... more)
            throws IOException, InterruptedException {
        Process process = start(place, main, more);
        var numbers = new ArrayList<Long>();
        var others = new ArrayList<String>();
        try (BufferedReader said = process.inputReader()) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                if (!line.matches(DID + "[0-9]+")) {
                    others.add(line);
                    continue;
                }
                numbers.add(Long.parseLong(line.substring(DID.length())));
                if (numbers.size() == times) {
                    TimeUnit.MICROSECONDS.sleep(chance.nextInt(20_000));
                    // By its handle, which leaves what it has said to be read.
                    process.toHandle().destroyForcibly();
                }
            }
        }
        int code = process.waitFor();
        if (code != 0 && numbers.size() < times)
            throw new AssertionError(main.getName() + " failed: " + String.join("\n", others));
        return numbers;
    }

    /** In that process: says that something is done, which it numbers. */
    static void did(long number) {
        System.out.println(DID + number);
    }

    /** In that process: the place that it was started for. */
    static Place place(String[] arguments) {
        @Nullable String password = System.getenv(PASSWORD);
        return password == null
                ? new Place.Folder(Path.of(arguments[0]))
                : new Place.Postgres(arguments[0], password);
    }
}
