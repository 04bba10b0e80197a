package org.lumenyard.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/**
 * A process tree of {@code unruly.c} and what can be seen of it from outside, by its token and its
 * growing file.
 */
record Unruly(String mode, Path beats, String token) {
    private static final Duration LONG =
            Duration.ofSeconds(60); // the machine may be busy; nothing waits this long otherwise

    static Unruly of(String mode, Path folder) {
        String token = "token" + ThreadLocalRandom.current().nextLong(1_000_000_000_000L);
        return new Unruly(mode, folder.resolve(token), token);
    }

    static Path program() {
        return Path.of(System.getProperty("basedir", "."), "target", "guard-test", "unruly")
                .toAbsolutePath();
    }

    List<String> command(String... more) {
        var words = new ArrayList<>(List.of(program().toString(), mode, beats.toString(), token));
        words.addAll(List.of(more));
        return words;
    }

    /** Numbers of the processes of this tree that can still run; the dead show no arguments. */
    List<Long> survivors() {
        return Arrays.stream(ProcessTable.numbers("/proc")).filter(this::isOurs).boxed().toList();
    }

    void awaitBeats(long atLeast) {
        await("beats of " + mode, () -> size() >= atLeast);
    }

    void awaitDeath() {
        await("death of " + mode, () -> survivors().isEmpty());
    }

    /**
     * That this tree is dead now, as somebody has just claimed: no process, and no write after the
     * claim.
     */
    void assertDead() throws Exception {
        long claimed = size();
        assertThat(survivors()).as("survivors of %s", mode).isEmpty();
        Thread.sleep(300); // time for a survivor to show itself
        assertThat(size()).as("writes of %s after its end", mode).isEqualTo(claimed);
    }

    /** When the last beat was written, in milliseconds of wall clock. */
    long lastBeat() throws IOException {
        return Files.getLastModifiedTime(beats).toMillis();
    }

    long size() {
        try {
            return Files.exists(beats) ? Files.size(beats) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends what a test left behind: every process of the tree ends with its file. */
    void clear() {
        try {
            Files.deleteIfExists(beats);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitDeath();
    }

    static void await(String what, BooleanSupplier come) {
        long giveUp = BootClock.nowMillis() + LONG.toMillis();
        while (!come.getAsBoolean()) {
            if (BootClock.nowMillis() > giveUp)
                throw new AssertionError("waited in vain for " + what);
            try {
                Thread.sleep(5); // other processes' doings send us no signal
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private boolean isOurs(long pid) {
        for (long thread : ProcessTable.numbers("/proc/" + pid + "/task")) {
            String[] words = ProcessTable.argumentsOfThread(pid, thread);
            if (words.length > 3 && words[3].equals(token)) return true;
        }
        return false;
    }
}
