package org.lumenyard.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.lumenyard.agent.Action;
import org.lumenyard.agent.AgentCore;
import org.lumenyard.agent.Event;
import org.lumenyard.agent.FinalReport;
import org.lumenyard.agent.Identity;
import org.lumenyard.agent.Policy;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.ServerMessage;

/** A machine with the real agent core: its clock, its disk, its guarded processes. */
final class SimAgent {
    private static final Policy POLICY =
            new Policy(700, 3_000, 20_000, Long.MAX_VALUE, 500, 2_000, 64);

    /** After so long somebody starts an agent again that has ended by itself. */
    private static final long RESTART_MILLIS = 500;

    /** How long a double's machine has been running: thirty days. */
    private static final long LONG_AGO_MILLIS = 30 * 86_400_000L;

    /** A run's tree of processes under its guard, which ends it when the lease does. */
    private static final class Work {
        final long run;
        final long processors;
        long leaseEndsAt;
        boolean alive = true;
        boolean hangs;

        Work(long run, long processors, long leaseEndsAt) {
            this.run = run;
            this.processors = processors;
            this.leaseEndsAt = leaseEndsAt;
        }
    }

    /**
     * Where an agent runs.
     *
     * @param title what the story calls it
     * @param node the name that its agent gives
     * @param id as the machine's system knows it
     */
    record Machine(
            String title, String node, String id, String boot, String pids, long processors) {}

    final String name;
    private Machine machine;
    private final Clock clock;
    private final Network network;
    private final Promises promises;
    private final Tale tale;
    private Conditions conditions;

    /**
     * This machine's clock runs so many parts in a thousand off, within the one percent allowed.
     */
    private long drift;

    /** When that pace began, and what the boot clock showed then. */
    private long paceSince;

    private long bootThen;
    private int reboots;

    private final Map<Long, Work> works = new TreeMap<>();

    // The disk, which survives a kill.
    private Identity identity = Identity.NEW;
    private final Map<Long, FinalReport> spool = new TreeMap<>();
    private boolean diskFull;

    /** When all is written that was asked for. */
    private long writtenAt;

    // The program, which does not.
    private @Nullable AgentCore core;
    private Network.@Nullable Connection connection;

    /** The number of the connection that the program wants; 0 when none. */
    private long wanted;

    private final Set<Long> instances = new HashSet<>();
    private long life;
    private boolean frozen;
    private boolean retired;
    private final List<Runnable> missed = new ArrayList<>();

    SimAgent(
            Machine machine,
            Clock clock,
            Network network,
            Promises promises,
            Tale tale,
            Conditions conditions) {
        this.name = machine.title();
        this.machine = machine;
        this.clock = clock;
        this.network = network;
        this.promises = promises;
        this.tale = tale;
        this.conditions = conditions;
        this.drift = clock.between(-9, 9);
    }

    /** Another machine, on which an agent begins with a copy of this one's folder. */
    SimAgent doubled(Machine where) {
        var twin = new SimAgent(where, clock, network, promises, tale, conditions);
        if (where.boot().equals(machine.boot())) {
            twin.drift = drift;
            twin.paceSince = paceSince;
            twin.bootThen = bootThen;
        } else {
            twin.bootThen = LONG_AGO_MILLIS;
        }
        twin.identity = identity;
        twin.spool.putAll(spool);
        return twin;
    }

    Machine machine() {
        return machine;
    }

    private long boot() {
        long passed = clock.now() - paceSince;
        return bootThen + passed + passed * drift / 1_000;
    }

    boolean isUp() {
        return core != null;
    }

    // Faults

    void begin() {
        if (core != null || retired) return;
        tale.add("%s's agent begins", name);
        life++;
        writtenAt = 0;
        core = new AgentCore(POLICY, identity, spool.values());
        apply(new Event.FactsFound(facts()));
        apply(new Event.Begun());
        tick(life);
    }

    private AgentMessage.Facts facts() {
        return new AgentMessage.Facts(
                machine.node(),
                machine.id(),
                machine.boot(),
                machine.pids(),
                Map.of("amount.worker.vcpu", machine.processors(), "amount.worker.memory", 8_000L),
                Map.of(),
                "sim",
                Map.of());
    }

    /** kill -9: the guards notice at once and kill what they guard. */
    boolean kill() {
        if (core == null) return false;
        tale.add("%s's agent is killed", name);
        core = null;
        life++;
        frozen = false;
        missed.clear();
        instances.clear();
        if (connection != null) connection.breaks();
        connection = null;
        works.values()
                .forEach(work ->
                        clock.after(
                                clock.between(0, 15 + conditions.guardLateMost()),
                                () -> dies(work)));
        return true;
    }

    /** Killed, and not begun again by anybody. */
    void retire() {
        kill();
        retired = true;
    }

