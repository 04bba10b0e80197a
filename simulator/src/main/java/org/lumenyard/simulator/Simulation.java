package org.lumenyard.simulator;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Band;
import org.lumenyard.core.Command;
import org.lumenyard.core.Farm;
import org.lumenyard.core.JobId;
import org.lumenyard.core.JobPlan;
import org.lumenyard.core.Reply;
import org.lumenyard.core.Requirements;
import org.lumenyard.core.TaskSpace;
import org.lumenyard.store.Store;

/** Histories, one a seed: jobs and faults for a while, then quiet until all is done. */
public final class Simulation implements AutoCloseable {
    private static final long TROUBLE_MILLIS = 40_000;
    private static final long PATIENCE_MILLIS = 400_000;

    /** Makes the server of a history; the usual one, or a mutant. */
    @FunctionalInterface
    interface ServerKind {
        SimServer make(Clock clock, Store store, Promises promises, Tale tale);
    }

    /**
     * What a history came to.
     *
     * @param works how many processes worked in it
     */
    public record Result(long seed, long commits, long works, long jobs) {}

    private final Path folder;
    private final Store store;

    /** Opens a store in an empty folder, best one in memory, for any number of histories. */
    public Simulation(Path folder) throws IOException {
        this.folder = folder;
        this.store = Store.open(folder, text -> new Frames(Long.parseLong(text)));
    }

    private record Frames(long size) implements TaskSpace {
        @Override
        public String label(long index) {
            return "" + (index + 1);
        }

        @Override
        public String frozen() {
            return "" + size;
        }
    }

    /**
     * Lives through the history of a seed.
     *
     * @throws BrokenPromise with its story
     */
    public Result run(long seed) {
        return run(seed, SimServer::new);
    }

    Result run(long seed, ServerKind kind) {
        empty();
        return new History(seed, kind).live();
    }

