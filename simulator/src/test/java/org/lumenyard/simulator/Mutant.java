package org.lumenyard.simulator;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.lumenyard.core.Command;
import org.lumenyard.core.Effect;
import org.lumenyard.core.NodeFacts;
import org.lumenyard.core.NodeId;
import org.lumenyard.core.Outcome;
import org.lumenyard.core.Run;
import org.lumenyard.core.RunId;
import org.lumenyard.protocol.ServerMessage;
import org.lumenyard.server.link.Leases;
import org.lumenyard.store.Store;

/** Servers that do one thing wrong: the promises are worth something if they are found out. */
enum Mutant {
    LAX_ABOUT_LIVES("skips the incarnation check", Profile.STALLS, Lax::new),
    HASTY("answers before it has stored", Profile.MIXED, Hasty::new),
    IMPATIENT("gives work away a lease too early", Profile.PARTITION, Impatient::new),
    GENEROUS("frees what a run takes before its end is proven", Profile.SLOW, Generous::new),
    FORGETFUL("forgets to compare inventories", Profile.LOSS, Forgetful::new),
    CREDULOUS("credits a machine twice when its agent comes back", Profile.MIXED, Credulous::new),
    EAGER("has begun at once what is to wait in its slot", Profile.MIXED, Eager::new);

    /** Each is found within so many histories. */
    static final int SEEDS = 200;

    final String deed;
    final Profile profile;
    final Simulation.ServerKind kind;

    Mutant(String deed, Profile profile, Simulation.ServerKind kind) {
        this.deed = deed;
        this.profile = profile;
        this.kind = kind;
    }

    /**
     * Takes every word for one of the node's present life, and gives it every order. It is the
     * orders that give it away: words of a former life are not heard in the first place.
     */
    private static final class Lax extends SimServer {
        Lax(Clock clock, Store store, Promises promises, Tale tale) {
            super(clock, store, promises, tale);
        }

        private final Map<RunId, NodeId> nodes = new HashMap<>();

        @Override
        List<Command> foregone(Effect told) {
            if (told instanceof Effect.Start(Run run, boolean ignored))
                nodes.put(run.id(), run.node());
            return List.of();
        }

        @Override
        Command takenFor(Command command) {
            return switch (command) {
                case Command.Return c ->
                        new Command.Return(
                                c.node(),
                                present(c.node(), c.incarnation()),
                                c.runs(),
                                c.instances());
                case Command.Started c ->
                        new Command.Started(c.run(), present(c.run(), c.incarnation()));
                case Command.Ended c ->
                        new Command.Ended(c.run(), present(c.run(), c.incarnation()), c.outcome());
                case Command.Update c ->
                        new Command.Update(c.node(), present(c.node(), c.incarnation()), c.facts());
                case Command.Leave c ->
                        new Command.Leave(c.node(), present(c.node(), c.incarnation()));
                case Command.Lose c ->
                        new Command.Lose(c.node(), present(c.node(), c.incarnation()), c.why());
                default -> command;
            };
        }

        @Override
        Effect meant(Effect effect) {
            if (!(effect instanceof Effect.Start(Run run, boolean coldStart))) return effect;
            return new Effect.Start(
                    new Run(
                            run.id(),
                            run.job(),
                            run.step(),
                            run.index(),
                            run.label(),
                            run.round(),
                            run.node(),
                            present(run.node(), run.incarnation()),
                            run.instance(),
                            run.slot(),
                            run.amounts(),
                            run.placedAt()),
                    coldStart);
        }

        private long present(NodeId node, long claimed) {
            return presentLife(node, claimed);
        }

        private long present(RunId run, long claimed) {
            NodeId node = nodes.get(run);
            return node == null ? claimed : presentLife(node, claimed);
        }
    }

    private static final class Hasty extends SimServer {
        Hasty(Clock clock, Store store, Promises promises, Tale tale) {
            super(clock, store, promises, tale);
        }

        @Override
        boolean answersBeforeCommit() {
            return true;
        }
    }

    /** Waits for the margin only, not for the lease that it grants. */
    private static final class Impatient extends SimServer {
        Impatient(Clock clock, Store store, Promises promises, Tale tale) {
            super(clock, store, promises, tale);
        }

        @Override
        Leases.Terms terms() {
            return new Leases.Terms(Duration.ofMillis(1), KILL_GRACE);
        }

        @Override
        ServerMessage told(ServerMessage message) {
            return message instanceof ServerMessage.Welcome w
                    ? new ServerMessage.Welcome(
                            w.farm(),
                            w.node(),
                            w.incarnation(),
                            w.term(),
                            w.known(),
                            LEASE.toMillis(),
                            700)
                    : message;
        }
    }

    /** Takes a kill that was ordered for a death. */
    private static final class Generous extends SimServer {
        Generous(Clock clock, Store store, Promises promises, Tale tale) {
            super(clock, store, promises, tale);
        }

        @Override
        List<Command> foregone(Effect told) {
            if (!(told instanceof Effect.Kill(NodeId node, RunId run, String why)))
                return List.of();
            var ended = Outcome.of(Outcome.Kind.INTERRUPTED, "killed");
            return List.of(new Command.Ended(run, presentLife(node, 0), ended));
        }
    }

    private static final class Forgetful extends SimServer {
        Forgetful(Clock clock, Store store, Promises promises, Tale tale) {
            super(clock, store, promises, tale);
        }

        @Override
        boolean comparesInventories() {
            return false;
        }
    }

    private static final class Eager extends SimServer {
        Eager(Clock clock, Store store, Promises promises, Tale tale) {
            super(clock, store, promises, tale);
        }

        @Override
        long slot(Run run) {
            return run.id().value();
        }
    }

    /** Adds what a machine offers to what it offered before. */
    private static final class Credulous extends SimServer {
        private final Map<String, Map<String, Long>> credit = new TreeMap<>();

        Credulous(Clock clock, Store store, Promises promises, Tale tale) {
            super(clock, store, promises, tale);
        }

        @Override
        Command takenFor(Command command) {
            return switch (command) {
                case Command.Join c ->
                        new Command.Join(credited(c.facts()), c.swept(), c.spooled());
                case Command.Update c ->
                        new Command.Update(c.node(), c.incarnation(), credited(c.facts()));
                default -> command;
            };
        }

        private NodeFacts credited(NodeFacts facts) {
            Map<String, Long> sum = credit.computeIfAbsent(facts.name(), name -> new TreeMap<>());
            facts.amounts().forEach((name, amount) -> sum.merge(name, amount, Long::sum));
            return new NodeFacts(
                    facts.name(),
                    facts.machine(),
                    facts.boot(),
                    facts.pidNamespace(),
                    new TreeMap<>(sum),
                    facts.attributes(),
                    facts.details());
        }
    }
}
