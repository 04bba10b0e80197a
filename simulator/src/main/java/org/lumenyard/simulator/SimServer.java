package org.lumenyard.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Change;
import org.lumenyard.core.Command;
import org.lumenyard.core.Effect;
import org.lumenyard.core.Farm;
import org.lumenyard.core.FarmImage;
import org.lumenyard.core.InstanceId;
import org.lumenyard.core.NodeFacts;
import org.lumenyard.core.NodeId;
import org.lumenyard.core.Outcome;
import org.lumenyard.core.Reply;
import org.lumenyard.core.Run;
import org.lumenyard.core.RunId;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.ServerMessage;
import org.lumenyard.server.link.Hellos;
import org.lumenyard.server.link.Leases;
import org.lumenyard.store.Batch;
import org.lumenyard.store.Reign;
import org.lumenyard.store.Store;

/**
 * A server in virtual time around the real farm, the real leases and the real store. Mutants
 * override the few methods that are open for it.
 */
class SimServer {
    static final Duration LEASE = Duration.ofSeconds(5);
    static final Duration KILL_GRACE = Duration.ofMillis(500);

    /** What goes wrong with a commit. */
    enum CommitFault {
        NONE,
        /** It is not stored, and the server is told so. */
        REFUSED,
        /** It is stored, and the server cannot know. */
        UNKNOWN,
        KILLED_BEFORE,
        KILLED_AFTER
    }

    private record Item(Command command, Consumer<Reply> then) {}

    private record Answer(Consumer<Reply> then, Reply reply) {}

    private final Clock clock;
    private final Store store;
    private final Promises promises;
    private final Tale tale;
    private final Map<NodeId, Network.Connection> lines = new HashMap<>();
    private final Map<Network.Connection, Leases.Life> lives = new HashMap<>();
    private final List<Item> inbox = new ArrayList<>();
    private final Map<NodeId, Long> presentLives = new HashMap<>();
    private Hellos hellos = new Hellos();
    private Leases leases = new Leases(terms());
    private @Nullable Farm farm;
    private @Nullable Reign reign;
    private long revision;
    private long existence;
    private boolean turnPlanned;
    private CommitFault nextCommit = CommitFault.NONE;
    long commits;

    SimServer(Clock clock, Store store, Promises promises, Tale tale) {
        this.clock = clock;
        this.store = store;
        this.promises = promises;
        this.tale = tale;
    }

    // Open for mutants

    Leases.Terms terms() {
        return new Leases.Terms(LEASE, KILL_GRACE);
    }

    boolean answersBeforeCommit() {
        return false;
    }

    /** The life in whose name a command counts. */
    long life(long claimed, NodeId node) {
        return claimed;
    }

    /** The node's latest life that was stored; {@code otherwise} when there is none. */
    final long presentLife(NodeId node, long otherwise) {
        return presentLives.getOrDefault(node, otherwise);
    }

    // Life and death

    /** Which process of the server this is; 0 before the first. */
    long processNumber() {
        return existence;
    }

    boolean isUp() {
        return farm != null;
    }

    void begin() {
        if (farm != null) return;
        tale.add("the server begins");
        existence++;
        reign();
        watch(existence);
    }

    private void reign() {
        Reign begun = store.takeOver();
        FarmImage image = store.load();
        Farm loaded = Farm.load(image);
        reign = begun;
        revision = begun.revision();
        farm = loaded;
        leases = new Leases(terms());
        for (FarmImage.NodeImage node : image.nodes()) {
            if (node.online()) leases.renew(node.id(), node.incarnation(), clock.now());
        }
        lines.clear();
        List.copyOf(lives.keySet()).forEach(Network.Connection::breaks);
        lives.clear();
        for (var job : promises.acknowledged()) {
            boolean there = loaded.knows(job) || store.loadJob(job).isPresent();
            if (!there) promises.fail("job %s was acknowledged and is gone", job);
        }
        planTurn();
    }

    void kill() {
        if (farm == null) return;
        tale.add("the server is killed");
        farm = null;
        existence++;
        inbox.clear();
        hellos = new Hellos();
        turnPlanned = false;
        lives.keySet().forEach(Network.Connection::breaks);
        lives.clear();
        lines.clear();
    }

    void nextCommit(CommitFault fault) {
        nextCommit = fault;
    }

    private void watch(long here) {
        if (here != existence) return;
        for (Leases.Life life : leases.expired(clock.now())) {
            tale.add("the lease of node %s, life %d, is over", life.node(), life.incarnation());
            ask(
                    new Command.Lose(life.node(), life(life.incarnation(), life.node()), "silent"),
                    reply -> {});
        }
        Farm here2 = farm;
        if (here2 != null
                && here2.nextWake().isPresent()
                && here2.nextWake().getAsLong() <= clock.now()) {
            ask(new Command.Wake(), reply -> {});
        }
        clock.after(100, () -> watch(here));
    }

