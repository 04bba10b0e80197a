package org.lumenyard.server.link;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Change;
import org.lumenyard.core.Command;
import org.lumenyard.core.Effect;
import org.lumenyard.core.FarmImage;
import org.lumenyard.core.InstanceId;
import org.lumenyard.core.NodeFacts;
import org.lumenyard.core.NodeId;
import org.lumenyard.core.Reply;
import org.lumenyard.core.RunId;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.ServerMessage;
import org.lumenyard.protocol.Wire;
import org.lumenyard.server.loop.Answer;
import org.lumenyard.store.Reign;

/**
 * Who may speak for which node, what agents' words mean to the farm, and what the farm's effects
 * mean to agents. It also watches the leases, and is the only one to declare a silent agent lost.
 *
 * <p>These are rules alone: connections, time and the farm are given to it, so that a simulation
 * judges the very rules that a server lives by. Nothing here waits. Words may be heard by many
 * threads, those of one connection by one at a time; what became true is told by one.
 */
public final class Reception {
    /** How often {@link #look} is to be called. */
    public static final long LOOK_MILLIS = 200;

    /** A look that comes later than this was a stall of ours. */
    private static final long STALL_MILLIS = 1_000;

    private static final long PING_MILLIS = 2_000;
    private static final long PONG_LOOK_MILLIS = 20;

    /** What is around it. */
    public interface World {
        /** Milliseconds of a clock that goes on while the machine sleeps. */
        long boot();

        /** Milliseconds since the epoch, as this machine believes. */
        long clock();

        /** Whether the present reign may be promised on. */
        boolean isTrusted();

        /** Gives the farm a command that is applied again when it could not be stored. */
        void report(Command command, Consumer<Answer> then);

        /** Does it after so many milliseconds. */
        void later(long millis, Runnable what);

        /** What an agent says in passing. */
        void heard(NodeId node, AgentMessage.Heartbeat beat);

        /** The node's agent came or went. */
        void changed(NodeId node);

        /** Tells the people who watch over the server. */
        void say(String what);
    }

    private final World world;
    private final Leases.Terms terms;
    private final Leases leases;
    private final Hellos hellos = new Hellos();
    private final Map<NodeId, Speaker> speakers = new ConcurrentHashMap<>();

    /** All connections, in the order in which they were opened. */
    private final Set<Speaker> all =
            new ConcurrentSkipListSet<>(Comparator.comparingLong(speaker -> speaker.number));

    private final AtomicLong opened = new AtomicLong();

    /**
     * Nodes by the names that their agents gave, for the question whether a newcomer is a double.
     */
    private final Map<String, NodeId> names = new ConcurrentHashMap<>();

    private final Map<NodeId, Latest> latest = new ConcurrentHashMap<>();

    /** A node's latest life, and the boot in which it began. */
    private record Latest(long incarnation, String boot) {}

    /** Names under which an agent is about to begin a life: what it has proven holds till then. */
    private final Set<String> joining = ConcurrentHashMap.newKeySet();

    private volatile @Nullable Reign reign;
    private volatile boolean troubled = true;

    public Reception(Leases.Terms terms, World world) {
        this.terms = terms;
        this.leases = new Leases(terms);
        this.world = world;
    }

    /** How many agents are connected and welcome. */
    public int connected() {
        return speakers.size();
    }

    /** Whether the node's agent is connected. */
    public boolean isConnected(NodeId node) {
        return speakers.containsKey(node);
    }

    // Told by the farm

    /**
     * All leases start afresh at that moment of {@link World#boot}, and agents compare inventories
     * again: what was told them may be void.
     */
    public void began(Reign begun, FarmImage image, long at) {
        reign = begun;
        synchronized (leases) {
            leases.clear();
            for (FarmImage.NodeImage node : image.nodes()) {
                names.put(node.facts().name(), node.id());
                latest.put(node.id(), new Latest(node.incarnation(), node.facts().boot()));
                leases.heard(node.id(), at - Math.max(0, world.clock() - node.joinedAt()));
                if (node.online()) {
                    leases.renew(node.id(), node.incarnation(), at);
                }
            }
        }
        speakers.clear();
        for (Speaker speaker : all) {
            speaker.lives(null);
            speaker.line.close(1012, "a new reign");
        }
        troubled = false;
    }

    /** While nothing can be stored nobody is declared lost. */
    public void troubled() {
        troubled = true;
    }