    /** SIGTERM: it ends its work, says good-bye and goes. */
    boolean stop() {
        if (core == null || frozen) return false;
        tale.add("%s's agent is asked to stop", name);
        apply(new Event.StopAsked());
        return true;
    }

    /** The agent stands still; guards and clocks go on. */
    boolean freeze() {
        if (core == null || frozen) return false;
        tale.add("%s's agent stands still", name);
        frozen = true;
        return true;
    }

    void thaw() {
        if (!frozen) return;
        tale.add("%s's agent goes on", name);
        frozen = false;
        var late = List.copyOf(missed);
        missed.clear();
        late.forEach(Runnable::run);
    }

    /** All that runs is gone at once; the next boot's clock begins anew. */
    void reboots() {
        tale.add("%s goes down", name);
        kill();
        List.copyOf(works.values()).forEach(this::dies);
        machine =
                new Machine(
                        machine.title(),
                        machine.node(),
                        machine.id(),
                        "boot-" + name + "-" + ++reboots,
                        machine.pids(),
                        machine.processors());
        paceSince = clock.now();
        bootThen = 0;
    }

    /** The clock goes on at another pace. */
    void drifts(long perMille) {
        tale.add("%s's clock runs %d per mille off", name, perMille);
        bootThen = boot();
        paceSince = clock.now();
        drift = perMille;
    }

    /** The faults are over: what hung comes to its end, and nothing hangs any more. */
    void calm() {
        conditions = Conditions.FAIR;
        diskFull = false;
        works.values().stream()
                .filter(work -> work.hangs)
                .forEach(work -> clock.after(1, () -> ends(work.run, "done", "done")));
    }

    boolean diskFull(boolean full) {
        if (diskFull == full) return false;
        tale.add("%s's disk is %s", name, full ? "full" : "fine");
        diskFull = full;
        return true;
    }

    // The core's world

    private void apply(Event event) {
        if (core == null) return;
        for (Action action : core.apply(event, boot())) act(action);
    }

    /**
     * Lets the present program hear of it, unless it has died since; a frozen one hears it later.
     */
    private void later(long millis, Event event) {
        long here = life;
        clock.after(millis, () -> tell(here, event));
    }

    private void tell(long here, Event event) {
        if (here != life) return;
        if (frozen) missed.add(() -> tell(here, event));
        else apply(event);
    }

    private void tick(long here) {
        if (here != life || core == null) return;
        if (!frozen) apply(new Event.Woke());
        clock.after(50, () -> tick(here));
    }

    void connected(Network.Connection opened) {
        connection = opened;
        later(0, new Event.Connected(opened.number));
    }

    void notConnected(long number) {
        later(0, new Event.Disconnected(number));
    }

    /** A notice for a program of before finds nobody. */
    void closed(Network.Connection which) {
        if (which == connection) later(0, new Event.Disconnected(which.number));
    }

    void heard(Network.Connection from, ServerMessage message) {
        if (from == connection) later(0, new Event.Received(from.number, message));
    }

    private void act(Action action) {
        switch (action) {
            case Action.Sweep(Identity ignored) -> sweep();
            case Action.Connect(long number, int attempt) -> {
                long here = life;
                wanted = number;
                clock.after(
                        clock.between(10, Math.min(500, 50L << Math.min(attempt, 4))),
                        () -> {
                            if (here == life && wanted == number) network.connect(this, number);
                        });
            }
            case Action.Disconnect(long number) -> {
                wanted = 0;
                if (connection != null && connection.number == number) connection.breaks();
            }
            case Action.Send(long number, AgentMessage message) -> {
                if (connection != null && connection.number == number && connection.open)
                    connection.toServer(message);
            }
            case Action.Remember(Identity next) -> remember(next);
            case Action.StartRun(ServerMessage.Start order, Identity ignored, long lease) ->
                    start(order, lease);
            case Action.KillRun(long run) ->
                    clock.after(
                            clock.between(0, conditions.killMost()),
                            () -> ends(run, "interrupted", "killed"));
            case Action.EndInstance(long instance) -> {
                instances.remove(instance);
                later(clock.between(1, 40), new Event.InstanceEnded(instance));
            }
            case Action.RenewLease(long endsAt) ->
                    works.values()
                            .forEach(work -> work.leaseEndsAt = Math.max(work.leaseEndsAt, endsAt));
            case Action.Spool(FinalReport report) -> spool(report);
            case Action.TrySpool() -> later(disk(5), new Event.SpoolTried(!diskFull));
            case Action.Publish(FinalReport report, long notAfter) -> publish(report, notAfter);
            case Action.Discard(FinalReport report) -> {}
            case Action.Forget(long run) -> spool.remove(run);
            case Action.Tell(String sentence) -> {}
            case Action.Exit(String why) -> {
                kill();
                clock.after(RESTART_MILLIS, this::begin);
            }
        }
    }

    /** What an earlier life left is dying already; the sweep sees it dead. */
    private void sweep() {
        long here = life;
        clock.after(
                clock.between(1, 30),
                () -> {
                    List.copyOf(works.values()).forEach(this::dies);
                    tell(here, new Event.Swept());
                });
    }

