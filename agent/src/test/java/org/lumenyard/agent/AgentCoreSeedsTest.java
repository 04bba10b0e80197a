package org.lumenyard.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.AgentMessage.Ended;
import org.lumenyard.protocol.AgentMessage.Report;
import org.lumenyard.protocol.ServerMessage;

/** Whatever happens in whatever order, these hold. A seed that fails is told by its number. */
final class AgentCoreSeedsTest {
    private static final int SEEDS = 1_500;
    private static final int STEPS = 200;

    @Test
    void noHistoryBreaksAPromise() {
        for (int seed = 1; seed <= SEEDS; seed++) {
            new World(seed).play();
        }
    }

    /** A server and a machine that do anything that their real kin could do, by chance. */
    private static final class World {
        private final int seed;
        private final Random chance;
        private final AgentCore core = new AgentCore(Policy.USUAL, Identity.NEW, List.of());
        private final List<Event> answers = new ArrayList<>();

        /** What processes do is told in the order in which it happens. */
        private final List<Event> ofProcesses = new ArrayList<>();

        private final Set<Long> begun = new HashSet<>();
        private final Set<Long> alive = new HashSet<>();
        private final Map<Long, Long> slots = new HashMap<>();
        private final Set<Long> instances = new HashSet<>();
        private final Map<Long, Integer> endsToldInThisLife = new HashMap<>();
        private long now = 1_000;
        private long connection;
        private long lastSequence;
        private long incarnation;
        private long lastSentAt;
        private long lastRun;
        private boolean exited;

        World(int seed) {
            this.seed = seed;
            this.chance = new Random(seed);
        }

        void play() {
            apply(new Event.Begun());
            apply(new Event.FactsFound(Story.MACHINE));
            for (int step = 0; step < STEPS && !exited; step++) {
                now += chance.nextInt(70) == 0 ? chance.nextInt(400_000) : chance.nextInt(900);
                apply(next());
                wakeAsAsked();
            }
            stopInTime();
        }

        private Event next() {
            if (!answers.isEmpty() && chance.nextInt(3) > 0) {
                return answers.remove(chance.nextInt(Math.min(3, answers.size())));
            }
            if (!ofProcesses.isEmpty() && chance.nextInt(3) > 0) {
                return ofProcesses.removeFirst();
            }
            return switch (chance.nextInt(9)) {
                case 0 -> new Event.Disconnected(connection);
                case 1 -> new Event.FactsFound(Story.MACHINE);
                case 2 -> new Event.HostMeasured(1, chance.nextInt(2_000));
                case 3 -> endOfSomeRun();
                case 4 ->
                        new Event.RunProgressed(1 + chance.nextInt(30), chance.nextDouble(), "on");
                default -> new Event.Received(connection - chance.nextInt(2), word());
            };
        }

        private Event endOfSomeRun() {
            if (alive.isEmpty()) {
                return new Event.Woke();
            }
            long run =
                    alive.stream()
                            .sorted()
                            .skip(chance.nextInt(alive.size()))
                            .findFirst()
                            .orElseThrow();
            alive.remove(run);
            ofProcesses.add(
                    new Event.RunEnded(
                            Story.report(run, chance.nextInt(4) > 0 ? "done" : "failed")));
            return ofProcesses.removeFirst();
        }

        private ServerMessage word() {
            long some = 1 + chance.nextInt((int) lastRun + 2);
            return switch (chance.nextInt(10)) {
                case 0 -> new ServerMessage.Kill(some, "cancelled");
                case 9 -> new ServerMessage.Revoke(some);
                case 1 -> new ServerMessage.StopInstance(100 + chance.nextInt(3));
                case 2 -> new ServerMessage.Acknowledged(lastSequence - chance.nextInt(3));
                case 3 -> new ServerMessage.Beat(lastSentAt, 7);
                case 4 ->
                        chance.nextInt(6) == 0
                                ? new ServerMessage.Fenced(incarnation, "x")
                                : new ServerMessage.Ping();
                case 5 -> new ServerMessage.Acknowledged(lastSequence);
                default ->
                        chance.nextInt(3) == 0
                                ? Story.startIn(1_000 + chance.nextInt(3), ++lastRun)
                                : Story.start(
                                        chance.nextInt(4) == 0 ? some : ++lastRun,
                                        chance.nextInt(3) == 0 ? 100 + chance.nextInt(3) : 0,
                                        chance.nextInt(5_000));
            };
        }

        private void apply(Event event) {
            for (Action action : core.apply(event, now)) {
                see(action, event);
            }
        }

        /** The core never asks to be woken at a moment that has passed. */
        private void wakeAsAsked() {
            var wake = core.nextWake();
            if (wake.isPresent() && wake.getAsLong() <= now) {
                apply(new Event.Woke());
                assertThat(core.nextWake().orElse(Long.MAX_VALUE))
                        .as("seed %d wakes at once", seed)
                        .isGreaterThan(now);
            }
        }

