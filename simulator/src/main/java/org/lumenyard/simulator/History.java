package org.lumenyard.simulator;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Band;
import org.lumenyard.core.Change;
import org.lumenyard.core.Command;
import org.lumenyard.core.Farm;
import org.lumenyard.core.JobId;
import org.lumenyard.core.JobPlan;
import org.lumenyard.core.Reply;
import org.lumenyard.core.Requirements;
import org.lumenyard.core.Run;
import org.lumenyard.core.StepId;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.store.Store;

/** One farm's life: jobs and faults for a while, then quiet until all is done. */
final class History implements SimServer.Onlooker {
    private static final long TROUBLE_MILLIS = 40_000;
    private static final long PATIENCE_MILLIS = 400_000;
    private static final String WORST_MOMENT = "order at the worst moment";

    private final long seed;
    private final Profile profile;
    private final Clock clock;
    private final Tale tale;
    private final Promises promises;
    private final SimServer server;
    private final Network network;
    private final List<SimAgent> agents = new ArrayList<>();
    private final List<SimAgent> doubles = new ArrayList<>();
    private final List<JobId> jobs = new ArrayList<>();
    private final Map<JobId, List<StepId>> steps = new LinkedHashMap<>();
    private int doubled;
    private boolean calm;

    History(Profile profile, long seed, Store store, Simulation.ServerKind kind) {
        this.profile = profile;
        this.seed = seed;
        clock = new Clock(seed);
        tale = new Tale(clock);
        promises = new Promises(tale);
        server = kind.make(clock, store, promises, tale);
        network = new Network(clock, server, tale, profile.conditions().loss());
        int machines = (int) clock.between(1, 4);
        for (int i = 1; i <= machines; i++) {
            String name = "r0" + i;
            var machine =
                    new SimAgent.Machine(
                            name, name, "machine-" + name, "boot", "pids", clock.between(1, 4));
            agents.add(new SimAgent(machine, clock, network, promises, tale, profile.conditions()));
        }
    }

    /**
     * Lives it.
     *
     * @throws BrokenPromise with its story
     */
    Simulation.Result live() {
        server.troubled(profile.conditions(), this);
        server.begin();
        agents.forEach(SimAgent::begin);
        long troubleEnds = clock.now() + TROUBLE_MILLIS;
        for (int i = 0; i < 4; i++) clock.after(clock.between(0, 20_000), this::submit);
        clock.after(clock.between(500, 3_000), () -> trouble(troubleEnds));
        limit(clock.between(1, 3));
        while (clock.step(troubleEnds)) {}
        calm();
        long end = clock.now() + PATIENCE_MILLIS;
        while (!isAllDone()) {
            if (!clock.step(Math.min(end, clock.now() + 10_000)) && clock.now() >= end) {
                promises.fail("not all jobs came to their end:\n%s", String.valueOf(server.farm()));
            }
        }
        return new Simulation.Result(
                seed,
                server.commits,
                promises.worked,
                jobs.size(),
                tale.faults(),
                tale.fingerprint());
    }

    private boolean isAllDone() {
        Farm farm = server.farm();
        return farm != null && jobs.stream().noneMatch(farm::knows);
    }

    // What strikes

    private void trouble(long until) {
        if (clock.now() >= until) return;
        strike(profile.next(clock));
        clock.after(clock.between(100, profile.conditions().pauseMost()), () -> trouble(until));
    }

    private void strike(Fault fault) {
        if (hasStruck(fault)) tale.struck(fault.toString());
    }