    // Commands

    /** Gives a command; the answer comes after it is stored, or never. */
    void ask(Command command, Consumer<Reply> then) {
        if (farm == null) return;
        inbox.add(new Item(command, then));
        planTurn();
    }

    private void planTurn() {
        if (turnPlanned) return;
        turnPlanned = true;
        long here = existence;
        clock.after(
                clock.between(0, 8),
                () -> {
                    if (here != existence) return;
                    turnPlanned = false;
                    turn();
                });
    }

    private void turn() {
        Farm now = farm;
        if (now == null) return;
        var items = List.copyOf(inbox);
        inbox.clear();
        var changes = new ArrayList<Change>();
        var effects = new ArrayList<Effect>();
        var answers = new ArrayList<Answer>();
        for (Item item : items) {
            if (item.command() instanceof Command.OfJob c && !now.knows(c.job())) continue;
            Farm.Turn turn = now.apply(item.command(), clock.now());
            changes.addAll(turn.changes());
            effects.addAll(turn.effects());
            answers.add(new Answer(item.then(), turn.reply()));
        }
        Farm.Turn placed = now.place(clock.now());
        changes.addAll(placed.changes());
        effects.addAll(placed.effects());
        if (answersBeforeCommit()) tell(answers, changes, effects);
        if (!changes.isEmpty() && !commit(now, changes)) return;
        if (!answersBeforeCommit()) tell(answers, changes, effects);
    }

    private boolean commit(Farm now, List<Change> changes) {
        CommitFault fault = nextCommit;
        nextCommit = CommitFault.NONE;
        if (fault == CommitFault.KILLED_BEFORE) {
            kill();
            return false;
        }
        if (fault == CommitFault.REFUSED) {
            tale.add("a commit fails");
            reign();
            return false;
        }
        store.commit(new Batch(++revision, now.nextId(), List.copyOf(changes)));
        commits++;
        promises.stored(changes);
        for (Change change : changes) {
            if (change instanceof Change.NodeJoined joined)
                presentLives.put(joined.node(), joined.incarnation());
        }
        changes.forEach(this::say);
        if (fault == CommitFault.UNKNOWN) {
            tale.add("a commit's outcome is unknown");
            reign();
            return false;
        }
        if (fault == CommitFault.KILLED_AFTER) {
            kill();
            return false;
        }
        if (!Farm.load(store.load()).digest().equals(now.digest())) {
            promises.fail(
                    "the store differs:\n%s\nfrom the farm:\n%s", Farm.load(store.load()), now);
        }
        return true;
    }

    private void say(Change change) {
        switch (change) {
            case Change.RunPlaced(Run run) ->
                    tale.add(
                            "run %s: step %s task %s on node %s, life %d",
                            run.id(), run.step(), run.label(), run.node(), run.incarnation());
            case Change.RunEnded ended ->
                    tale.add(
                            "run %s ended: %s %s, task %s",
                            ended.run().id(),
                            ended.outcome().kind(),
                            ended.outcome().reason(),
                            String.valueOf(ended.task()));
            case Change.NodeJoined joined ->
                    tale.add(
                            "%s joins as node %s, life %d",
                            joined.facts().name(), joined.node(), joined.incarnation());
            case Change.NodeGone gone -> tale.add("node %s is gone: %s", gone.node(), gone.why());
            default -> {}
        }
    }

    private void tell(List<Answer> answers, List<Change> changes, List<Effect> effects) {
        for (Change change : changes) {
            if (change instanceof Change.NodeJoined joined)
                leases.renew(joined.node(), joined.incarnation(), clock.now());
            if (change instanceof Change.NodeGone gone) leases.end(gone.node(), Long.MAX_VALUE);
        }
        for (Answer answer : answers) answer.then().accept(answer.reply());
        effects.forEach(this::send);
    }

    private void send(Effect effect) {
        Network.Connection line = lines.get(effect.node());
        if (line == null) return;
        switch (effect) {
            case Effect.Start start -> line.toAgent(order(start.run()));
            case Effect.Kill kill ->
                    line.toAgent(new ServerMessage.Kill(kill.run().value(), kill.why()));
            case Effect.StopInstance stop ->
                    line.toAgent(new ServerMessage.StopInstance(stop.instance().value()));
            case Effect.Fence fence ->
                    line.toAgent(new ServerMessage.Fenced(fence.incarnation(), fence.why()));
        }
    }