        private void see(Action action, Event cause) {
            switch (action) {
                case Action.Connect(long number, int ignored) -> {
                    connection = number;
                    answers.add(
                            chance.nextInt(5) == 0
                                    ? new Event.Disconnected(number)
                                    : new Event.Connected(number));
                }
                case Action.Disconnect ignored -> {}
                case Action.Send(long number, AgentMessage message) -> said(number, message);
                case Action.Sweep ignored -> {
                    holds(alive.isEmpty() && instances.isEmpty(), "sweeps while work lives", cause);
                    answers.add(new Event.Swept());
                }
                case Action.Remember(Identity identity) ->
                        answers.add(
                                chance.nextInt(9) == 0
                                        ? new Event.NotRemembered(identity, "full")
                                        : new Event.Remembered(identity));
                case Action.StartRun start -> started(start, cause);
                case Action.KillRun(long run) -> {
                    if (alive.remove(run)) {
                        ofProcesses.add(
                                new Event.RunEnded(
                                        Story.report(
                                                run,
                                                chance.nextInt(5) == 0 ? "done" : "interrupted")));
                    }
                }
                case Action.EndInstance(long instance) -> {
                    holds(instances.remove(instance), "ends an instance that does not live", cause);
                    ofProcesses.add(new Event.InstanceEnded(instance));
                }
                case Action.Spool(FinalReport report) ->
                        answers.add(
                                chance.nextInt(9) == 0
                                        ? new Event.NotSpooled(report.run(), "full")
                                        : new Event.Spooled(report.run()));
                case Action.TrySpool() -> answers.add(new Event.SpoolTried(chance.nextBoolean()));
                case Action.Publish(FinalReport report, long notAfter) -> {
                    holds(notAfter > now && core.isLiving(), "publishes without a lease", cause);
                    answers.add(
                            switch (chance.nextInt(8)) {
                                case 0 -> new Event.PublishedTooLate(report.run());
                                case 1 ->
                                        new Event.NotPublished(
                                                report.run(), "output_folder", "No.");
                                default -> new Event.Published(report.run());
                            });
                }
                case Action.Forget ignored -> {}
                case Action.Exit ignored -> exited = true;
                case Action.RenewLease(long endsAt) ->
                        holds(endsAt > now, "renews into the past", cause);
                case Action.Discard ignored -> {}
                case Action.Tell ignored -> {}
            }
        }

        private void started(Action.StartRun start, Event cause) {
            long run = start.order().run();
            long instance = start.order().instance();
            holds(begun.add(run), "begins run " + run + " twice", cause);
            holds(
                    core.isLiving() && start.leaseEndsAt() > now,
                    "begins a run without a lease",
                    cause);
            holds(
                    start.identity().incarnation() == incarnation,
                    "begins a run under another life's mark",
                    cause);
            long slot = start.order().slot();
            holds(
                    alive.stream().noneMatch(other -> Long.valueOf(slot).equals(slots.get(other))),
                    "begins a second run in a slot",
                    cause);
            slots.put(run, slot);
            alive.add(run);
            ofProcesses.add(new Event.RunBegan(run));
            if (instance != 0 && instances.add(instance)) {
                ofProcesses.add(new Event.InstanceBegan(instance));
            }
        }

        private void said(long number, AgentMessage message) {
            holds(number == connection, "speaks on a connection of before", new Event.Woke());
            switch (message) {
                case AgentMessage.Hello hello -> {
                    boolean begins = hello.incarnation() == 0;
                    holds(
                            !begins || (alive.isEmpty() && instances.isEmpty()),
                            "begins a life while work lives",
                            new Event.Woke());
                    holds(
                            begins || hello.runs().containsAll(alive),
                            "hides a living run",
                            new Event.Woke());
                    if (begins) {
                        incarnation++;
                        lastSequence = 0;
                        endsToldInThisLife.clear();
                    }
                    var known = hello.runs().stream().filter(run -> chance.nextInt(6) > 0).toList();
                    answers.addFirst(
                            new Event.Received(
                                    number,
                                    new ServerMessage.Welcome(
                                            "farm", 5, incarnation, 7, known, Story.LEASE, 2_000)));
                }
                case AgentMessage.Heartbeat beat -> lastSentAt = beat.sentAt();
                case Report report -> {
                    holds(
                            report.sequence() <= lastSequence + 1,
                            "leaves out a number",
                            new Event.Woke());
                    if (report.sequence() > lastSequence && report.fact() instanceof Ended ended) {
                        holds(
                                endsToldInThisLife.merge(ended.run(), 1, Integer::sum) == 1,
                                "tells an end twice",
                                new Event.Woke());
                        holds(
                                !alive.contains(ended.run()),
                                "tells the end of a living run",
                                new Event.Woke());
                    }
                    lastSequence = Math.max(lastSequence, report.sequence());
                }
                case AgentMessage.Pong() -> {}
            }
        }

        private void stopInTime() {
            apply(new Event.StopAsked());
            now += Policy.USUAL.stopMillis();
            apply(new Event.Woke());
            assertThat(exited).as("seed %d stops", seed).isTrue();
            assertThat(core.nextWake()).isEmpty();
        }

        private void holds(boolean promise, String what, Event cause) {
            assertThat(promise).as("seed %d: the agent %s, after %s", seed, what, cause).isTrue();
        }
    }
}
