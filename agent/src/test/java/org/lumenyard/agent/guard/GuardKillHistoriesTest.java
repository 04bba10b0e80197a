package org.lumenyard.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Agents and guards are killed, frozen and cut off, in every order; the trees below them are hard
 * ones.
 */
final class GuardKillHistoriesTest {
    private static final int SIGSTOP = 19;
    private static final long FOR_EVER = 600_000; // milliseconds: no lease ends in these tests
    private static final long SHORT_LEASE = 2_000;

    @TempDir Path folder;
    private final List<Unruly> started = new ArrayList<>();
    private final List<AgentProcess> agents = new ArrayList<>();

    @AfterEach
    void clearAway() throws InterruptedException {
        for (AgentProcess agent : agents) agent.close();
        started.forEach(Unruly::clear);
    }

    @Test
    void aKilledAgentsTreesDieWithIt() throws Exception {
        AgentProcess agent = agent(1, FOR_EVER);
        Unruly tree = tree(agent, "run1");
        agent.kill();
        tree.awaitDeath();
        tree.assertDead();
        assertThat(notes("run1")).contains("cause agent-gone").contains("end cause=agent-gone");
    }

    @Test
    void theDeathOfTheAgentsWholeProcessGroupSparesTheGuards() throws Exception {
        AgentProcess agent = agent(1, FOR_EVER);
        Unruly tree = tree(agent, "run1");
        Kernel.kill(-agent.pid(), Kernel.SIGKILL);
        tree.awaitDeath();
        tree.assertDead();
        assertThat(notes("run1")).contains("end cause=agent-gone");
    }

    @Test
    void aFrozenAgentsTreesDieWhenTheLeaseEndsAndItLearnsWhyWhenThawed() throws Exception {
        AgentProcess agent = agent(1, SHORT_LEASE);
        Unruly tree = tree(agent, "run1");
        long frozenAt = System.currentTimeMillis();
        Kernel.kill(agent.pid(), SIGSTOP);
        tree.awaitDeath();
        tree.assertDead();
        assertThat(tree.lastBeat() - frozenAt).isGreaterThan(SHORT_LEASE / 2);
        assertThat(notes("run1")).contains("cause lease");
        Kernel.kill(agent.pid(), Kernel.SIGCONT);
        assertThat(agent.await("ended run1")).contains("cause=LEASE").contains("proof=GUARD");
    }

    @Test
    void anAgentThatRenewsNoMoreLosesItsTreesWhenTheLeaseEnds() throws Exception {
        AgentProcess agent = agent(1, SHORT_LEASE);
        Unruly tree = tree(agent, "run1");
        agent.order("mute");
        agent.await("muted");
        assertThat(agent.await("ended run1")).contains("cause=LEASE").contains("proof=GUARD");
        tree.assertDead();
    }

    @Test
    void aRenewedLeaseOutlivesItsLength() throws Exception {
        AgentProcess agent = agent(1, SHORT_LEASE);
        Unruly tree = tree(agent, "run1");
        Thread.sleep(2 * SHORT_LEASE);
        long size = tree.size();
        tree.awaitBeats(size + 20);
        assertThat(tree.survivors()).isNotEmpty();
    }

    @Test
    void aKilledGuardsTreeIsClearedByTheAgent() throws Exception {
        AgentProcess agent = agent(1, FOR_EVER);
        Unruly other = tree(agent, "run1");
        var tree = start(agent, "run2", "tree");
        long guard = guardOf("run2");
        Kernel.kill(guard, Kernel.SIGKILL);
        assertThat(agent.await("ended run2"))
                .contains("cause=GUARD_KILLED")
                .contains("proof=AGENT");
        tree.assertDead();
        long size = other.size();
        other.awaitBeats(size + 20);
    }

    @Test
    void guardsThatDieTogetherAreAllReplaced() throws Exception {
        AgentProcess agent = agent(1, FOR_EVER);
        List<Unruly> trees = List.of(tree(agent, "run1"), tree(agent, "run2"), tree(agent, "run3"));
        LongStream.of(guardOf("run1"), guardOf("run2"), guardOf("run3"))
                .forEach(guard -> Kernel.kill(guard, Kernel.SIGKILL));
        for (int i = 0; i < 3; i++) assertThat(agent.await("ended run")).contains("proof=AGENT");
        for (Unruly tree : trees) tree.assertDead();
    }

