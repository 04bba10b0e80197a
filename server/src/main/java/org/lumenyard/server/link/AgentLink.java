package org.lumenyard.server.link;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Change;
import org.lumenyard.core.Command;
import org.lumenyard.core.Effect;
import org.lumenyard.core.FarmImage;
import org.lumenyard.core.InstanceId;
import org.lumenyard.core.NodeFacts;
import org.lumenyard.core.NodeId;
import org.lumenyard.core.Outcome;
import org.lumenyard.core.Reply;
import org.lumenyard.core.RunId;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.ServerMessage;
import org.lumenyard.protocol.Wire;
import org.lumenyard.server.live.Keys;
import org.lumenyard.server.live.Live;
import org.lumenyard.server.live.Progress;
import org.lumenyard.server.loop.Answer;
import org.lumenyard.server.loop.FarmLoop;
import org.lumenyard.server.loop.ReignWatch;
import org.lumenyard.store.Reign;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks with the agents: their hellos and reports become commands, acknowledged after commit; the
 * farm's effects become messages. It also watches the leases, and is the only one to declare a
 * silent agent lost.
 */
public final class AgentLink implements AutoCloseable {
    private static final long TICK_MILLIS = 200;

    /** A tick that comes later than this was a stall of ours. */
    private static final long STALL_MILLIS = 1_000;

