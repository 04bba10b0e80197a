package org.lumenyard.agent.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.agent.engine.Reason;
import org.lumenyard.agent.guard.BootClock;
import org.lumenyard.agent.guard.GuardedProcess;
import org.lumenyard.agent.guard.Guards;
import org.lumenyard.agent.guard.Launch;
import org.lumenyard.agent.guard.Mark;
import org.lumenyard.agent.guard.ProcessTrees;
import org.lumenyard.agent.shell.RunWatch.Verdict;

/** Real processes under real guards; only the clock is the test's. */
@Timeout(60)
final class RunWatchTest {
    private static final long SECOND = 1_000;
    private static final long LIMIT = 600 * SECOND;
    private static final long HOURS = 3_600 * SECOND;

    @TempDir private Path folder;
    private Guards guards;
    private GuardedProcess process;
    private long now = 5 * HOURS;
    private long said;

    @BeforeEach
    void open() throws IOException {
        guards = Guards.open(folder.resolve("state"));
    }

    @AfterEach
    void close() {
        process.kill(Duration.ZERO);
        process.death().join();
        guards.close();
    }

    private long start(boolean input, String... command) throws IOException {
        process =
                guards.start(
                        new Launch(
                                new Mark("farm", "r01", 1, "11"),
                                List.of(command),
                                Map.of(),
                                folder,
                                input,
                                BootClock.nowMillis() + HOURS));
        return process.root().join();
    }

    private RunWatch watch(OptionalLong limit, Executor fileLooks) {
        return new RunWatch(
                new RunWatch.Watched() {
                    @Override
                    public long spoken() {
                        return said;
                    }

                    @Override
                    public List<Long> guards() {
                        return List.of(process.guardPid());
                    }

                    @Override
                    public long fileBytes() {
                        return OutputFiles.partBytes(11, List.of(folder));
                    }
                },
                LIMIT,
                limit,
                () -> now,
                fileLooks);
    }

    private RunWatch watch() {
        return watch(OptionalLong.empty(), Runnable::run);
    }

    /** Looks twice a minute until there is a verdict, for as long as the test's clock says. */
    private Optional<Verdict> lookFor(RunWatch watch, long millis, Runnable meanwhile) {
        for (long until = now + millis; now < until; ) {
            meanwhile.run();
            now += 30 * SECOND;
            Optional<Verdict> found = watch.look(ProcessTrees::look);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private long cpuMillis() {
        return ProcessTrees.look().used(process.guardPid()).cpuMillis();
    }

    private void awaitMoreCpu() {
        long before = cpuMillis();
        while (cpuMillis() < before + 20) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aStoppedProcessStallsAndIsShownWhereItStands() throws Exception {
        long root = start(false, "sleep", "3600");
        new ProcessBuilder("kill", "-STOP", Long.toString(root)).start().waitFor();
        long began = now;

        Verdict verdict = lookFor(watch(), HOURS, () -> {}).orElseThrow();

        assertThat(now - began).isBetween(LIMIT, LIMIT + 60 * SECOND);
        assertThat(verdict.reason()).isEqualTo(Reason.STALLED);
        assertThat(verdict.sentence())
                .isEqualTo(
                        "Nothing came of it for 10 minutes: no output, no processor time, no growing file. Somebody has stopped its process %d, sleep."
                                .formatted(root));
        assertThat(verdict.notes())
                .contains("lumenyard:   process %d, sleep".formatted(root))
                .anyMatch(line -> line.contains("thread " + root + ", sleep: stopped"));
    }

    @Test
    void aProcessThatWaitsForWordsThatNeverComeStalls() throws Exception {
        start(true, "sh", "-c", "read answer");

        Verdict verdict = lookFor(watch(), HOURS, () -> {}).orElseThrow();

        assertThat(verdict.sentence()).endsWith("no growing file.");
        assertThat(verdict.notes()).anyMatch(line -> line.contains(", sh: sleeping"));
    }

    @Test
    void busyAndSilentIsNeverStalledAlsoIfOnlyAGrandchildIsBusy() throws Exception {
        start(false, "sh", "-c", "sh -c 'while :; do :; done'; true");

        assertThat(lookFor(watch(), HOURS, this::awaitMoreCpu)).isEmpty();
    }

    @Test
    void talkativeAndSlowIsNeverStalled() throws Exception {
        start(false, "sleep", "3600");

        assertThat(lookFor(watch(), 10 * HOURS, () -> said = now / LIMIT)).isEmpty();
    }

    @Test
    void aFileThatGrowsNowAndThenIsEnough() throws Exception {
        start(false, "sleep", "3600");
        Path part = folder.resolve(".11.part.film.mp4");

        assertThat(lookFor(watch(), 3 * HOURS, () -> grow(part))).isEmpty();
        assertThat(lookFor(watch(), HOURS, () -> {})).isPresent();
    }

    private void grow(Path part) {
        try {
            if (now % (300 * SECOND) == 0) {
                Files.writeString(part, "x", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aFileServerThatDoesNotAnswerHoldsUpNothing() throws Exception {
        start(false, "sleep", "3600");

        assertThat(lookFor(watch(OptionalLong.empty(), look -> {}), HOURS, () -> {})).isPresent();
    }

    @Test
    void theTimeLimitEndsABusyRun() throws Exception {
        start(false, "sleep", "3600");
        RunWatch watch = watch(OptionalLong.of(90 * SECOND), Runnable::run);

        Verdict verdict = lookFor(watch, HOURS, () -> said++).orElseThrow();

        assertThat(verdict.reason()).isEqualTo(Reason.TIME_LIMIT);
        assertThat(verdict.sentence()).isEqualTo("It took longer than the job allows, 90 seconds.");
    }
}