    @Test
    void whatGuardAndAgentLeftIsSweptByTheNextIncarnationOfTheSameNodeOnly() throws Exception {
        AgentProcess agent = agent(1, FOR_EVER);
        Unruly tree = start(agent, "run1", "marked");
        tree.awaitBeats(50);
        killTogether(agent, guardOf("run1"));
        Duration patience = Duration.ofSeconds(60);
        assertThat(new Sweep("farm", "other").before(Long.MAX_VALUE, patience).killed()).isZero();
        assertThat(new Sweep("other", "node").before(Long.MAX_VALUE, patience).killed()).isZero();
        assertThat(new Sweep("farm", "node").before(1, patience).killed()).isZero();
        long size = tree.size();
        tree.awaitBeats(size + 50);
        Sweep.Swept swept = new Sweep("farm", "node").before(2, patience);
        tree.assertDead();
        assertThat(swept.clean()).isTrue();
        assertThat(swept.killed()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1000", "300"})
    void aSweepWinsAgainstATreeThatHops(String microseconds) throws Exception {
        AgentProcess agent = agent(1, FOR_EVER);
        Unruly storm = Unruly.of("schain", folder);
        started.add(storm);
        agent.run("run1", GuardsTest.behindARoot(storm.command(microseconds)));
        storm.awaitBeats(50);
        killTogether(agent, guardOf("run1"));
        Sweep.Swept swept = new Sweep("farm", "node").before(2, Duration.ofSeconds(60));
        storm.assertDead();
        assertThat(swept.clean()).isTrue();
    }

    @Test
    void aSweepWaitsForGuardsOfTheKilledAgentAndWakesTheStopped() throws Exception {
        AgentProcess agent = agent(1, FOR_EVER);
        Unruly tree = tree(agent, "run1");
        Kernel.kill(guardOf("run1"), SIGSTOP);
        agent.kill();
        Sweep.Swept swept = new Sweep("farm", "node").before(2, Duration.ofSeconds(60));
        assertThat(swept.clean()).isTrue();
        tree.assertDead(); // the bare one too, thanks to the guard
        assertThat(notes("run1")).contains("end cause=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "group", "session", "daemon", "bare", "stranger"})
    void noRunawayEscapesWhenTheAgentIsKilled(String kind) throws Exception {
        if (kind.equals("stranger")) assumeThat(System.getProperty("user.name")).isEqualTo("root");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        AgentProcess agent = agent(1, FOR_EVER);
        Unruly tree = start(agent, "run1", kind);
        Unruly.await("the runaway", () -> tree.survivors().size() >= 2);
        agent.kill();
        tree.awaitDeath();
        tree.assertDead();
    }

    @Test
    void sixtyFourRunsDieWithTheirAgent() throws Exception {
        AgentProcess agent = agent(1, FOR_EVER);
        var trees = new ArrayList<Unruly>();
        for (int i = 0; i < 64; i++) trees.add(start(agent, "run" + i, "still"));
        for (Unruly tree : trees) tree.awaitBeats(3);
        agent.kill();
        for (Unruly tree : trees) tree.awaitDeath();
        trees.getLast().assertDead();
        assertThat(new Sweep("farm", "node").before(2, Duration.ofSeconds(60)))
                .isEqualTo(new Sweep.Swept(0, List.of()));
    }

    private static void killTogether(AgentProcess agent, long guard) throws InterruptedException {
        Kernel.kill(agent.pid(), SIGSTOP); // or it might clear up between the two
        Kernel.kill(guard, Kernel.SIGKILL);
        agent.kill();
    }

    private AgentProcess agent(long incarnation, long lease) throws Exception {
        AgentProcess agent = AgentProcess.start(folder, incarnation, lease);
        agents.add(agent);
        return agent;
    }

    /** A tree with everything in it. */
    private Unruly tree(AgentProcess agent, String work) throws Exception {
        Unruly tree = start(agent, work, "tree");
        tree.awaitBeats(200);
        return tree;
    }

    private Unruly start(AgentProcess agent, String work, String mode) throws Exception {
        Unruly tree = Unruly.of(mode, folder);
        started.add(tree);
        agent.run(work, tree.command());
        tree.awaitBeats(1);
        return tree;
    }

    private String notes(String work) throws Exception {
        Path notes = folder.resolve("guard").resolve("farm.node.1." + work + ".status");
        Unruly.await("the guard's last note", () -> read(notes).contains("\nend "));
        return read(notes);
    }

    private long guardOf(String work) {
        String notes = read(folder.resolve("guard").resolve("farm.node.1." + work + ".status"));
        return Long.parseLong(notes.replaceAll("(?s).*started guard=(\\d+) .*", "$1"));
    }

    private static String read(Path path) {
        try {
            return Files.exists(path) ? Files.readString(path) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