    /** These changes are stored, and their callers answered: sends what the farm wants done. */
    public void committed(List<Change> changes, List<Effect> effects) {
        for (Change change : changes) {
            switch (change) {
                case Change.NodeJoined joined -> {
                    names.put(joined.facts().name(), joined.node());
                    latest.put(
                            joined.node(), new Latest(joined.incarnation(), joined.facts().boot()));
                    synchronized (leases) {
                        leases.renew(joined.node(), joined.incarnation(), world.boot());
                    }
                }
                case Change.NodeGone gone -> {
                    synchronized (leases) {
                        leases.end(gone.node(), Long.MAX_VALUE);
                    }
                }
                default -> {}
            }
        }
        effects.forEach(this::send);
    }

    private void send(Effect effect) {
        Speaker speaker = speakers.get(effect.node());
        Leases.Life life = speaker == null ? null : speaker.life();
        if (speaker == null || life == null || !effect.isFor(life.incarnation())) {
            return;
        }
        switch (effect) {
            case Effect.Start start -> speaker.line.order(start.run());
            case Effect.Kill kill ->
                    speaker.line.tell(new ServerMessage.Kill(kill.run().value(), kill.why()));
            case Effect.Revoke revoke ->
                    speaker.line.tell(new ServerMessage.Revoke(revoke.run().value()));
            case Effect.StopInstance stop ->
                    speaker.line.tell(new ServerMessage.StopInstance(stop.instance().value()));
            case Effect.Fence fence -> fence(speaker, fence.incarnation(), fence.why());
        }
    }

    private void fence(Speaker speaker, long incarnation, String why) {
        Leases.Life life = speaker.life();
        if (life == null || life.incarnation() <= incarnation) {
            speaker.lives(null);
            if (life != null) {
                speakers.remove(life.node(), speaker);
            }
            speaker.line.tell(new ServerMessage.Fenced(incarnation, why));
        }
    }

    // Told by agents

    /** A connection is open. */
    public Speaker opened(Line line) {
        var speaker = new Speaker(line, opened.incrementAndGet());
        all.add(speaker);
        return speaker;
    }

    /** The connection is gone. Its runs are not: only the lease's end is proof. */
    public void closed(Speaker speaker) {
        all.remove(speaker);
        Leases.Life life = speaker.life();
        speaker.lives(null);
        if (life != null && speakers.remove(life.node(), speaker)) {
            world.changed(life.node());
        }
    }

    /**
     * @throws IllegalArgumentException when the message makes no sense
     * @throws NullPointerException when it lacks what it must have
     */
    public void heard(Speaker speaker, AgentMessage message) {
        switch (message) {
            case AgentMessage.Hello hello -> hello(speaker, hello);
            case AgentMessage.Heartbeat beat -> heartbeat(speaker, beat);
            case AgentMessage.Report report -> report(speaker, report);
            case AgentMessage.Pong() -> speaker.pongedAt(world.boot());
        }
    }

    private void hello(Speaker speaker, AgentMessage.Hello hello) {
        if (hello.protocol() > Wire.VERSION || hello.protocol() < Wire.VERSION - 1) {
            refuse(speaker, "protocol", "This server speaks protocol " + Wire.VERSION + ".");
            return;
        }
        NodeFacts facts = Translation.facts(hello.facts());
        if (facts.name().isBlank() || facts.name().length() > 100) {
            refuse(speaker, "bad_name", "A node's name has 1 to 100 characters.");
            return;
        }
        if (!speaker.greets(hello)) {
            // A life is heard on a connection of its own, where its reports count from 1.
            speaker.line.close(1008, "a second hello");
            return;
        }
        if (!hellos.isNews(facts.name(), facts.boot(), hello.sentAt())) {
            speaker.line.close(1001, "replaced");
            return;
        }
        NodeId claimed = names.get(facts.name());
        Speaker former = claimed == null ? null : speakers.get(claimed);
        boolean goesOn = former != null && hello.incarnation() > 0 && speaker.isSameAgentAs(former);
        if (former == null) {
            welcome(speaker, hello, facts);
        } else if (goesOn && speaker.isOlderThan(former)) {
            speaker.line.close(1001, "outdated");
        } else if (goesOn) {
            // The agent itself has given up its former connection.
            retire(former);
            welcome(speaker, hello, facts);
        } else {
            long asked = world.boot();
            former.line.tell(new ServerMessage.Ping());
            awaitPong(former, speaker, hello, facts, asked);
        }
    }

    /** A newcomer under a connected node's name: whoever answers first was there. */
    private void awaitPong(
            Speaker former,
            Speaker speaker,
            AgentMessage.Hello hello,
            NodeFacts facts,
            long asked) {
        if (former.pongAt() >= asked) {
            refuse(
                    speaker,
                    "duplicate_node",
                    "A node named %s is connected already, from %s."
                            .formatted(facts.name(), former.line.peer()));
        } else if (world.boot() - asked < PING_MILLIS && all.contains(former)) {
            world.later(PONG_LOOK_MILLIS, () -> awaitPong(former, speaker, hello, facts, asked));
        } else {
            former.line.close(1001, "replaced");
            welcome(speaker, hello, facts);
        }
    }