    /**
     * In how many milliseconds a write will be done that is asked for now. One is written after the
     * other; each usually takes up to {@code most}, where disks are slow sometimes longer.
     */
    private long disk(long most) {
        boolean slow = conditions.diskMost() > 15 && clock.happens(0.2);
        long takes = clock.between(1, slow ? conditions.diskMost() : most);
        writtenAt = Math.max(writtenAt, clock.now()) + takes;
        return writtenAt - clock.now();
    }

    private void remember(Identity next) {
        long here = life;
        clock.after(
                disk(10),
                () -> {
                    if (here != life) return;
                    if (diskFull) {
                        tell(here, new Event.NotRemembered(next, "disk full"));
                    } else {
                        identity = next;
                        tell(here, new Event.Remembered(next));
                    }
                });
    }

    private void start(ServerMessage.Start order, long lease) {
        long here = life;
        long processorsUsed = order.amounts().getOrDefault("amount.worker.vcpu", 1L);
        clock.after(
                clock.between(1, 30),
                () -> {
                    if (here != life) return;
                    var work = new Work(order.run(), processorsUsed, lease);
                    works.put(order.run(), work);
                    tale.add("%s works on run %d", name, order.run());
                    promises.begins(order.run(), name);
                    promises.machine(
                            name,
                            works.values().stream()
                                    .filter(w -> w.alive)
                                    .mapToLong(w -> w.processors)
                                    .sum(),
                            machine.processors());
                    guard(work);
                    tell(here, new Event.RunBegan(order.run()));
                    if (order.instance() != 0 && instances.add(order.instance()))
                        tell(here, new Event.InstanceBegan(order.instance()));
                    boolean fails = clock.happens(0.03);
                    work.hangs = conditions.hangs() > 0 && clock.happens(conditions.hangs());
                    if (work.hangs) return;
                    clock.after(
                            clock.between(50, conditions.taskMost()),
                            () ->
                                    ends(
                                            order.run(),
                                            fails ? "failed" : "done",
                                            fails ? "exit_code" : "done"));
                });
    }

    /** The guard's own look at the lease's end, on this machine's clock. */
    private void guard(Work work) {
        if (!work.alive) return;
        if (boot() >= work.leaseEndsAt) {
            tale.add("%s's guard ends run %d: its lease is over", name, work.run);
            long takes = conditions.killMost() > 60 ? clock.between(0, conditions.killMost()) : 0;
            if (takes == 0) ends(work.run, "interrupted", "lease");
            else clock.after(takes, () -> ends(work.run, "interrupted", "lease"));
            return;
        }
        long late =
                conditions.guardLateMost() > 0 ? clock.between(0, conditions.guardLateMost()) : 0;
        clock.after(
                Math.max(1, Math.min(100, work.leaseEndsAt - boot())) + late, () -> guard(work));
    }

    private void dies(Work work) {
        if (!work.alive) return;
        work.alive = false;
        tale.add("no process of run %d is left on %s", work.run, name);
        works.remove(work.run, work);
        promises.ends(work.run);
    }

    private void ends(long run, String kind, String reason) {
        Work work = works.get(run);
        if (work == null) return;
        dies(work);
        tell(life, new Event.RunEnded(report(run, kind, reason)));
    }

    private FinalReport report(long run, String kind, String reason) {
        // Short enough for several to wait in a slot, at times for more and at times for fewer.
        long millis = run % 3 == 0 ? 500 : 20;
        return new FinalReport(
                identity.farm(),
                new AgentMessage.Ended(run, kind, reason, "", 100, millis, 100, "{}"),
                List.of());
    }

    private void spool(FinalReport report) {
        long here = life;
        clock.after(
                disk(15),
                () -> {
                    if (here != life) return;
                    if (diskFull) {
                        tell(here, new Event.NotSpooled(report.run(), "disk full"));
                    } else {
                        spool.put(report.run(), report);
                        tell(here, new Event.Spooled(report.run()));
                    }
                });
    }

    private void publish(FinalReport report, long notAfter) {
        long here = life;
        clock.after(
                clock.between(0, 10),
                () -> {
                    if (here != life) return;
                    if (frozen) {
                        missed.add(() -> publishNow(here, report, notAfter));
                    } else {
                        publishNow(here, report, notAfter);
                    }
                });
    }

    private void publishNow(long here, FinalReport report, long notAfter) {
        if (boot() >= notAfter) {
            tell(here, new Event.PublishedTooLate(report.run()));
            return;
        }
        if (report.ended().kind().equals("done")) promises.named(report.run());
        tell(here, new Event.Published(report.run()));
    }

    Map<Long, Long> working() {
        var map = new HashMap<Long, Long>();
        works.forEach((run, work) -> map.put(run, work.processors));
        return map;
    }
}