    /** Lets it strike; whether it had an effect. One of a commit strikes, and counts, with it. */
    private boolean hasStruck(Fault fault) {
        SimAgent agent = agents.get((int) clock.between(0, agents.size() - 1));
        return switch (fault) {
            case CONNECTION_BREAKS -> network.breaks(agent);
            case ALL_CONNECTIONS_BREAK -> network.allBreak();
            case NODE_CUT_OFF -> cut(agent, EnumSet.allOf(Network.Way.class), "is cut off");
            case NODE_UNHEARD ->
                    cut(agent, EnumSet.of(Network.Way.TO_SERVER), "is not heard any more");
            case NODE_DEAF ->
                    cut(agent, EnumSet.of(Network.Way.TO_AGENT), "does not hear any more");
            case AGENT_KILLED -> {
                boolean lived = agent.kill();
                clock.after(clock.between(10, 4_000), agent::begin);
                yield lived;
            }
            case AGENT_STOPPED -> {
                boolean lived = agent.stop();
                for (int i = 1; i <= 8; i++) clock.after(300L * i, agent::begin);
                yield lived;
            }
            case AGENT_STANDS_STILL -> {
                boolean went = agent.freeze();
                clock.after(clock.between(100, 9_000), agent::thaw);
                yield went;
            }
            case AGENT_FLAPS -> {
                flap(agent, (int) clock.between(3, 10));
                yield false; // each of its blows counts by itself
            }
            case AGENT_DISK_FULL -> {
                boolean had = agent.diskFull(true);
                clock.after(clock.between(500, 8_000), () -> agent.diskFull(false));
                yield had;
            }
            case MACHINE_REBOOTS -> {
                agent.reboots();
                clock.after(clock.between(200, 5_000), agent::begin);
                yield true;
            }
            case MACHINE_DOUBLED -> {
                doubled(agent);
                yield true;
            }
            case SERVER_KILLED -> {
                boolean lived = server.kill();
                clock.after(clock.between(10, 9_000), server::begin);
                yield lived;
            }
            case SERVER_STANDS_STILL -> {
                boolean went = server.freeze();
                clock.after(clock.between(100, 9_000), server::thaw);
                yield went;
            }
            case SERVER_AND_AGENTS_KILLED -> {
                boolean lived = server.kill();
                for (SimAgent each : agents) lived |= each.kill();
                clock.after(clock.between(10, 3_000), server::begin);
                agents.forEach(each -> clock.after(clock.between(10, 3_000), each::begin));
                yield lived;
            }
            case COMMIT_REFUSED -> atACommit(SimServer.CommitFault.REFUSED);
            case COMMIT_OF_UNKNOWN_OUTCOME -> atACommit(SimServer.CommitFault.UNKNOWN);
            case KILLED_AT_A_COMMIT -> {
                atACommit(
                        clock.happens(0.5)
                                ? SimServer.CommitFault.KILLED_BEFORE
                                : SimServer.CommitFault.KILLED_AFTER);
                clock.after(clock.between(1_000, 4_000), server::begin);
                yield false;
            }
            case CLOCK_DRIFTS -> {
                agent.drifts(clock.between(-9, 9));
                yield true;
            }
            case WALL_CLOCK_JUMPS -> {
                long most = clock.happens(0.5) ? 10_000 : 7_200_000;
                server.wallClockJumps(clock.between(-most, most));
                yield true;
            }
            case ORDER -> order();
            case RETRY -> order(this::retry);
            case CANCEL -> order(job -> new Command.Cancel(job, "ana"));
        };
    }

    private boolean atACommit(SimServer.CommitFault fault) {
        server.nextCommit(fault);
        return false;
    }

    private boolean cut(SimAgent agent, EnumSet<Network.Way> ways, String what) {
        if (!network.cut(agent, ways)) return false;
        tale.add("%s %s", agent.name, what);
        clock.after(
                clock.between(100, 12_000),
                () -> {
                    tale.add("%s is reachable again", agent.name);
                    network.heal(agent, clock.happens(0.5));
                });
        return true;
    }

    private void flap(SimAgent agent, int times) {
        if (times == 0 || calm) return;
        boolean struck =
                switch ((int) clock.between(0, 3)) {
                    case 0 -> agent.kill();
                    case 1 -> agent.stop();
                    default -> network.breaks(agent);
                };
        if (struck) tale.struck(Fault.AGENT_FLAPS.toString());
        clock.after(clock.between(1, 300), agent::begin);
        clock.after(clock.between(20, 600), () -> flap(agent, times - 1));
    }

    /** A copy of the node's folder is used: on a clone, on another machine, or in a container. */
    private void doubled(SimAgent agent) {
        SimAgent.Machine original = agent.machine();
        String own = "of-double-" + ++doubled;
        String title = "double %d of %s".formatted(doubled, agent.name);
        var where =
                switch ((int) clock.between(0, 2)) {
                    case 0 -> machine(original, title, original.id(), "boot-" + own, "pids");
                    case 1 -> machine(original, title, "machine-" + own, "boot-" + own, "pids");
                    default ->
                            machine(original, title, original.id(), original.boot(), "pids-" + own);
                };
        SimAgent twin = agent.doubled(where);
        doubles.add(twin);
        twin.begin();
        clock.after(
                clock.between(500, 15_000),
                () -> {
                    twin.retire();
                    doubles.remove(twin);
                });
    }

    private static SimAgent.Machine machine(
            SimAgent.Machine original, String title, String id, String boot, String pids) {
        return new SimAgent.Machine(title, original.node(), id, boot, pids, original.processors());
    }

    /** The faults end: what is down comes back, what is held is released. */
    private void calm() {
        tale.add("the faults end");
        calm = true;
        server.troubled(Conditions.FAIR, this);
        server.nextCommit(SimServer.CommitFault.NONE);
        server.thaw();
        server.begin();
        network.calm();
        doubles.forEach(SimAgent::retire);
        for (SimAgent agent : agents) {
            network.heal(agent, true);
            agent.thaw();
            agent.calm();
            agent.begin();
        }
        limit(2);
        release();
    }