    private static void refuse(Speaker speaker, String reason, String detail) {
        speaker.line.tell(new ServerMessage.Refused(reason, detail));
        speaker.line.closeAfterSending(1008, reason);
    }

    private void welcome(Speaker speaker, AgentMessage.Hello hello, NodeFacts facts) {
        boolean goesOn = hello.incarnation() > 0 && hello.node() > 0;
        Reign now = reign;
        if (now == null) {
            speaker.line.close(1013, "not ready");
            return;
        }
        boolean ofNoFarm = hello.farm().isEmpty();
        if (!ofNoFarm && !now.lineage().equals(hello.farm())) {
            // Its numbers name other things here: nothing of it may be taken for ours.
            refuse(
                    speaker,
                    "other_farm",
                    "This is another farm than the one that the agent's folder belongs to.");
            return;
        }
        if (!ofNoFarm && hello.highestTerm() > now.term()) {
            world.say(
                    "node %s has obeyed term %d of this farm, and this is %d: another server reigns, or the database was put back by other means than db restore"
                            .formatted(facts.name(), hello.highestTerm(), now.term()));
            refuse(
                    speaker,
                    "older_reign",
                    "This server's reign began before the one that the agent has obeyed.");
            return;
        }
        List<RunId> runs = ofNoFarm ? List.of() : hello.runs().stream().map(RunId::new).toList();
        synchronized (hellos) {
            if (!hellos.isLatest(facts.name(), facts.boot(), hello.sentAt())) {
                speaker.line.close(1001, "replaced");
            } else if (goesOn) {
                var instances = hello.instances().stream().map(InstanceId::new).toList();
                var node = new NodeId(hello.node());
                world.report(
                        new Command.Return(node, hello.incarnation(), runs, instances),
                        answer -> greeted(speaker, hello, facts, answer));
            } else if (joining.add(facts.name())) {
                boolean swept = hasSweptForIts(facts.name(), hello);
                world.report(
                        new Command.Join(facts, swept, runs),
                        answer -> hasJoined(speaker, hello, facts, answer));
            } else {
                speaker.line.close(1013, "another joins");
            }
        }
    }

    private void hasJoined(
            Speaker speaker, AgentMessage.Hello hello, NodeFacts facts, Answer answer) {
        try {
            greeted(speaker, hello, facts, answer);
        } finally {
            joining.remove(facts.name());
        }
    }

    /**
     * An agent sweeps what is marked with its own farm and node. What it says of a node that its
     * folder does not belong to (a new folder, a new name) proves nothing.
     */
    private boolean hasSweptForIts(String name, AgentMessage.Hello hello) {
        NodeId known = names.get(name);
        if (known == null || known.value() != hello.node()) {
            return false;
        }
        return hello.lived() > 0 && !hello.farm().isEmpty() && !isDouble(known, hello);
    }

    /**
     * Whether a hello of another boot than the node's latest life had is no word on that life's
     * end: its folder is not the one that lived it, or its machine was already running when the
     * former agent was last heard. It is a copy then, not that machine begun anew.
     */
    private boolean isDouble(NodeId node, AgentMessage.Hello hello) {
        Latest last = latest.get(node);
        if (last == null || hello.facts().boot().equals(last.boot())) {
            return false;
        }
        if (hello.lived() != last.incarnation()) {
            return true;
        }
        long bootedAt = world.boot() - hello.sentAt();
        synchronized (leases) {
            return leases.wasHeardSince(node, bootedAt);
        }
    }

    /**
     * On the loop's thread, before the effects of this very command: the welcome goes out first.
     */
    private void greeted(
            Speaker speaker, AgentMessage.Hello hello, NodeFacts facts, Answer answer) {
        if (!(answer instanceof Answer.Replied replied)) {
            speaker.line.close(1013, "not now");
            return;
        }
        switch (replied.reply()) {
            case Reply.Joined joined -> joined(speaker, joined, facts);
            case Reply.Refused refused
                    when refused.reason() == Reply.Reason.STALE_INCARNATION
                            && hello.incarnation() > 0 ->
                    speaker.line.tell(
                            new ServerMessage.Fenced(hello.incarnation(), refused.detail()));
            case Reply.Refused refused ->
                    refuse(
                            speaker,
                            refused.reason().name().toLowerCase(Locale.ROOT),
                            refused.detail());
            default -> speaker.line.close(1011, "no answer");
        }
    }