    /** A farm without a past: the tables stay, their rows go. */
    private void empty() {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("farm.db"));
                var statement = connection.createStatement()) {
            for (String table :
                    List.of(
                            "job",
                            "step",
                            "task",
                            "run",
                            "node",
                            "instance",
                            "audit",
                            "farm_limit")) {
                statement.executeUpdate("delete from " + table);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot empty the store", e);
        }
    }

    @Override
    public void close() throws IOException {
        store.close();
    }

    private final class History {
        private final Clock clock;
        private final Tale tale;
        private final Promises promises;
        private final SimServer server;
        private final Network network;
        private final List<SimAgent> agents = new ArrayList<>();
        private final List<JobId> jobs = new ArrayList<>();
        private final long seed;

        History(long seed, ServerKind kind) {
            this.seed = seed;
            clock = new Clock(seed);
            tale = new Tale(clock);
            promises = new Promises(tale);
            server = kind.make(clock, store, promises, tale);
            network = new Network(clock, server);
            int machines = (int) clock.between(1, 4);
            for (int i = 1; i <= machines; i++) {
                agents.add(
                        new SimAgent(
                                "r0" + i, clock.between(1, 4), clock, network, promises, tale));
            }
        }

        Result live() {
            server.begin();
            agents.forEach(SimAgent::begin);
            long troubleEnds = clock.now() + TROUBLE_MILLIS;
            for (int i = 0; i < 4; i++) clock.after(clock.between(0, 20_000), this::submit);
            clock.after(clock.between(500, 3_000), () -> trouble(troubleEnds));
            limit(clock.between(1, 3));
            run(troubleEnds);
            calm();
            long end = clock.now() + PATIENCE_MILLIS;
            while (!isAllDone()) {
                if (!clock.step(Math.min(end, clock.now() + 10_000)) && clock.now() >= end) {
                    promises.fail(
                            "seed %d: not all jobs came to their end:\n%s",
                            seed, String.valueOf(server.farm()));
                }
            }
            return new Result(seed, server.commits, promises.worked, jobs.size());
        }

        private void run(long until) {
            while (clock.step(until)) {}
        }

        private boolean isAllDone() {
            Farm farm = server.farm();
            return farm != null && jobs.stream().noneMatch(farm::knows);
        }

        private void submit() {
            var steps = new ArrayList<JobPlan.StepPlan>();
            steps.add(step("render", clock.between(4, 40), List.of()));
            if (clock.happens(0.3)) steps.add(step("encode", 1, List.of(0)));
            var plan =
                    new JobPlan(
                            "job",
                            "ana",
                            Band.NORMAL,
                            (int) clock.between(0, 100),
                            clock.happens(0.1),
                            "",
                            "",
                            steps);
            server.ask(
                    new Command.Submit(plan),
                    reply -> {
                        if (!(reply instanceof Reply.Submitted(JobId job))) return;
                        tale.add(
                                "job %s is acknowledged, %d tasks",
                                job, steps.getFirst().space().size());
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
            if (clock.happens(0.3)) {
                amounts.add(new Requirements.Amount("amount.limit.arnold", 1, 1));
            }
            var needs = new Requirements(amounts, List.of(), clock.happens(0.3));
            return new JobPlan.StepPlan(
                    name,
                    new Frames(tasks),
                    after,
                    needs,
                    clock.happens(0.5) ? "model" + clock.between(1, 2) : null,
                    "{}");
        }

        private void trouble(long until) {
            if (clock.now() >= until) return;
            strike();
            clock.after(clock.between(100, 2_500), () -> trouble(until));
        }

        private void strike() {
            SimAgent agent = agents.get((int) clock.between(0, agents.size() - 1));
            switch ((int) clock.between(0, 15)) {
                case 0 -> network.breaks(agent);
                case 1 -> network.allBreak();
                case 2 -> {
                    tale.add("%s is cut off", agent.name);
                    network.cut(agent);
                    clock.after(clock.between(100, 12_000), () -> heal(agent));
                }
                case 3, 4 -> {
                    agent.kill();
                    clock.after(clock.between(10, 4_000), agent::begin);
                }
                case 5, 6 -> {
                    server.kill();
                    clock.after(clock.between(10, 9_000), server::begin);
                }
                case 7 -> {
                    server.kill();
                    agents.forEach(SimAgent::kill);
                    clock.after(clock.between(10, 3_000), server::begin);
                    agents.forEach(each -> clock.after(clock.between(10, 3_000), each::begin));
                }
                case 8 -> server.nextCommit(SimServer.CommitFault.REFUSED);
                case 9 -> server.nextCommit(SimServer.CommitFault.UNKNOWN);
                case 10 -> {
                    server.nextCommit(
                            clock.happens(0.5)
                                    ? SimServer.CommitFault.KILLED_BEFORE
                                    : SimServer.CommitFault.KILLED_AFTER);
                    clock.after(clock.between(1_000, 4_000), server::begin);
                }
                case 11 -> {
                    agent.freeze();
                    clock.after(clock.between(100, 9_000), agent::thaw);
                }
                case 12, 13 -> {
                    agent.stop();
                    for (int i = 1; i <= 8; i++) clock.after(300L * i, agent::begin);
                }
                default -> order();
            }
        }

        private void heal(SimAgent agent) {
            tale.add("%s is reachable again", agent.name);
            network.heal(agent);
        }

        /** A person does something. */
        private void order() {
            if (jobs.isEmpty() || clock.happens(0.3)) {
                submit();
                return;
            }
            JobId job = jobs.get((int) clock.between(0, jobs.size() - 1));
            Command command =
                    switch ((int) clock.between(0, 6)) {
                        case 6 -> new Command.SetLimit("arnold", clock.between(0, 4), null, "ana");
                        case 0 -> new Command.Hold(job, "ana");
                        case 1 -> new Command.Release(job, "ana");
                        case 2 -> new Command.RetryAll(job, "ana");
                        case 3 -> new Command.RetryFailed(job, "ana");
                        case 4 -> new Command.Cancel(job, "ana");
                        default -> new Command.Reprioritise(job, Band.RUSH, 50, "ana");
                    };
            tale.add(
                    "ana: %s job %s",
                    command.getClass().getSimpleName().toLowerCase(Locale.ROOT), job);
            server.ask(command, reply -> {});
        }

        /** The faults end: what is down comes back, what is held is released. */
        private void calm() {
            tale.add("the faults end");
            server.nextCommit(SimServer.CommitFault.NONE);
            server.begin();
            for (SimAgent agent : agents) {
                network.heal(agent);
                agent.thaw();
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
    }
}
