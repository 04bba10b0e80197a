package org.lumenyard.simulator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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

    /** Somebody who sees what becomes true before anybody is told, and what agents say. */
    interface Onlooker {
        void stored(List<Change> changes);

        void heard(AgentMessage message);
    }

    private static final long LOOK_MILLIS = 100;

    /** A look that comes later than this was a stall of ours. */
    private static final long STALL_MILLIS = 1_000;

    private static final long PING_MILLIS = 2_000;

    /** There is a turn so often, even if nothing is asked. */
    private static final long IDLE_MILLIS = 60_000;

    /** So that a wall clock that is set back still shows a date. */
    private static final long EPOCH = 1_700_000_000_000L;

    private record Item(Command command, boolean fromAgent, Consumer<Reply> then) {}

    /** A turn whose changes are not yet stored. */
    private record Turn(
            long at,
            Farm farm,
            List<Item> items,
            List<Answer> answers,
            List<Change> changes,
            List<Effect> effects) {}

    private record Answer(Consumer<Reply> then, Reply reply) {}

    private final Clock clock;
    private final Store store;
    private final Promises promises;
    private final Tale tale;
    private final Map<NodeId, Network.Connection> lines = new HashMap<>();
    private final Map<Network.Connection, Leases.Life> lives = new LinkedHashMap<>();
    private final Map<Network.Connection, AgentMessage.Hello> greetings = new LinkedHashMap<>();
    private final Map<Network.Connection, Long> pongs = new HashMap<>();
    private final Map<String, NodeId> names = new HashMap<>();
    private final Map<NodeId, String> boots = new HashMap<>();
    private final Set<String> joining = new HashSet<>();
    private final Deque<Runnable> missed = new ArrayDeque<>();
    private final List<Item> inbox = new ArrayList<>();
    private final Map<NodeId, Long> presentLives = new HashMap<>();
    private Hellos hellos = new Hellos();
    private Leases leases = new Leases(terms());
    private @Nullable Farm farm;
    private @Nullable Reign reign;
    private long revision;
    private long existence;
    private boolean turnPlanned;
    private boolean frozen;
    private long lookedAt;
    private long turnedAt;
    private long wallClockOff;
    private Conditions conditions = Conditions.FAIR;
    private Onlooker onlooker =
            new Onlooker() {
                @Override
                public void stored(List<Change> changes) {}

                @Override
                public void heard(AgentMessage message) {}
            };
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

    /** Whether a node that is back is told what its inventory lacks, and what it has too much. */
    boolean comparesInventories() {
        return true;
    }

    /** What is held to be true as soon as an agent was told something. */
    List<Command> foregone(Effect told) {
        return List.of();
    }

    /** The run's place on its node. */
    long slot(Run run) {
        return run.slot().value();
    }

    /** What an agent's word on its machine counts for. */
    NodeFacts facts(AgentMessage.Facts f) {
        return new NodeFacts(
                f.name(),
                f.machine(),
                f.boot(),
                f.pidNamespace(),
                f.amounts(),
                f.attributes(),
                "{}");
    }

    // Life and death

    /** For the time of trouble, and for somebody who makes some. */
    void troubled(Conditions those, Onlooker by) {
        conditions = those;
        onlooker = by;
    }

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
        leases = new Leases(terms());
        reign();
        lookedAt = clock.now();
        watch(existence);
    }

    /** Milliseconds since the epoch, as this machine believes. */
    private long wallClock() {
        return EPOCH + clock.now() + wallClockOff;
    }

    private void reign() {
        Reign begun = store.takeOver();
        FarmImage image = store.load();
        Farm loaded = Farm.load(image);
        reign = begun;
        revision = begun.revision();
        farm = loaded;
        leases.clear();
        for (FarmImage.NodeImage node : image.nodes()) {
            names.put(node.facts().name(), node.id());
            boots.put(node.id(), node.facts().boot());
            leases.heard(node.id(), clock.now() - Math.max(0, wallClock() - node.joinedAt()));
            if (node.online()) leases.renew(node.id(), node.incarnation(), clock.now());
        }
        allLinesBreak();
        for (var job : promises.acknowledged()) {
            boolean there = loaded.knows(job) || store.loadJob(job).isPresent();
            if (!there) promises.fail("job %s was acknowledged and is gone", job);
        }
        planTurn();
    }

    boolean kill() {
        if (farm == null) return false;
        tale.add("the server is killed");
        farm = null;
        existence++;
        inbox.clear();
        hellos = new Hellos();
        names.clear();
        boots.clear();
        joining.clear();
        turnPlanned = false;
        frozen = false;
        missed.clear();
        allLinesBreak();
        return true;
    }

    private void allLinesBreak() {
        List.copyOf(greetings.keySet()).forEach(Network.Connection::breaks);
        greetings.clear();
        lives.clear();
        lines.clear();
        pongs.clear();
    }

    /** It stands still; clocks go on. */
    boolean freeze() {
        if (farm == null || frozen) return false;
        tale.add("the server stands still");
        frozen = true;
        return true;
    }

    void thaw() {
        if (!frozen) return;
        tale.add("the server goes on");
        frozen = false;
        while (!frozen && !missed.isEmpty()) missed.remove().run();
    }

    /** Lets it do something now, or as soon as it goes on. */
    private void whenAwake(Runnable what) {
        if (frozen) missed.add(what);
        else what.run();
    }

    void wallClockJumps(long millis) {
        tale.add("the server's wall clock is set by %d s", millis / 1_000);
        wallClockOff += millis;
    }

    void nextCommit(CommitFault fault) {
        nextCommit = fault;
    }

    private void watch(long here) {
        if (here != existence) return;
        if (frozen) {
            // Whether its thread or those that hear heartbeats go on first is for chance to say.
            if (clock.happens(0.5)) missed.addFirst(() -> watch(here));
            else missed.addLast(() -> watch(here));
            return;
        }
        long now = clock.now();
        long late = now - lookedAt - LOOK_MILLIS;
        lookedAt = now;
        if (late >= STALL_MILLIS) leases.stalled(late);
        else leases.expired(now).forEach(this::lose);
        Farm present = farm;
        if (present != null
                && present.nextWake().isPresent()
                && present.nextWake().getAsLong() <= wallClock()) {
            report(new Command.Wake(), reply -> {});
        }
        if (now - turnedAt >= IDLE_MILLIS) planTurn();
        clock.after(LOOK_MILLIS, () -> watch(here));
    }

    private void lose(Leases.Life life) {
        tale.add("the lease of node %s, life %d, is over", life.node(), life.incarnation());
        report(
                new Command.Lose(life.node(), life(life.incarnation(), life.node()), "silent"),
                reply -> {});
    }

    // Commands

    /** Gives a person's command; the answer comes after it is stored, or never. */
    void ask(Command command, Consumer<Reply> then) {
        add(new Item(command, false, then));
    }

    /** Gives a command that is applied again when it could not be stored. */
    private void report(Command command, Consumer<Reply> then) {
        add(new Item(command, true, then));
    }

    private void add(Item item) {
        if (farm == null) return;
        inbox.add(item);
        planTurn();
    }

    private void planTurn() {
        if (turnPlanned) return;
        turnPlanned = true;
        later(clock.between(0, 8), this::turn);
    }

    /** Lets this very process go on with it then. */
    private void later(long millis, Runnable what) {
        long here = existence;
        clock.after(
                millis,
                () -> {
                    if (here == existence) whenAwake(what);
                });
    }

    private void turn() {
        turnPlanned = false;
        Farm now = farm;
        if (now == null) return;
        turnedAt = clock.now();
        long at = wallClock();
        Turn turn =
                new Turn(at, now, take(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        if (now.nextWake().orElse(Long.MAX_VALUE) <= at)
            add(now.apply(new Command.Wake(), at), turn);
        turn.items().forEach(item -> apply(item, turn));
        add(now.place(at), turn);
        if (answersBeforeCommit()) tell(turn);
        boolean slow =
                !turn.changes().isEmpty() && conditions.commitMost() > 0 && clock.happens(0.2);
        if (slow) {
            turnPlanned = true;
            later(clock.between(1, conditions.commitMost()), () -> finish(turn));
        } else {
            finish(turn);
        }
    }

    private static void add(Farm.Turn said, Turn turn) {
        turn.changes().addAll(said.changes());
        turn.effects().addAll(said.effects());
    }

    /** What one turn takes on: a job that is not in memory is looked for in the store first. */
    private List<Item> take() {
        Farm now = farm;
        var taken = new ArrayList<Item>();
        while (now != null && !inbox.isEmpty()) {
            Item next = inbox.getFirst();
            if (next.command() instanceof Command.OfJob ofJob && !now.knows(ofJob.job())) {
                if (!taken.isEmpty()) break;
                store.loadJob(ofJob.job()).ifPresent(now::recall);
            }
            taken.add(inbox.removeFirst());
        }
        return taken;
    }

    private void apply(Item item, Turn turn) {
        Farm.Turn applied = turn.farm().apply(item.command(), turn.at());
        turn.changes().addAll(applied.changes());
        boolean forgotten = item.command() instanceof Command.Return && !comparesInventories();
        if (!forgotten) turn.effects().addAll(applied.effects());
        turn.answers().add(new Answer(item.then(), applied.reply()));
    }

    private void finish(Turn turn) {
        turnPlanned = false;
        boolean stored = turn.changes().isEmpty() || commit(turn);
        if (stored && !answersBeforeCommit()) tell(turn);
        if (farm != null && !inbox.isEmpty()) planTurn();
    }

    private boolean commit(Turn turn) {
        CommitFault fault = nextCommit;
        nextCommit = CommitFault.NONE;
        if (fault == CommitFault.KILLED_BEFORE) {
            tale.struck(Fault.KILLED_AT_A_COMMIT.toString());
            kill();
            return false;
        }
        if (fault == CommitFault.REFUSED) {
            tale.add("a commit fails");
            tale.struck(Fault.COMMIT_REFUSED.toString());
            beginAnew(turn);
            return false;
        }
        store.commit(new Batch(++revision, turn.farm().nextId(), List.copyOf(turn.changes())));
        commits++;
        promises.stored(turn.changes());
        for (Change change : turn.changes()) {
            if (change instanceof Change.NodeJoined joined)
                presentLives.put(joined.node(), joined.incarnation());
        }
        turn.changes().forEach(this::say);
        onlooker.stored(turn.changes());
        if (fault == CommitFault.UNKNOWN) {
            tale.add("a commit's outcome is unknown");
            tale.struck(Fault.COMMIT_OF_UNKNOWN_OUTCOME.toString());
            beginAnew(turn);
            return false;
        }
        if (fault == CommitFault.KILLED_AFTER) {
            tale.struck(Fault.KILLED_AT_A_COMMIT.toString());
            kill();
            return false;
        }
        compareWithStore(turn);
        return true;
    }

    /**
     * A farm that begins anew is the same, and finds nothing to begin that was overlooked. Whether
     * to wait for a warm node is a guess that is judged again after a while: models are left out.
     * So are tasks that may be tried again from some moment on, which is looked at in tenths of a
     * second.
     */
    private void compareWithStore(Turn turn) {
        FarmImage image = store.load();
        Farm loaded = Farm.load(image);
        if (!loaded.digest().equals(turn.farm().digest())) {
            promises.fail("the store differs:\n%s\nfrom the farm:\n%s", loaded, turn.farm());
        }
        for (Change change : loaded.place(turn.at()).changes()) {
            if (!(change instanceof Change.RunPlaced(Run run))) continue;
            if (run.opensItsSlot() && run.instance() == null && !isRetry(image, run)) {
                promises.fail("%s could begin in\n%s", run, turn.farm());
            }
        }
    }

    private static boolean isRetry(FarmImage image, Run run) {
        return image.jobs().stream()
                .flatMap(job -> job.steps().stream())
                .filter(step -> step.id().equals(run.step()))
                .flatMap(step -> step.tasks().stream())
                .anyMatch(task -> task.index() == run.index() && task.notBefore() > 0);
    }

    /** The same process reigns again; what agents said is applied once more. */
    private void beginAnew(Turn turn) {
        inbox.addAll(0, turn.items().stream().filter(Item::fromAgent).toList());
        reign();
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

    private void tell(Turn turn) {
        for (Change change : turn.changes()) {
            if (change instanceof Change.NodeJoined joined) {
                names.put(joined.facts().name(), joined.node());
                boots.put(joined.node(), joined.facts().boot());
                leases.renew(joined.node(), joined.incarnation(), clock.now());
            }
            if (change instanceof Change.NodeGone gone) leases.end(gone.node(), Long.MAX_VALUE);
        }
        for (Answer answer : turn.answers()) answer.then().accept(answer.reply());
        turn.effects().forEach(this::send);
    }

    private void send(Effect effect) {
        foregone(effect).forEach(command -> report(command, reply -> {}));
        Network.Connection line = lines.get(effect.node());
        Leases.Life life = line == null ? null : lives.get(line);
        if (line == null || life == null || !effect.isFor(life.incarnation())) return;
        switch (effect) {
            case Effect.Start start -> line.toAgent(order(start.run()));
            case Effect.Kill kill ->
                    line.toAgent(new ServerMessage.Kill(kill.run().value(), kill.why()));
            case Effect.Revoke revoke ->
                    line.toAgent(new ServerMessage.Revoke(revoke.run().value()));
            case Effect.StopInstance stop ->
                    line.toAgent(new ServerMessage.StopInstance(stop.instance().value()));
            case Effect.Fence fence ->
                    line.toAgent(new ServerMessage.Fenced(fence.incarnation(), fence.why()));
        }
    }

    private ServerMessage order(Run run) {
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
                slot(run),
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
        if (connection.serverProcess != existence) return;
        whenAwake(() -> {
            greetings.remove(connection);
            Leases.Life life = lives.get(connection);
            if (life != null) lines.remove(life.node(), connection);
        });
    }

    void heard(Network.Connection from, AgentMessage message) {
        if (farm == null || from.serverProcess != existence) return;
        if (frozen) {
            missed.add(() -> heard(from, message));
            return;
        }
        onlooker.heard(message);
        switch (message) {
            case AgentMessage.Hello hello -> hello(from, hello);
            case AgentMessage.Heartbeat beat -> heartbeat(from, beat);
            case AgentMessage.Report report -> report(from, report);
            case AgentMessage.Pong() -> pongs.put(from, clock.now());
        }
    }

    private void hello(Network.Connection from, AgentMessage.Hello hello) {
        AgentMessage.Facts facts = hello.facts();
        if (!hellos.isNews(facts.name(), facts.boot(), hello.sentAt())) {
            from.breaks();
            return;
        }
        greetings.put(from, hello);
        NodeId claimed = names.get(facts.name());
        Network.Connection former = claimed == null ? null : lines.get(claimed);
        AgentMessage.Hello before = former == null ? null : greetings.get(former);
        boolean goesOn = before != null && hello.incarnation() > 0 && isSameAgent(before, hello);
        if (former == null || former == from) {
            welcome(from, hello);
        } else if (goesOn) {
            former.breaks();
            welcome(from, hello);
        } else {
            former.toAgent(new ServerMessage.Ping());
            awaitPong(former, from, hello, clock.now());
        }
    }

    private static boolean isSameAgent(AgentMessage.Hello one, AgentMessage.Hello other) {
        return one.incarnation() == other.incarnation()
                && one.facts().machine().equals(other.facts().machine())
                && one.facts().boot().equals(other.facts().boot())
                && one.facts().pidNamespace().equals(other.facts().pidNamespace());
    }

    /** A newcomer under a connected node's name: whoever answers first was there. */
    private void awaitPong(
            Network.Connection former,
            Network.Connection from,
            AgentMessage.Hello hello,
            long asked) {
        if (pongs.getOrDefault(former, 0L) >= asked) {
            tale.add("a double of %s is refused", hello.facts().name());
            from.toAgent(new ServerMessage.Refused("duplicate_node", "connected already"));
        } else if (clock.now() - asked >= PING_MILLIS || !greetings.containsKey(former)) {
            former.breaks();
            welcome(from, hello);
        } else {
            later(20, () -> awaitPong(former, from, hello, asked));
        }
    }

    private void welcome(Network.Connection from, AgentMessage.Hello hello) {
        AgentMessage.Facts facts = hello.facts();
        if (!hellos.isLatest(facts.name(), facts.boot(), hello.sentAt())) {
            from.breaks();
            return;
        }
        boolean goesOn = hello.incarnation() > 0;
        if (!goesOn && !joining.add(facts.name())) {
            from.breaks();
            return;
        }
        var runs = hello.runs().stream().map(RunId::new).toList();
        var node = new NodeId(hello.node());
        Command command =
                goesOn
                        ? new Command.Return(
                                node,
                                life(hello.incarnation(), node),
                                runs,
                                hello.instances().stream().map(InstanceId::new).toList())
                        : new Command.Join(facts(facts), hasSwept(hello), runs);
        report(
                command,
                reply -> {
                    if (!goesOn) joining.remove(facts.name());
                    greet(from, hello, reply);
                });
    }

    /** What an agent says of a node that its folder does not belong to proves nothing. */
    private boolean hasSwept(AgentMessage.Hello hello) {
        NodeId known = names.get(hello.facts().name());
        if (known == null || known.value() != hello.node()) return false;
        return hello.swept() && !isDouble(known, hello);
    }

    /** A machine that was running when the former agent was last heard is not that one's. */
    private boolean isDouble(NodeId node, AgentMessage.Hello hello) {
        boolean sameBoot = hello.facts().boot().equals(boots.get(node));
        return !sameBoot && leases.wasHeardSince(node, clock.now() - hello.sentAt());
    }

    private void greet(Network.Connection from, AgentMessage.Hello hello, Reply reply) {
        switch (reply) {
            case Reply.Joined joined -> joined(from, hello, joined);
            case Reply.Refused refused when hello.incarnation() > 0 ->
                    from.toAgent(new ServerMessage.Fenced(hello.incarnation(), refused.detail()));
            case Reply.Refused refused ->
                    from.toAgent(
                            new ServerMessage.Refused(
                                    refused.reason().name().toLowerCase(Locale.ROOT),
                                    refused.detail()));
            default -> {}
        }
    }

    private void joined(Network.Connection from, AgentMessage.Hello hello, Reply.Joined joined) {
        leases.heard(joined.node(), clock.now());
        if (!leases.renew(joined.node(), joined.incarnation(), clock.now())) {
            from.toAgent(new ServerMessage.Fenced(joined.incarnation(), "its lease is over"));
            return;
        }
        names.put(hello.facts().name(), joined.node());
        lives.put(from, new Leases.Life(joined.node(), joined.incarnation()));
        Network.Connection former = lines.put(joined.node(), from);
        if (former != null && former != from) {
            // What is still heard of it is old, and is said again on the new one.
            lives.remove(former);
            former.breaks();
        }
        // It may have closed while the farm decided, and nobody will say so again.
        if (!greetings.containsKey(from)) lines.remove(joined.node(), from);
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

    private void heartbeat(Network.Connection from, AgentMessage.Heartbeat beat) {
        Leases.Life life = lives.get(from);
        if (life == null) return;
        leases.heard(life.node(), clock.now());
        if (leases.renew(life.node(), life.incarnation(), clock.now())) {
            from.toAgent(new ServerMessage.Beat(beat.sentAt(), reigning().term()));
        }
    }

    private void report(Network.Connection from, AgentMessage.Report report) {
        Leases.Life life = lives.get(from);
        if (life == null) return;
        boolean isNews = from.isNews(report.sequence());
        if (!isNews && report.fact() instanceof AgentMessage.Changed) return;
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
        report(
                command,
                reply -> {
                    if (life.equals(lives.get(from)))
                        from.toAgent(new ServerMessage.Acknowledged(report.sequence()));
                });
    }

    private Reign reigning() {
        return Objects.requireNonNull(reign);
    }

    private static Outcome outcome(AgentMessage.Ended f) {
        var kind = Outcome.Kind.valueOf(f.kind().toUpperCase(Locale.ROOT));
        return new Outcome(
                kind,
                f.reason(),
                f.sentence(),
                f.loadMillis(),
                f.runMillis(),
                f.peakMebibytes(),
                f.details());
    }

    @Nullable Farm farm() {
        return farm;
    }
}