    /**
     * Ends a connection that another has taken the place of. What is still read from it is old: the
     * agent says it again on the new one, and there it stands in its order.
     */
    private void retire(Speaker former) {
        Leases.Life life = former.life();
        former.lives(null);
        if (life != null) {
            speakers.remove(life.node(), former);
        }
        former.line.close(1001, "replaced");
    }

    private void joined(Speaker speaker, Reply.Joined joined, NodeFacts facts) {
        Reign now = Objects.requireNonNull(reign, "an answer comes from a reign");
        if (!world.isTrusted()) {
            speaker.line.close(1013, "not now");
            return;
        }
        long lease = terms.lease().toMillis();
        if (!renew(joined.node(), joined.incarnation())) {
            speaker.line.tell(new ServerMessage.Fenced(joined.incarnation(), "Its lease is over."));
            return;
        }
        speaker.lives(new Leases.Life(joined.node(), joined.incarnation()));
        names.put(facts.name(), joined.node());
        latest.put(joined.node(), new Latest(joined.incarnation(), facts.boot()));
        Speaker former = speakers.get(joined.node());
        if (former != null && former != speaker) {
            if (speaker.isSameAgentAs(former) && speaker.isOlderThan(former)) {
                speaker.lives(null);
                speaker.line.close(1001, "outdated");
                return;
            }
            retire(former);
        }
        speakers.put(joined.node(), speaker);
        if (!all.contains(speaker)) {
            // It closed while the farm decided, and nobody will say so again.
            speakers.remove(joined.node(), speaker);
        }
        speaker.line.tell(
                new ServerMessage.Welcome(
                        now.lineage(),
                        joined.node().value(),
                        joined.incarnation(),
                        now.term(),
                        joined.known().stream().map(RunId::value).toList(),
                        lease,
                        Math.clamp(lease / 6, 100, 2_000)));
        world.changed(joined.node());
    }

    private void heartbeat(Speaker speaker, AgentMessage.Heartbeat beat) {
        Leases.Life life = speaker.life();
        Reign now = reign;
        if (life == null || now == null) {
            return;
        }
        if (!renew(life.node(), life.incarnation())) {
            return;
        }
        if (world.isTrusted()) {
            speaker.line.tell(new ServerMessage.Beat(beat.sentAt(), now.term()));
        }
        world.heard(life.node(), beat);
    }

    private boolean renew(NodeId node, long incarnation) {
        synchronized (leases) {
            leases.heard(node, world.boot());
            return leases.renew(node, incarnation, world.boot());
        }
    }

    private void report(Speaker speaker, AgentMessage.Report report) {
        Leases.Life life = speaker.life();
        if (life == null) {
            return;
        }
        if (!speaker.isNews(report.sequence())) {
            // A repetition: it is acknowledged, or not, as what it repeats.
            return;
        }
        Command command = Translation.command(life, report.fact());
        world.report(
                command,
                answer -> {
                    if (answer instanceof Answer.Unavailable) {
                        speaker.broken();
                        speaker.line.close(1013, "not now");
                    } else if (speaker.intact() && life.equals(speaker.life())) {
                        speaker.line.acknowledge(report.sequence());
                    }
                });
    }

    // Leases

    /**
     * Looks whose lease is over.
     *
     * @param now the moment of the look: what this very call is kept waiting for is no silence
     * @param late by how many milliseconds it comes later than it should
     */
    public void look(long now, long late) {
        List<Leases.Life> over = List.of();
        synchronized (leases) {
            if (late >= STALL_MILLIS) {
                world.say("stood still for " + late + " ms: every lease is that much longer");
                leases.stalled(late);
            } else if (troubled) {
                leases.stalled(LOOK_MILLIS + Math.max(0, late));
            } else {
                over = leases.expired(now);
            }
        }
        for (Leases.Life life : over) {
            world.say(
                    "node " + life.node() + " was silent beyond its lease: its work is given away");
            world.report(
                    new Command.Lose(life.node(), life.incarnation(), "silent beyond its lease"),
                    answer -> reconsider(life, answer));
        }
    }

    /** A loss that was not stored is declared again when the lease, begun afresh, is over again. */
    private void reconsider(Leases.Life life, Answer answer) {
        if (!(answer instanceof Answer.Replied)) {
            synchronized (leases) {
                leases.reprieve(life, world.boot());
            }
        }
    }

    /** Sends all agents away; they come back when a server is there again. */
    public void close() {
        all.forEach(speaker -> speaker.line.close(1012, "the server stops"));
    }
}
