package org.lumenyard.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * kill -9 of the server, of agents, of both together, at random moments under load: nothing that
 * was acknowledged is lost, every frame is done, and none is drawn twice at once or again after it
 * was accepted. The moments come of a seed, which is printed; {@code LUMENYARD_SEED} sets it.
 */
class KillsTest {
    private static final List<String> AGENTS = List.of("anna", "bert");
    private static final int LONGEST_WAIT_MILLIS = 2_000;
    private static final int NIGHTLY_KILLS = Integer.getInteger("kills.nightly", 150);
    private static final int NIGHTLY_FRAMES = Integer.getInteger("kills.nightly.frames", 3_000);

    @RegisterExtension final Farms farms = Farms.ofEachTest();

    /** Whom a kill hits. */
    private enum Target {
        SERVER,
        AGENT,
        BOTH_AGENTS,
        SERVER_AND_AGENT,
        ALL
    }

    @Test
    @Timeout(600)
    void killsUnderTestPatternsLoseNothingAndDoubleNothing() throws Exception {
        survive(Load.TEST_PATTERN, 8, 80);
    }

    @Test
    @Tag("blender")
    @Timeout(600)
    void killsUnderWarmBlenderLoseNothingAndDoubleNothing() throws Exception {
        survive(Load.WARM_BLENDER, 4, 20);
    }

    @Test
    @Timeout(600)
    void killsUnderMitsubaLoseNothingAndDoubleNothing() throws Exception {
        survive(Load.MITSUBA, 12, 60);
    }

    @Test
    @Tag("nightly")
    @Timeout(3_600)
    void thirtyKillsUnderTestPatterns() throws Exception {
        survive(Load.TEST_PATTERN, 30, 300);
    }

    @Test
    @Tag("nightly")
    @Tag("blender")
    @Timeout(3_600)
    void fifteenKillsUnderWarmBlender() throws Exception {
        survive(Load.WARM_BLENDER, 15, 40);
    }

    @Test
    @Tag("nightly")
    @Timeout(3_600)
    void manyKillsWhileThousandsOfFramesAreRenderedByMitsuba() throws Exception {
        survive(Load.MITSUBA, NIGHTLY_KILLS, NIGHTLY_FRAMES);
    }

    private void survive(Load load, int kills, int frames)
            throws IOException, InterruptedException {
        load.assumeHere();
        long seed = seed();
        System.out.printf("%d kills under %s, seed %d%n", kills, load, seed);
        long began = System.nanoTime();
        var chance = new Random(seed);
        FarmUnderTest farm = farms.farm();
        farm.startServer();
        for (String agent : AGENTS) farm.startAgent(agent);
        farm.awaitNodes(AGENTS.toArray(String[]::new));
        var storms = new ArrayList<Storm>();
        var struck = new TreeMap<Target, Integer>();
        Storm.Account account = Storm.Account.NONE;
        try (var submitter = new Submitter(farm)) {
            storms.add(storm(farm, load, frames, 1, chance));
            for (int kill = 1; kill <= kills; kill++) {
                if (storms.getLast().left() < frames / 4)
                    storms.add(storm(farm, load, frames, storms.size() + 1, chance));
                struck.merge(kill(farm, kill, storms.getLast(), chance), 1, Integer::sum);
            }
            for (Storm storm : storms) {
                awaitFrames(farm, storm);
                assertThat(farm.awaitEnd(storm.job())).as("job " + storm.job()).isEqualTo("done");
                System.out.println("job " + storm.job() + ": " + storm.account());
                assertThat(storm.wrongs()).isEmpty();
                assertThat(storm.leftParts()).as("parts that nobody finishes").isEmpty();
                account = account.plus(storm.account());
                storm.close();
            }
            assertThat(submitter.wrongs()).isEmpty();
        }
        assertThat(farm.endInOrder()).as("marked processes that are left").isZero();
        System.out.printf(
                "survived %d kills under %s, %s, in %d s; %s; 0 wrongs%n",
                kills, load, struck, (System.nanoTime() - began) / 1_000_000_000, account);
    }

    private static long seed() {
        String given = System.getenv().getOrDefault("LUMENYARD_SEED", "");
        return given.isEmpty() ? new Random().nextInt(1_000_000) : Long.parseLong(given);
    }

    private static Storm storm(FarmUnderTest farm, Load load, int frames, int number, Random chance)
            throws IOException {
        return Storm.begin(farm, "storm " + number, load, frames, chance);
    }

    /** All of thousands of frames take long, but the next one never does. */
    private static void awaitFrames(FarmUnderTest farm, Storm storm) throws InterruptedException {
        while (storm.accepted() < storm.frames()) {
            int accepted = storm.accepted();
            farm.await("more frames", () -> storm.accepted() > accepted);
        }
    }

    private static Target kill(FarmUnderTest farm, int number, Storm storm, Random chance)
            throws IOException, InterruptedException {
        // Two of three in the middle of work, when new frames have been accepted since the last
        // kill;
        // the third as soon as something is placed: on nodes that load, or are just coming back.
        int accepted = storm.accepted();
        if (number % 3 == 0) farm.awaitCount(storm.job(), "running", 1);
        else farm.await("more frames", () -> storm.accepted() > accepted);
        // Each kind once in five, so that none is left out by chance.
        Target target = Target.values()[number % Target.values().length];
        String agent = AGENTS.get(chance.nextInt(AGENTS.size()));
        Thread.sleep(chance.nextInt(LONGEST_WAIT_MILLIS));
        List<Daemon> victims = victims(farm, target, agent);
        String phase = storm.phase();
        var states = new StringBuilder();
        for (Daemon victim : victims) {
            states.append(" %s %d %s;".formatted(victim.name(), victim.pid(), victim.state()));
            victim.strike();
        }
        for (Daemon victim : victims) victim.awaitEnd();
        System.out.printf("kill %d:%s %s%n", number, states, phase);
        // Whoever comes back first, and how soon, is chance as well.
        Thread.sleep(chance.nextInt(800));
        for (Daemon victim : chance.nextBoolean() ? victims : victims.reversed()) {
            if (victim.name().equals("server")) farm.startServer();
            else farm.startAgent(victim.name());
        }
        return target;
    }

    private static List<Daemon> victims(FarmUnderTest farm, Target target, String agent) {
        return switch (target) {
            case SERVER -> List.of(farm.server());
            case AGENT -> List.of(farm.daemon(agent));
            case BOTH_AGENTS -> AGENTS.stream().map(farm::daemon).toList();
            case SERVER_AND_AGENT -> List.of(farm.server(), farm.daemon(agent));
            case ALL ->
                    List.of(
                            farm.server(),
                            farm.daemon(AGENTS.getFirst()),
                            farm.daemon(AGENTS.getLast()));
        };
    }
}