    private void release() {
        @Nullable Farm farm = server.farm();
        if (farm == null) return;
        jobs.stream()
                .filter(farm::knows)
                .forEach(job -> server.ask(new Command.Release(job, "ana"), reply -> {}));
        clock.after(3_000, this::release);
    }

    // What people do

    private void submit() {
        var plans = new ArrayList<JobPlan.StepPlan>();
        plans.add(step("render", clock.between(4, 40), List.of()));
        if (clock.happens(0.3)) plans.add(step("encode", 1, List.of(0)));
        var plan =
                new JobPlan(
                        "job",
                        "ana",
                        Band.NORMAL,
                        (int) clock.between(0, 100),
                        clock.happens(0.1),
                        "",
                        "",
                        plans);
        server.ask(
                new Command.Submit(plan),
                reply -> {
                    if (!(reply instanceof Reply.Submitted(JobId job))) return;
                    tale.add(
                            "job %s is acknowledged, %d tasks",
                            job, plans.getFirst().space().size());
                    jobs.add(job);
                    promises.acknowledged(job);
                });
    }

    private void limit(long seats) {
        server.ask(new Command.SetLimit("arnold", seats, null, "ana"), reply -> {});
    }

    private JobPlan.StepPlan step(String name, long tasks, List<Integer> after) {
        var amounts = new ArrayList<Requirements.Amount>();
        amounts.add(new Requirements.Amount(Requirements.VCPU, 1, clock.between(1, 2)));
        if (clock.happens(0.3)) amounts.add(new Requirements.Amount("amount.limit.arnold", 1, 1));
        var needs = new Requirements(amounts, List.of(), clock.happens(0.3));
        return new JobPlan.StepPlan(
                name,
                new Simulation.Frames(tasks),
                after,
                needs,
                clock.happens(0.5) ? "model" + clock.between(1, 2) : null,
                "{}");
    }

    private interface Wish {
        Command about(JobId job);
    }

    private boolean order() {
        if (!jobs.isEmpty() && !clock.happens(0.3)) return order(this::anything);
        submit();
        return true;
    }

    /** Whether there was a job to give an order about. */
    private boolean order(Wish wish) {
        if (jobs.isEmpty()) return false;
        order(jobs.get((int) clock.between(0, jobs.size() - 1)), wish);
        return true;
    }

    private void order(JobId job, Wish wish) {
        Command command = wish.about(job);
        tale.add(
                "ana: %s job %s", command.getClass().getSimpleName().toLowerCase(Locale.ROOT), job);
        server.ask(command, reply -> {});
    }

    private Command anything(JobId job) {
        return switch ((int) clock.between(0, 6)) {
            case 6 -> new Command.SetLimit("arnold", clock.between(0, 4), null, "ana");
            case 0 -> new Command.Hold(job, "ana");
            case 1 -> new Command.Release(job, "ana");
            case 2 -> new Command.RetryAll(job, "ana");
            case 3 -> new Command.RetryFailed(job, "ana");
            case 4 -> new Command.Cancel(job, "ana");
            default -> new Command.Reprioritise(job, Band.RUSH, 50, "ana");
        };
    }

    private Command retry(JobId job) {
        List<StepId> its = steps.getOrDefault(job, List.of());
        if (its.isEmpty() || clock.happens(0.4)) return new Command.RetryAll(job, "ana");
        StepId step = its.get((int) clock.between(0, its.size() - 1));
        return new Command.RetryTask(job, step, clock.between(0, 10), "ana");
    }

    // Orders at the worst moments

    @Override
    public void stored(List<Change> changes) {
        for (Change change : changes) {
            switch (change) {
                case Change.JobSubmitted submitted -> steps.put(submitted.job(), submitted.steps());
                case Change.RunPlaced(Run run) -> {
                    if (isWorstMoment()) {
                        order(run.job(), job -> about(run));
                        tale.struck(WORST_MOMENT);
                    }
                }
                case Change.NodeJoined joined -> {
                    if (isWorstMoment() && order()) tale.struck(WORST_MOMENT);
                }
                default -> {}
            }
        }
    }

    @Override
    public void heard(AgentMessage message) {
        if (message instanceof AgentMessage.Hello && isWorstMoment() && order(this::retry))
            tale.struck(WORST_MOMENT);
    }

    private boolean isWorstMoment() {
        double share = profile.conditions().worstMoments();
        return !calm && share > 0 && clock.happens(share);
    }

    private Command about(Run run) {
        return switch ((int) clock.between(0, 7)) {
            case 0 -> new Command.Cancel(run.job(), "ana");
            case 1, 2 -> new Command.RetryAll(run.job(), "ana");
            case 3, 4 -> new Command.RetryTask(run.job(), run.step(), run.index(), "ana");
            case 5 -> new Command.Hold(run.job(), "ana");
            default -> new Command.Release(run.job(), "ana");
        };
    }
}
