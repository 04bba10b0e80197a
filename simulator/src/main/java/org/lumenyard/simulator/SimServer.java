package org.lumenyard.simulator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Change;
import org.lumenyard.core.Command;
import org.lumenyard.core.Effect;
import org.lumenyard.core.Farm;
import org.lumenyard.core.FarmImage;
import org.lumenyard.core.InstanceId;
import org.lumenyard.core.NodeId;
import org.lumenyard.core.Reply;
import org.lumenyard.core.Run;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.ServerMessage;
import org.lumenyard.server.link.Leases;
import org.lumenyard.server.link.Line;
import org.lumenyard.server.link.Reception;
import org.lumenyard.server.link.Speaker;
import org.lumenyard.server.loop.Answer;
import org.lumenyard.store.Batch;
import org.lumenyard.store.Reign;
import org.lumenyard.store.Store;

/**
 * A server in virtual time around the real farm, the real reception of agents and the real store.
 * Mutants override the few methods that are open for it.
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
            List<Told> answers,
            List<Change> changes,
            List<Effect> effects) {}

    private record Told(Consumer<Reply> then, Reply reply) {}

    private final Clock clock;
    private final Store store;
    private final Promises promises;
    private final Tale tale;
    private final Deque<Runnable> missed = new ArrayDeque<>();
    private final List<Item> inbox = new ArrayList<>();
    private final Map<NodeId, Long> presentLives = new HashMap<>();
    private @Nullable Reception reception;
    private @Nullable Farm farm;
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

    /** What an agent's word, or its silence, is taken for. */
    Command takenFor(Command command) {
        return command;
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

    /** What is to be done in place of this. */
    Effect meant(Effect effect) {
        return effect;
    }

    /** What an agent is told in place of this. */
    ServerMessage told(ServerMessage message) {
        return message;
    }

    /** The run's place on its node. */
    long slot(Run run) {
        return run.slot().value();
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
        reception = new Reception(terms(), new Around());
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
        revision = begun.revision();
        farm = loaded;
        Objects.requireNonNull(reception).began(begun, image, clock.now());
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
        turnPlanned = false;
        frozen = false;
        missed.clear();
        if (reception != null) reception.close();
        reception = null;
        return true;
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
        long late = now - lookedAt - Reception.LOOK_MILLIS;
        lookedAt = now;
        if (reception != null) reception.look(now, late);
        Farm present = farm;
        if (present != null
                && present.nextWake().isPresent()
                && present.nextWake().getAsLong() <= wallClock()) {
            report(new Command.Wake(), reply -> {});
        }
        if (now - turnedAt >= IDLE_MILLIS) planTurn();
        clock.after(Reception.LOOK_MILLIS, () -> watch(here));
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
        turn.answers().add(new Told(item.then(), applied.reply()));
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
        for (Told answer : turn.answers()) answer.then().accept(answer.reply());
        for (Effect effect : turn.effects())
            foregone(effect).forEach(command -> report(command, reply -> {}));
        Reception here = reception;
        if (here != null)
            here.committed(turn.changes(), turn.effects().stream().map(this::meant).toList());
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

    /** An agent's connection is open. */
    Speaker opened(Network.Connection connection) {
        return Objects.requireNonNull(reception, "it is up").opened(new Outlet(connection));
    }

    void closed(Network.Connection connection) {
        Reception here = reception;
        if (here == null || connection.serverProcess != existence) return;
        whenAwake(() -> here.closed(connection.speaker));
    }

    void heard(Network.Connection from, AgentMessage message) {
        Reception here = reception;
        if (here == null || from.serverProcess != existence) return;
        if (frozen) {
            missed.add(() -> heard(from, message));
            return;
        }
        onlooker.heard(message);
        here.heard(from.speaker, message);
    }

    /** What is told an agent. */
    private final class Outlet implements Line {
        private final Network.Connection connection;

        Outlet(Network.Connection connection) {
            this.connection = connection;
        }

        @Override
        public void tell(ServerMessage message) {
            if (message instanceof ServerMessage.Refused(String reason, String ignored))
                tale.add("an agent is refused: %s", reason);
            connection.toAgent(told(message));
        }

        @Override
        public void order(Run run) {
            connection.toAgent(SimServer.this.order(run));
        }

        @Override
        public void acknowledge(long sequence) {
            connection.toAgent(new ServerMessage.Acknowledged(sequence));
        }

        @Override
        public void close(int code, String reason) {
            connection.breaks();
        }

        @Override
        public void closeAfterSending(int code, String reason) {
            connection.breaksAfterSending();
        }

        @Override
        public String peer() {
            return "agent";
        }
    }

    /** What is around the rules by which agents are spoken with. */
    private final class Around implements Reception.World {
        @Override
        public long boot() {
            return clock.now();
        }

        @Override
        public long clock() {
            return wallClock();
        }

        @Override
        public boolean isTrusted() {
            return true;
        }

        @Override
        public void report(Command command, Consumer<Answer> then) {
            SimServer.this.report(
                    takenFor(command), reply -> then.accept(new Answer.Replied(reply, revision)));
        }

        @Override
        public void later(long millis, Runnable what) {
            SimServer.this.later(millis, what);
        }

        @Override
        public void heard(NodeId node, AgentMessage.Heartbeat beat) {}

        @Override
        public void changed(NodeId node) {}

        @Override
        public void say(String what) {
            tale.add("%s", what);
        }
    }

    @Nullable Farm farm() {
        return farm;
    }
}