    private static final long PING_MILLIS = 2_000;
    private static final Logger LOG = LoggerFactory.getLogger(AgentLink.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Leases.Terms terms;
    private final Leases leases;
    private final Hellos hellos = new Hellos();
    private final LongSupplier boot;
    private final LongSupplier clock;
    private final Telemetry telemetry;
    private final Live live;
    private final Orders orders;
    private final ReignWatch reigns;
    private final Map<NodeId, AgentLine> lines = new ConcurrentHashMap<>();
    private final Set<AgentLine> all = ConcurrentHashMap.newKeySet();

    /**
     * Nodes by the names that their agents gave, for the question whether a newcomer is a double.
     */
    private final Map<String, NodeId> names = new ConcurrentHashMap<>();

    /** The boot in which each node's latest life began. */
    private final Map<NodeId, String> boots = new ConcurrentHashMap<>();

    /** Names under which an agent is about to begin a life: what it has proven holds till then. */
    private final Set<String> joining = ConcurrentHashMap.newKeySet();

    private final Thread watch;
    private volatile @Nullable FarmLoop loop;
    private volatile @Nullable Reign reign;
    private volatile boolean troubled = true;
    private volatile boolean closing;

    /**
     * @param boot milliseconds that go on while the machine sleeps
     * @param clock milliseconds since the epoch, for display
     */
    public AgentLink(
            Leases.Terms terms,
            LongSupplier boot,
            LongSupplier clock,
            Telemetry telemetry,
            Live live,
            Orders orders,
            ReignWatch reigns) {
        this.terms = terms;
        this.leases = new Leases(terms);
        this.boot = boot;
        this.clock = clock;
        this.telemetry = telemetry;
        this.live = live;
        this.orders = orders;
        this.reigns = reigns;
        watch = Thread.ofPlatform().daemon().name("lease-watch").unstarted(this::watch);
    }

    /** Begins to watch; commands go to {@code to}. */
    public void start(FarmLoop to) {
        loop = to;
        watch.start();
    }

    /** How many agents are connected and welcome. */
    public int connected() {
        return lines.size();
    }

    /** Whether the node's agent is connected. */
    public boolean isConnected(NodeId node) {
        return lines.containsKey(node);
    }

    // Told by the loop, on its thread

    /**
     * All leases start afresh, and agents compare inventories again: what was told them may be
     * void.
     */
    public void began(Reign begun, FarmImage image) {
        reign = begun;
        reigns.began(begun);
        telemetry.began(image);
        image.jobs().stream()
                .flatMap(job -> job.steps().stream())
                .forEach(step -> orders.measured(step.id(), step.runMillis()));
        // A server before us may have gone on with its promises for as long as it trusted its
        // reign.
        long now = boot.getAsLong() + reigns.trust().toMillis();
        synchronized (leases) {
            leases.clear();
            for (FarmImage.NodeImage node : image.nodes()) {
                names.put(node.facts().name(), node.id());
                boots.put(node.id(), node.facts().boot());
                leases.heard(node.id(), now - Math.max(0, clock.getAsLong() - node.joinedAt()));
                if (node.online()) {
                    leases.renew(node.id(), node.incarnation(), now);
                }
            }
        }
        lines.clear();
        all.forEach(line -> line.close(1012, "a new reign"));
        troubled = false;
    }

    /** While nothing can be stored nobody is declared lost. */
    public void troubled() {
        troubled = true;
    }

    /** Sends what the farm wants done. */
    public void committed(List<Change> changes, List<Effect> effects) {
        for (Change change : changes) {
            switch (change) {
                case Change.NodeJoined joined -> {
                    names.put(joined.facts().name(), joined.node());
                    boots.put(joined.node(), joined.facts().boot());
                    synchronized (leases) {
                        leases.renew(joined.node(), joined.incarnation(), boot.getAsLong());
                    }
                }
                case Change.NodeGone gone -> {
                    synchronized (leases) {
                        leases.end(gone.node(), Long.MAX_VALUE);
                    }
                }
                case Change.StepMeasured step -> orders.measured(step.step(), step.runMillis());
                default -> {}
            }
        }
        effects.forEach(this::send);
    }

    private void send(Effect effect) {
        AgentLine line = lines.get(effect.node());
        Leases.Life life = line == null ? null : line.life();
        if (line == null || life == null || !effect.isFor(life.incarnation())) {
            return;
        }
        switch (effect) {
            case Effect.Start start -> line.tell(() -> orders.of(start.run()));
            case Effect.Kill kill ->
                    line.tell(new ServerMessage.Kill(kill.run().value(), kill.why()));
            case Effect.Revoke revoke -> line.tell(new ServerMessage.Revoke(revoke.run().value()));
            case Effect.StopInstance stop ->
                    line.tell(new ServerMessage.StopInstance(stop.instance().value()));
            case Effect.Fence fence -> fence(line, fence.incarnation(), fence.why());
        }
    }

    private void fence(AgentLine line, long incarnation, String why) {
        Leases.Life life = line.life();
        if (life == null || life.incarnation() <= incarnation) {
            line.lives(null);
            if (life != null) {
                lines.remove(life.node(), line);
            }
            line.tell(new ServerMessage.Fenced(incarnation, why));
        }
    }

    // Told by agents, on their connections' threads

    /** A connection is open; its messages go to {@link Listener}. */
    public Listener opened(Socket socket) {
        return new Listener(new AgentLine(socket));
    }

    /** One connection's messages. Called by one thread at a time, in order. */
    public final class Listener {
        private final AgentLine line;

        private Listener(AgentLine line) {
            this.line = line;
            all.add(line);
        }

        /** Takes a frame; what makes no sense ends the connection. */
        public void heard(String frame) {
            List<AgentMessage> messages;
            try {
                messages = Wire.readAgentMessages(frame);
            } catch (IllegalArgumentException e) {
                line.close(1007, "not a message");
                return;
            }
            try {
                messages.forEach(this::heard);
            } catch (NullPointerException | IllegalArgumentException e) {
                // A message that could be read may still lack any of its fields.
                LOG.warn("an agent at {} says what makes no sense", line.peer());
                LOG.debug("it was", e);
                line.close(1007, "not a sensible message");
            }
        }

        private void heard(AgentMessage message) {
            switch (message) {
                case AgentMessage.Hello hello -> hello(line, hello);
                case AgentMessage.Heartbeat beat -> heartbeat(line, beat);
                case AgentMessage.Report report -> report(line, report);
                case AgentMessage.Pong() -> line.pongedAt(boot.getAsLong());
            }
        }

        /** The connection is gone. Its runs are not: only the lease's end is proof. */
        public void closed() {
            all.remove(line);
            line.isClosed();
            Leases.Life life = line.life();
            if (life != null && lines.remove(life.node(), line)) {
                live.changed(currentLoop().revision(), new Keys(Set.of(), Set.of(life.node())));
            }
        }
    }

    private void hello(AgentLine line, AgentMessage.Hello hello) {
        if (hello.protocol() > Wire.VERSION || hello.protocol() < Wire.VERSION - 1) {
            refuse(line, "protocol", "This server speaks protocol " + Wire.VERSION + ".");
            return;
        }
        NodeFacts facts = facts(hello.facts());
        if (facts.name().isBlank() || facts.name().length() > 100) {
            refuse(line, "bad_name", "A node's name has 1 to 100 characters.");
            return;
        }
        if (!hellos.isNews(facts.name(), facts.boot(), hello.sentAt())) {
            line.close(1001, "replaced");
            return;
        }
        line.greets(hello);
        NodeId claimed = names.get(facts.name());
        AgentLine former = claimed == null ? null : lines.get(claimed);
        boolean goesOn = former != null && hello.incarnation() > 0 && line.isSameAgentAs(former);
        if (former == null || former == line) {
            welcome(line, hello, facts);
        } else if (goesOn && line.isOlderThan(former)) {
            line.close(1001, "outdated");
        } else if (goesOn) {
            // The agent itself has given up its former connection.
            retire(former);
            welcome(line, hello, facts);
        } else {
            // The wait must not keep this connection's thread.
            Thread.startVirtualThread(() -> afterPing(former, line, hello, facts));
        }
    }

    /** A newcomer under a connected node's name: whoever answers first was there. */
    private void afterPing(
            AgentLine former, AgentLine line, AgentMessage.Hello hello, NodeFacts facts) {
        long asked = boot.getAsLong();
        former.tell(new ServerMessage.Ping());
        try {
            while (boot.getAsLong() - asked < PING_MILLIS) {
                if (former.pongAt() >= asked) {
                    refuse(
                            line,
                            "duplicate_node",
                            "A node named "
                                    + facts.name()
                                    + " is connected already, from "
                                    + former.peer()
                                    + ".");
                    return;
                }
                if (!all.contains(former)) {
                    break;
                }
                Thread.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        former.close(1001, "replaced");
        welcome(line, hello, facts);
    }

    private static void refuse(AgentLine line, String reason, String detail) {
        line.tell(new ServerMessage.Refused(reason, detail));
        line.closeAfterSending(1008, reason);
    }

    private void welcome(AgentLine line, AgentMessage.Hello hello, NodeFacts facts) {
        boolean goesOn = hello.incarnation() > 0 && hello.node() > 0;
        Reign now = reign;
        if (now == null) {
            line.close(1013, "not ready");
            return;
        }
        boolean ofNoFarm = hello.farm().isEmpty();
        if (!ofNoFarm && !now.lineage().equals(hello.farm())) {
            // Its numbers name other things here: nothing of it may be taken for ours.
            refuse(
                    line,
                    "other_farm",
                    "This is another farm than the one that the agent's folder belongs to.");
            return;
        }
        if (!ofNoFarm && hello.highestTerm() > now.term()) {
            LOG.warn(
                    "node {} has obeyed term {} of this farm, and this is {}: another server reigns,"
                            + " or the database was put back by other means than db restore",
                    facts.name(),
                    hello.highestTerm(),
                    now.term());
            refuse(
                    line,
                    "older_reign",
                    "This server's reign began before the one that the agent has obeyed.");
            return;
        }
        List<RunId> runs = ofNoFarm ? List.of() : hello.runs().stream().map(RunId::new).toList();
        synchronized (hellos) {
            if (!hellos.isLatest(facts.name(), facts.boot(), hello.sentAt())) {
                line.close(1001, "replaced");
            } else if (goesOn) {
                var instances = hello.instances().stream().map(InstanceId::new).toList();
                var node = new NodeId(hello.node());
                currentLoop()
                        .report(
                                new Command.Return(node, hello.incarnation(), runs, instances),
                                answer -> greeted(line, hello, facts, answer));
            } else if (joining.add(facts.name())) {
                boolean swept = hasSweptForIts(facts.name(), hello);
                currentLoop()
                        .report(
                                new Command.Join(facts, swept, runs),
                                answer -> hasJoined(line, hello, facts, answer));
            } else {
                line.close(1013, "another joins");
            }
        }
    }

    private void hasJoined(
            AgentLine line, AgentMessage.Hello hello, NodeFacts facts, Answer answer) {
        try {
            greeted(line, hello, facts, answer);
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
        return hello.swept() && !hello.farm().isEmpty() && !isDouble(known, hello);
    }

    /**
     * Whether a hello of another boot than the node's former one comes from a machine that was
     * already running when the former agent was last heard: it is a copy, not that machine begun
     * anew.
     */
    private boolean isDouble(NodeId node, AgentMessage.Hello hello) {
        if (hello.facts().boot().equals(boots.get(node))) {
            return false;
        }
        long bootedAt = boot.getAsLong() - hello.sentAt();
        synchronized (leases) {
            return leases.wasHeardSince(node, bootedAt);
        }
    }

    /**
     * On the loop's thread, before the effects of this very command: the welcome goes out first.
     */
    private void greeted(AgentLine line, AgentMessage.Hello hello, NodeFacts facts, Answer answer) {
        if (!(answer instanceof Answer.Replied replied)) {
            line.close(1013, "not now");
            return;
        }
        switch (replied.reply()) {
            case Reply.Joined joined -> joined(line, joined, facts);
            case Reply.Refused refused
                    when refused.reason() == Reply.Reason.STALE_INCARNATION
                            && hello.incarnation() > 0 ->
                    line.tell(new ServerMessage.Fenced(hello.incarnation(), refused.detail()));
            case Reply.Refused refused ->
                    refuse(
                            line,
                            refused.reason().name().toLowerCase(Locale.ROOT),
                            refused.detail());
            default -> line.close(1011, "no answer");
        }
    }

    /**
     * Ends a connection that another has taken the place of. What is still read from it is old: the
     * agent says it again on the new one, and there it stands in its order.
     */
    private void retire(AgentLine former) {
        Leases.Life life = former.life();
        former.lives(null);
        if (life != null) {
            lines.remove(life.node(), former);
        }
        former.close(1001, "replaced");
    }

    private void joined(AgentLine line, Reply.Joined joined, NodeFacts facts) {
        Reign now = Objects.requireNonNull(reign, "an answer comes from a reign");
        if (!reigns.isTrusted()) {
            line.close(1013, "not now");
            return;
        }
        long lease = terms.lease().toMillis();
        if (!renew(joined.node(), joined.incarnation())) {
            line.tell(new ServerMessage.Fenced(joined.incarnation(), "Its lease is over."));
            return;
        }
        line.lives(new Leases.Life(joined.node(), joined.incarnation()));
        names.put(facts.name(), joined.node());
        boots.put(joined.node(), facts.boot());
        AgentLine former = lines.get(joined.node());
        if (former != null && former != line) {
            if (line.isSameAgentAs(former) && line.isOlderThan(former)) {
                line.lives(null);
                line.close(1001, "outdated");
                return;
            }
            retire(former);
        }
        lines.put(joined.node(), line);
        if (!all.contains(line)) {
            // It closed while the farm decided, and nobody will say so again.
            lines.remove(joined.node(), line);
        }
        line.tell(
                new ServerMessage.Welcome(
                        now.lineage(),
                        joined.node().value(),
                        joined.incarnation(),
                        now.term(),
                        joined.known().stream().map(RunId::value).toList(),
                        lease,
                        Math.clamp(lease / 6, 100, 2_000)));
        live.changed(currentLoop().revision(), new Keys(Set.of(), Set.of(joined.node())));
    }

    private void heartbeat(AgentLine line, AgentMessage.Heartbeat beat) {
        Leases.Life life = line.life();
        Reign now = reign;
        if (life == null || now == null) {
            return;
        }
        if (!renew(life.node(), life.incarnation())) {
            return;
        }
        if (reigns.isTrusted()) {
            line.tell(new ServerMessage.Beat(beat.sentAt(), now.term()));
        }
        List<Progress> news = telemetry.heard(life.node(), beat, clock.getAsLong());
        live.progressed(news);
    }

    private boolean renew(NodeId node, long incarnation) {
        synchronized (leases) {
            leases.heard(node, boot.getAsLong());
            return leases.renew(node, incarnation, boot.getAsLong());
        }
    }

    private void report(AgentLine line, AgentMessage.Report report) {
        Leases.Life life = line.life();
        if (life == null) {
            return;
        }
        boolean isNews = line.isNews(report.sequence());
        if (!isNews && report.fact() instanceof AgentMessage.Changed) {
            // The last that a node says of itself counts. All else may be said again.
            return;
        }
        Command command = command(life, report.fact());
        currentLoop()
                .report(
                        command,
                        answer -> {
                            if (answer instanceof Answer.Unavailable) {
                                line.broken();
                                line.close(1013, "not now");
                            } else if (line.intact() && life.equals(line.life())) {
                                line.acknowledge(report.sequence());
                            }
                        });
    }

    private static Command command(Leases.Life life, AgentMessage.Fact fact) {
        long incarnation = life.incarnation();
        return switch (fact) {
            case AgentMessage.Started f -> new Command.Started(new RunId(f.run()), incarnation);
            case AgentMessage.Ended f ->
                    new Command.Ended(new RunId(f.run()), incarnation, outcome(f));
            case AgentMessage.InstanceEnded f ->
                    new Command.InstanceEnded(new InstanceId(f.instance()), incarnation);
            case AgentMessage.Changed f ->
                    new Command.Update(life.node(), incarnation, facts(f.facts()));
            case AgentMessage.Leaving() -> new Command.Leave(life.node(), incarnation);
        };
    }

    private static Outcome outcome(AgentMessage.Ended f) {
        Outcome.Kind kind =
                Optional.ofNullable(f.kind())
                        .map(word -> Outcome.Kind.valueOf(word.toUpperCase(Locale.ROOT)))
                        .orElseThrow();
        return new Outcome(
                kind,
                Storable.text(f.reason(), 100),
                Storable.text(f.sentence(), 2_000),
                Math.max(0, f.loadMillis()),
                Math.max(0, f.runMillis()),
                Math.max(0, f.peakMebibytes()),
                Storable.json(f.details(), 64 * 1024));
    }

    private static NodeFacts facts(AgentMessage.Facts f) {
        var amounts = new TreeMap<String, Long>();
        f.amounts()
                .forEach((name, amount) ->
                        amounts.put(Storable.text(name, 100), Math.max(0, amount)));
        var attributes = new TreeMap<String, Set<String>>();
        f.attributes()
                .forEach((name, values) ->
                        attributes.put(Storable.text(name, 100), storable(values)));
        var details = new TreeMap<String, Object>(f.details() == null ? Map.of() : f.details());
        details.put("version", Storable.text(f.version(), 100));
        return new NodeFacts(
                Storable.text(f.name(), 101),
                Storable.text(f.machine(), 200),
                Storable.text(f.boot(), 200),
                Storable.text(f.pidNamespace(), 200),
                amounts,
                attributes,
                json(details));
    }

    private static Set<String> storable(Set<String> values) {
        var kept = new TreeSet<String>();
        values.forEach(value -> kept.add(Storable.text(value, 200)));
        return kept;
    }

    private static String json(Map<String, Object> details) {
        try {
            return Storable.json(JSON.writeValueAsString(details), 64 * 1024);
        } catch (JsonProcessingException e) {
            return "{}";
        }
    }

    // Leases

    private void watch() {
        long before = boot.getAsLong();
        while (!closing) {
            try {
                TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
            long now = boot.getAsLong();
            look(now, now - before - TICK_MILLIS);
            before = now;
        }
    }

    private void look(long now, long late) {
        List<Leases.Life> over = new ArrayList<>();
        synchronized (leases) {
            if (late >= STALL_MILLIS) {
                LOG.info("stood still for {} ms: every lease is that much longer", late);
                leases.stalled(late);
            } else if (troubled) {
                leases.stalled(TICK_MILLIS + Math.max(0, late));
            } else {
                over = leases.expired(now);
            }
        }
        for (Leases.Life life : over) {
            LOG.warn("node {} was silent beyond its lease: its work is given away", life.node());
            currentLoop()
                    .report(
                            new Command.Lose(
                                    life.node(), life.incarnation(), "silent beyond its lease"),
                            answer -> reconsider(life, answer));
        }
    }

    /** A loss that was not stored is declared again when the lease, begun afresh, is over again. */
    private void reconsider(Leases.Life life, Answer answer) {
        if (!(answer instanceof Answer.Replied)) {
            synchronized (leases) {
                leases.reprieve(life, boot.getAsLong());
            }
        }
    }

    private FarmLoop currentLoop() {
        return Objects.requireNonNull(loop, "start comes first");
    }

    /** Sends all agents away; they come back when a server is there again. */
    @Override
    public void close() {
        closing = true;
        watch.interrupt();
        all.forEach(line -> line.close(1012, "the server stops"));
    }
}
