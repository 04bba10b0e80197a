package org.lumenyard.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lumenyard.agent.guard.Death.Cause;
import org.lumenyard.agent.guard.Death.Ending;
import org.lumenyard.agent.guard.Death.Proof;

/** This JVM is the agent. */
final class GuardsTest {
    private static final int SIGSTOP = 19;

    @TempDir Path folder;
    private Guards guards;
    private final List<Unruly> started = new ArrayList<>();
    private int works;

    @BeforeEach
    void open() throws IOException {
        guards = Guards.open(folder);
    }

    @AfterEach
    void close() {
        guards.close();
        started.forEach(Unruly::clear);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 125, 126, 127, 137, 255})
    void exitCodesReachTheAgentUnchanged(int code) throws Exception {
        Death death = run(Unruly.of("exit", folder).command(Integer.toString(code)));
        assertThat(death.ending()).isEqualTo(new Ending.Exit(code));
        assertThat(death.cause()).isEqualTo(Cause.NONE);
        assertThat(death.proof()).isEqualTo(Proof.GUARD);
        assertThat(death.succeeded()).isEqualTo(code == 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6, 9, 11, 13, 14, 15, 24})
    void signalsReachTheAgentUnchanged(int number) throws Exception {
        Death death = run(Unruly.of("signal", folder).command(Integer.toString(number)));
        assertThat(death.ending())
                .isInstanceOfSatisfying(
                        Ending.Signal.class,
                        signal -> assertThat(signal.number()).isEqualTo(number));
        assertThat(death.cause()).isEqualTo(Cause.NONE);
    }

    @Test
    void whatCannotBeStartedSaysWhyInOneSentence() throws Exception {
        assertThat(run(List.of("/no/such/program")).ending())
                .isEqualTo(new Ending.NotStarted("The program /no/such/program is not there."));
        assertThat(run(List.of(folder.toString())).ending())
                .isEqualTo(
                        new Ending.NotStarted(
                                "The program " + folder + " may not be used by this user."));
        Path gone = folder.resolve("gone");
        assertThat(start(List.of("true"), Map.of(), gone, false, 60_000).death().get().ending())
                .isEqualTo(new Ending.NotStarted("The working folder " + gone + " is not there."));
    }

    @Test
    void theRootOfWhatNeverRanIsCancelled() throws Exception {
        GuardedProcess run = start(List.of("/no/such/program"));
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> run.root().join());
        assertThat(start(List.of("true")).root().join()).isPositive();
    }

    @Test
    void aCommandWhoseLeaseIsOverIsNeverStarted() throws Exception {
        Path touched = folder.resolve("touched");
        Death death =
                start(List.of("touch", touched.toString()), Map.of(), folder, false, -1)
                        .death()
                        .get();
        assertThat(death.cause()).isEqualTo(Cause.LEASE);
        assertThat(death.ending()).isInstanceOf(Ending.NotStarted.class);
        assertThat(touched).doesNotExist();
    }

    @Test
    void outputArrivesWholeAndUnchanged() throws Exception {
        byte[] bytes = new byte[8_000_000];
        new Random(1).nextBytes(bytes);
        Path file = Files.write(folder.resolve("bytes"), bytes);
        GuardedProcess run = start(List.of("cat", file.toString()));
        assertThat(digest(run.output().readAllBytes())).isEqualTo(digest(bytes));
        assertThat(run.death().get().succeeded()).isTrue();
    }

    @Test
    void standardErrorJoinsTheOutputInOrder() throws Exception {
        GuardedProcess run = start(List.of("sh", "-c", "echo one; echo two >&2; echo three"));
        assertThat(text(run.output())).isEqualTo("one\ntwo\nthree\n");
    }

    @Test
    void theCommandCarriesTheMarkAndItsVariablesAndNothingElseOfOurs() throws Exception {
        GuardedProcess run =
                start(
                        List.of("env"),
                        Map.of("COLOUR", "blue", "LUMENYARD_OUTPUT_0", "a b"),
                        folder,
                        false,
                        60_000);
        assertThat(text(run.output()).lines())
                .contains("COLOUR=blue", "LUMENYARD_OUTPUT_0=a b", "LUMENYARD_RUN=" + run.mark())
                .filteredOn(line -> line.startsWith("LUMENYARD_"))
                .hasSize(2);
    }

    @Test
    void theGuardItselfCarriesNoMark() throws Exception {
        GuardedProcess run = start(List.of("sleep", "100"));
        run.root().get();
        assertThat(new String(ProcessTable.environment(run.guardPid()), StandardCharsets.UTF_8))
                .doesNotContain("LUMENYARD_RUN");
        run.kill(Duration.ZERO);
        run.death().get();
    }

    @Test
    void theCommandRunsInItsFolder() throws Exception {
        Path spaced = Files.createDirectory(folder.resolve("a path with spaces; and $more"));
        GuardedProcess run = start(List.of("pwd"), Map.of(), spaced, false, 60_000);
        assertThat(text(run.output()).strip()).isEqualTo(spaced.toString());
    }

    @Test
    void inputIsAnsweredLineByLineAndItsEndIsSeen() throws Exception {
        GuardedProcess run = start(List.of("cat"), Map.of(), folder, true, 60_000);
        OutputStream input = run.input().orElseThrow();
        var answers =
                new BufferedReader(new InputStreamReader(run.output(), StandardCharsets.UTF_8));
        for (String line : List.of("one", "two", "three")) {
            input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            assertThat(answers.readLine()).isEqualTo(line);
        }
        input.close();
        assertThat(run.death().get().succeeded()).isTrue();
        assertThat(answers.readLine()).isNull();
    }

    @Test
    void aWriterToADeadCommandIsNotLeftWaiting() throws Exception {
        GuardedProcess run = start(List.of("sleep", "100"), Map.of(), folder, true, 60_000);
        OutputStream input = run.input().orElseThrow();
        var writer =
                CompletableFuture.runAsync(() -> {
                    try {
                        while (true)
                            input.write(new byte[10_000]); // more than the pipe holds: it waits
                    } catch (IOException broken) {
                        return;
                    }
                });
        run.root().get();
        run.kill(Duration.ZERO);
        run.death().get();
        writer.get(60, TimeUnit.SECONDS);
        assertThatIOException().isThrownBy(() -> input.write(1));
    }

    @Test
    void withoutInputTheCommandSeesItsEndAtOnce() throws Exception {
        assertThat(run(List.of("cat")).succeeded()).isTrue();
    }

    @Test
    void aPoliteCommandEndsByItselfWithinTheGrace() throws Exception {
        GuardedProcess run =
                start(
                        List.of(
                                "sh",
                                "-c",
                                "trap 'echo bye; exit 4' TERM; echo up; while :; do sleep 0.05; done"));
        var output =
                new BufferedReader(new InputStreamReader(run.output(), StandardCharsets.UTF_8));
        assertThat(output.readLine()).isEqualTo("up");
        run.kill(Duration.ofSeconds(60));
        assertThat(output.lines()).last().isEqualTo("bye");
        Death death = run.death().get();
        assertThat(death.ending()).isEqualTo(new Ending.Exit(4));
        assertThat(death.cause()).isEqualTo(Cause.ORDER);
    }

    @Test
    void aDeafCommandIsKilledAfterTheGraceAndASecondOrderHastens() throws Exception {
        Unruly tree = Unruly.of("still", folder);
        GuardedProcess run = start(tree);
        tree.awaitBeats(1);
        run.kill(Duration.ofHours(1));
        long size = tree.size();
        tree.awaitBeats(size + 10);
        run.kill(Duration.ofMillis(50));
        Death death = run.death().get();
        assertThat(death.ending()).isEqualTo(new Ending.Signal(9, false));
        assertThat(death.cause()).isEqualTo(Cause.ORDER);
        tree.assertDead();
    }

    @ParameterizedTest
    @CsvSource({
        "chain, 1000",
        "chain, 200",
        "schain, 1000",
        "schain, 200",
        "bomb, 4000",
        "headless, 0",
        "tree, 0"
    })
    void theWordEndedIsNeverFollowedByAWrite(String mode, String microseconds) throws Exception {
        Unruly storm = Unruly.of(mode, folder);
        started.add(storm);
        GuardedProcess run = start(behindARoot(storm.command(microseconds)));
        storm.awaitBeats(20);
        run.kill(Duration.ZERO);
        Death death = run.death().get();
        storm.assertDead();
        assertThat(death.proof()).isEqualTo(Proof.GUARD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chain", "schain", "bomb", "headless", "tree"})
    void aLostGuardsStormIsEndedByTheAgentAsTruly(String mode) throws Exception {
        Unruly storm = Unruly.of(mode, folder);
        started.add(storm);
        GuardedProcess run = start(behindARoot(storm.command("4000")));
        storm.awaitBeats(20);
        Kernel.kill(run.guardPid(), Kernel.SIGKILL);
        Death death = run.death().get();
        storm.assertDead();
        assertThat(death)
                .isEqualTo(new Death(new Ending.Unknown(), Cause.GUARD_KILLED, Proof.AGENT, 0, 0));
    }

    @Test
    void whatACommandLeavesRunningIsClearedBeforeItsEndIsTold() throws Exception {
        Unruly left = Unruly.of("daemons", folder);
        Death death = start(left).death().get();
        left.assertDead();
        assertThat(death.ending()).isEqualTo(new Ending.Exit(3));
        assertThat(death.cause()).isEqualTo(Cause.NONE);
    }

    @Test
    void theAgentsOwnHelpersAreNoOrphans() throws Exception {
        Process helper = new ProcessBuilder("sh", "-c", "sleep 1000 & wait").start();
        GuardedProcess bystander = start(List.of("sleep", "1000"));
        GuardedProcess run = start(Unruly.of("tree", folder));
        Kernel.kill(run.guardPid(), Kernel.SIGKILL);
        run.death().get();
        assertThat(helper.isAlive()).isTrue();
        assertThat(helper.children()).hasSize(1);
        assertThat(bystander.death()).isNotDone();
        helper.descendants().forEach(ProcessHandle::destroyForcibly);
        helper.destroyForcibly().waitFor();
    }

    @Test
    void aStoppedGuardIsWokenAndTheRunGoesOn() throws Exception {
        GuardedProcess run = start(List.of("sleep", "1000"));
        run.root().get();
        Kernel.kill(run.guardPid(), SIGSTOP);
        run.lease(BootClock.nowMillis() + 60_000);
        Unruly.await("silence", () -> run.silentMillis() > 300);
        assertThat(guards.attend(Duration.ofMillis(250))).isEmpty();
        Unruly.await("an answer", () -> run.silentMillis() == 0);
        assertThat(run.death()).isNotDone();
    }

    @Test
    void aGuardThatStaysSilentIsKilledAndItsRunEndsProven() throws Exception {
        Unruly tree = Unruly.of("tree", folder);
        GuardedProcess run = start(tree);
        tree.awaitBeats(20);
        Kernel.kill(run.guardPid(), SIGSTOP);
        run.lease(BootClock.nowMillis() + 60_000);
        Unruly.await("silence", () -> run.silentMillis() > 300);
        assertThat(guards.attend(Duration.ofMillis(100))).containsExactly(run);
        assertThat(run.death().get().cause()).isEqualTo(Cause.GUARD_KILLED);
        tree.assertDead();
    }

    @Test
    void ordersToAStoppedGuardNeverWait() throws Exception {
        GuardedProcess run = start(List.of("sleep", "1000"));
        Kernel.kill(run.guardPid(), SIGSTOP);
        for (int i = 0; i < 10_000; i++) run.lease(BootClock.nowMillis() + 60_000);
        Kernel.kill(run.guardPid(), Kernel.SIGCONT);
        Unruly.await("an answer", () -> run.silentMillis() == 0);
        run.kill(Duration.ZERO);
        assertThat(run.death().get().cause()).isEqualTo(Cause.ORDER);
    }

    @Test
    void theMostMemoryOfTheTreeIsTold() throws Exception {
        Death death = run(Unruly.of("memory", folder).command("100000"));
        assertThat(death.peakKibibytes()).isBetween(100_000L, 120_000L);
    }

    @Test
    void sixtyFourRunsAreStartedAndStoppedAtOnce() throws Exception {
        var runs = new ArrayList<GuardedProcess>();
        for (int i = 0; i < 64; i++) runs.add(start(List.of("sleep", "1000")));
        for (GuardedProcess run : runs) run.root().get();
        assertThat(guards.running()).hasSize(64);
        guards.close();
        assertThat(runs)
                .allSatisfy(run -> assertThat(run.death().get().proof()).isEqualTo(Proof.GUARD));
        assertThat(guards.running()).isEmpty();
        assertThatIllegalStateException().isThrownBy(() -> start(List.of("true")));
    }

    @Test
    void aRunStartedFromAVirtualThreadOutlivesIt() throws Exception {
        var born = new CompletableFuture<GuardedProcess>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        born.complete(start(List.of("sh", "-c", "sleep 1; exit 5")));
                    } catch (IOException e) {
                        born.completeExceptionally(e);
                    }
                });
        assertThat(born.get().death().get().ending()).isEqualTo(new Ending.Exit(5));
    }

    @Test
    void nothingIsLeftInTheFolderOfAFinishedRun() throws Exception {
        GuardedProcess run = start(List.of("true"), Map.of(), folder, true, 60_000);
        run.death().get();
        try (var left = Files.list(folder.resolve("guard"))) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactly("runguard");
        }
    }

    @Test
    void badLaunchesAreRefusedWithASentence() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start(List.of()))
                .withMessage("the command is empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start(List.of("a\0b")))
                .withMessageContaining("NUL");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start(List.of("true"), Map.of("A=B", "c"), folder, false, 0))
                .withMessage("\"A=B\" cannot be the name of a variable");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start(List.of("true"), Map.of(), Path.of("here"), false, 0))
                .withMessageContaining("is not absolute");
    }

    private GuardedProcess start(Unruly tree) throws IOException {
        started.add(tree);
        return start(tree.command());
    }

    private GuardedProcess start(List<String> command) throws IOException {
        return start(command, Map.of(), folder, false, 600_000);
    }

    private GuardedProcess start(
            List<String> command,
            Map<String, String> environment,
            Path where,
            boolean input,
            long leaseMillis)
            throws IOException {
        var mark = new Mark("farm", "node", 1, "run" + ++works);
        return guards.start(
                new Launch(
                        mark,
                        command,
                        environment,
                        where,
                        input,
                        BootClock.nowMillis() + leaseMillis));
    }

    private Death run(List<String> command) throws Exception {
        return start(command).death().get();
    }

    /** With a hopping storm itself as the root, its first hop would be the end of the run. */
    static List<String> behindARoot(List<String> command) {
        var words = new ArrayList<>(List.of("sh", "-c", "\"$@\" & exec sleep 1000", "sh"));
        words.addAll(command);
        return words;
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String digest(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