    private static ServerMessage order(Run run) {
        InstanceId instance = run.instance();
        return new ServerMessage.Start(
                run.id().value(),
                run.job().value(),
                run.step().value(),
                run.index(),
                run.label(),
                "sim",
                instance == null ? "" : "model",
                instance == null ? 0 : instance.value(),
                Map.of(),
                Map.of(),
                Map.of(),
                List.of(),
                Map.of(),
                run.amounts(),
                Map.of(),
                "",
                0);
    }

    // The wire

    void closed(Network.Connection connection) {
        Leases.Life life = lives.get(connection);
        if (life != null) lines.remove(life.node(), connection);
    }

    void heard(Network.Connection from, AgentMessage message) {
        if (farm == null || from.serverProcess != existence) return;
        switch (message) {
            case AgentMessage.Hello hello -> hello(from, hello);
            case AgentMessage.Heartbeat beat -> heartbeat(from, beat);
            case AgentMessage.Report report -> report(from, report);
            case AgentMessage.Pong() -> {}
        }
    }

    private void hello(Network.Connection from, AgentMessage.Hello hello) {
        if (!hellos.isNews(hello.facts().name(), hello.facts().boot(), hello.sentAt())) return;
        var runs = hello.runs().stream().map(RunId::new).toList();
        var node = new NodeId(hello.node());
        Command command =
                hello.incarnation() > 0
                        ? new Command.Return(
                                node,
                                life(hello.incarnation(), node),
                                runs,
                                hello.instances().stream().map(InstanceId::new).toList())
                        : new Command.Join(facts(hello.facts()), hello.swept(), runs);
        ask(command, reply -> greet(from, hello, reply));
    }

    private void greet(Network.Connection from, AgentMessage.Hello hello, Reply reply) {
        switch (reply) {
            case Reply.Joined joined -> {
                if (!leases.renew(joined.node(), joined.incarnation(), clock.now())) {
                    from.toAgent(
                            new ServerMessage.Fenced(joined.incarnation(), "its lease is over"));
                    return;
                }
                lives.put(from, new Leases.Life(joined.node(), joined.incarnation()));
                Network.Connection former = lines.put(joined.node(), from);
                if (former != null && former != from) former.breaks();
                from.toAgent(
                        new ServerMessage.Welcome(
                                reigning().lineage(),
                                joined.node().value(),
                                joined.incarnation(),
                                reigning().term(),
                                joined.known().stream().map(RunId::value).toList(),
                                LEASE.toMillis(),
                                700));
            }
            case Reply.Refused refused when hello.incarnation() > 0 ->
                    from.toAgent(new ServerMessage.Fenced(hello.incarnation(), refused.detail()));
            case Reply.Refused refused ->
                    from.toAgent(
                            new ServerMessage.Refused(refused.reason().name(), refused.detail()));
            default -> {}
        }
    }

    private void heartbeat(Network.Connection from, AgentMessage.Heartbeat beat) {
        Leases.Life life = lives.get(from);
        if (life == null) return;
        if (leases.renew(life.node(), life.incarnation(), clock.now())) {
            from.toAgent(new ServerMessage.Beat(beat.sentAt(), reigning().term()));
        }
    }

    private void report(Network.Connection from, AgentMessage.Report report) {
        Leases.Life life = lives.get(from);
        if (life == null) return;
        long incarnation = life(life.incarnation(), life.node());
        Command command =
                switch (report.fact()) {
                    case AgentMessage.Started f ->
                            new Command.Started(new RunId(f.run()), incarnation);
                    case AgentMessage.Ended f ->
                            new Command.Ended(new RunId(f.run()), incarnation, outcome(f));
                    case AgentMessage.InstanceEnded f ->
                            new Command.InstanceEnded(new InstanceId(f.instance()), incarnation);
                    case AgentMessage.Changed f ->
                            new Command.Update(life.node(), incarnation, facts(f.facts()));
                    case AgentMessage.Leaving() -> new Command.Leave(life.node(), incarnation);
                };
        ask(command, reply -> from.toAgent(new ServerMessage.Acknowledged(report.sequence())));
    }

    private Reign reigning() {
        return java.util.Objects.requireNonNull(reign);
    }

    private static Outcome outcome(AgentMessage.Ended f) {
        var kind = Outcome.Kind.valueOf(f.kind().toUpperCase(java.util.Locale.ROOT));
        return new Outcome(
                kind,
                f.reason(),
                f.sentence(),
                f.loadMillis(),
                f.runMillis(),
                f.peakMebibytes(),
                f.details());
    }

    private static NodeFacts facts(AgentMessage.Facts f) {
        return new NodeFacts(
                f.name(),
                f.machine(),
                f.boot(),
                f.pidNamespace(),
                f.amounts(),
                f.attributes(),
                "{}");
    }

    @Nullable Farm farm() {
        return farm;
    }
}
