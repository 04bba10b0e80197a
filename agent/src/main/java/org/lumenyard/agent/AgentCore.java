package org.lumenyard.agent;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.AgentMessage.Ended;
import org.lumenyard.protocol.AgentMessage.Facts;
import org.lumenyard.protocol.ServerMessage;
import org.lumenyard.protocol.ServerMessage.Start;
import org.lumenyard.protocol.Wire;

/**
 * All that an agent decides. Events go in, actions come out; the caller does them in their order
 * and tells what came of it. One thread at a time. Moments are milliseconds of the boot clock,
 * which goes on while the machine sleeps.
 *
 * <p>A <em>life</em> begins with a sweep and a hello that names no incarnation, and ends with its
 * lease, on the server's word, or with the program. When a life ends all its work is ended; only
 * final reports outlast it, and whether they still count is for the server's welcome to say.
 */
public final class AgentCore {
    static final String MEMORY = "amount.worker.memory";

    private static final String LEASE_ENDED = "lease_ended";
    private static final int REMEMBERED_ENDS = 4096;
    private static final long PROGRESS_MILLIS = 1_000;
    private static final int SLOW_ATTEMPT = 5;

    private enum Life {
        UNBORN,
        SWEEPING,
        /** Nothing runs; the server is to give the life its number. */
        JOINING,
        LIVING,
        /** Waits for its processes to be gone. */
        ENDING,
        OVER
    }

    private final Policy policy;
    private final Link link = new Link();
    private final Outbox outbox = new Outbox();
    private final Runs runs = new Runs();
    private final Map<Long, Result> results = new LinkedHashMap<>();
    private final Map<Long, Instance> instances = new TreeMap<>();
    private final Set<Long> endedLately = new LinkedHashSet<>();

    private Life life = Life.UNBORN;
    private Identity identity;
    private Identity remembered;
    private boolean swept;
    private @Nullable Facts facts;
    private @Nullable Facts toldFacts;
    private long leaseMillis;
    private long leaseEndsAt;
    private boolean spoolWorks = true;
    private long trySpoolAt = Long.MAX_VALUE;
    private long rememberAgainAt = Long.MAX_VALUE;

    /** The disk did not take the agent's own name when it was last tried. */
    private boolean nameRefused;

    private double load = -1;
    private long freeMebibytes = -1;
    private boolean stopping;
    private boolean farewellSaid;
    private long stopBy = Long.MAX_VALUE;

    private long now;
    private List<Action> actions = new ArrayList<>();

    /**
     * An agent as its state folder remembers it.
     *
     * @param spooled final reports found on disk
     */
    public AgentCore(Policy policy, Identity remembered, Collection<FinalReport> spooled) {
        this.policy = policy;
        this.identity = remembered;
        this.remembered = remembered;
        for (FinalReport report : spooled) {
            results.put(report.run(), new Result(report, 0, Result.Stage.HELD, true));
        }
    }

    /**
     * Takes in what has happened.
     *
     * @param moment now; one before the latest counts as that
     * @return what is to be done, in this order
     */
    public List<Action> apply(Event event, long moment) {
        now = Math.max(now, moment);
        actions = new ArrayList<>();
        if (life == Life.OVER) {
            return List.of();
        }
        if (life == Life.LIVING && now >= leaseEndsAt) {
            endLife(LEASE_ENDED);
        }
        handle(event);
        settle();
        return List.copyOf(actions);
    }

    /** When to come back with {@link Event.Woke} if nothing happens before. */
    public OptionalLong nextWake() {
        if (life == Life.OVER) {
            return OptionalLong.empty();
        }
        var moments = Stream.<Long>builder();
        moments.add(stopBy).add(trySpoolAt).add(rememberAgainAt);
        if (life == Life.LIVING) {
            moments.add(leaseEndsAt);
        }
        if (link.isOpen()) {
            moments.add(link.lastHeardAt + policy.silenceMillis());
        }
        if (link.isJoined()) {
            moments.add(nextBeatAt());
        }
        for (Instance instance : instances.values()) {
            if (instance.lives && !instance.mustEnd && !isInUse(instance)) {
                moments.add(instance.idleSince + policy.idleMillis());
            }
        }
        long first = moments.build().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
        return first == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(first);
    }

    /** Who this agent is now; the incarnation is that of the latest life. */
    public Identity identity() {
        return identity;
    }

    /** Whether a life is going on in which work may run. */
    public boolean isLiving() {
        return life == Life.LIVING;
    }

    /** Whether the server has welcomed the present connection. */
    public boolean isJoined() {
        return link.isJoined();
    }

    /** When the lease ends; without meaning outside of a life. */
    public long leaseEndsAt() {
        return leaseEndsAt;
    }

    /** Runs that have begun and are not over. */
    public List<Long> activeRuns() {
        return runs.all().stream().filter(Run::isActive).map(Run::id).toList();
    }

    private void handle(Event event) {
        switch (event) {
            case Event.Begun() -> beginLife();
            case Event.Woke() -> {}
            case Event.FactsFound(Facts found) -> facts = found;
            case Event.Swept() -> hasSwept();
            case Event.Connected(long connection) -> connected(connection);
            case Event.Disconnected(long connection) -> disconnected(connection);
            case Event.Received(long connection, ServerMessage message) ->
                    received(connection, message);
            case Event.Remembered(Identity written) -> {
                remembered = written;
                nameRefused = false;
                tellRoom();
            }
            case Event.NotRemembered(Identity ignored, String why) -> {
                tell("The agent's own name could not be written (" + why + "); no work is begun.");
                rememberAgainAt = now + policy.retryMillis();
                nameRefused = true;
                giveBackWaiting();
            }
            case Event.RunBegan(long run) -> runBegan(run);
            case Event.RunEnded(FinalReport report) -> runEnded(report);
            case Event.RunProgressed(long run, double fraction, String text) ->
                    progressed(run, fraction, text);
            case Event.Spooled(long run) -> spooled(run);
            case Event.NotSpooled(long run, String why) -> notSpooled(run, why);
            case Event.SpoolTried(boolean writable) -> spoolTried(writable);
            case Event.Published(long run) -> published(run);
            case Event.NotPublished(long run, String reason, String sentence) ->
                    notPublished(run, reason, sentence);
            case Event.PublishedTooLate(long run) -> publishedTooLate(run);
            case Event.InstanceBegan(long instance) -> instanceBegan(instance);
            case Event.InstanceEnded(long instance) -> instanceEnded(instance);
            case Event.InstanceMeasured(long instance, long mebibytes) ->
                    instanceMeasured(instance, mebibytes);
            case Event.HostMeasured(double newLoad, long newFree) -> {
                load = newLoad;
                freeMebibytes = newFree;
                relieveMemory();
            }
            case Event.StopAsked() -> stopAsked();
        }
    }

    /** A machine short of memory gives up what it holds for later, the longest idle first. */
    private void relieveMemory() {
        long all = facts == null ? 0 : facts.amounts().getOrDefault(MEMORY, 0L);
        boolean isShort = freeMebibytes >= 0 && freeMebibytes < all / 20;
        if (isShort && instances.values().stream().noneMatch(each -> each.mustEnd)) {
            instances.values().stream()
                    .filter(each -> each.lives && !isInUse(each))
                    .min(Comparator.comparingLong(each -> each.idleSince))
                    .ifPresent(each -> each.mustEnd = true);
        }
    }

    /** What follows from the present state, whatever brought it about. */
    private void settle() {
        doWhatIsDue();
        tellChangedFacts();
        endInstances();
        forgetDeadInstances();
        startRuns();
        leave();
        sweepAfterLife();
        keepConnected();
    }

    // Lives

    private void beginLife() {
        if (life == Life.UNBORN || life == Life.ENDING) {
            if (identity.isKnown()) {
                life = Life.SWEEPING;
                act(new Action.Sweep(identity));
            } else {
                // Without a name of its own it cannot tell what earlier lives may have left here.
                swept = false;
                life = Life.JOINING;
            }
        }
    }

    private void hasSwept() {
        if (life == Life.SWEEPING) {
            swept = true;
            life = Life.JOINING;
        }
    }

    /** Ends all work of this life; its final reports stay for the next one to offer. */
    private void endLife(String why) {
        if (life != Life.LIVING) {
            return;
        }
        tell("This life of the agent is over (" + why + "): all work is ended.");
        life = Life.ENDING;
        hangUp();
        outbox.clear();
        results.values().stream()
                .filter(result -> result.stage == Result.Stage.REPORTED)
                .forEach(result -> result.stage = Result.Stage.HELD);
        runs.removeIf(run -> !run.isActive());
        for (Run run : runs.all()) {
            run.unwanted |= !why.equals(LEASE_ENDED);
            end(run, why);
        }
        instances.values().forEach(instance -> instance.mustEnd = true);
    }

    private void sweepAfterLife() {
        if (life == Life.ENDING && !stopping && isWorkOver()) {
            beginLife();
        }
    }

    private boolean isWorkOver() {
        return runs.isEmpty()
                && instances.isEmpty()
                && results.values().stream().noneMatch(Result::isAtDisk);
    }

    private void stopAsked() {
        if (stopping) {
            return;
        }
        stopping = true;
        stopBy = now + policy.stopMillis();
        for (Run run : List.copyOf(runs.all())) {
            if (run.isActive()) {
                end(run, "agent_stopped");
            } else {
                neverStarted(run.id());
            }
        }
        instances.values().forEach(instance -> instance.mustEnd = true);
    }

    /** Goes when the work is over and the server has heard of it, or when that takes too long. */
    private void leave() {
        if (!stopping) {
            return;
        }
        if (now >= stopBy) {
            exit("stopped; not everything could be said or ended in time");
        } else if (isWorkOver()) {
            if (life != Life.LIVING || !link.isJoined()) {
                exit("stopped; the server was not there to be told");
            } else if (outbox.isEmpty() && farewellSaid) {
                exit("stopped");
            } else if (outbox.isEmpty()) {
                farewellSaid = true;
                report(new AgentMessage.Leaving());
            }
        }
    }

    private void exit(String why) {
        hangUp();
        life = Life.OVER;
        act(new Action.Exit(why));
    }

    // The connection

    private void keepConnected() {
        boolean wanted = life == Life.JOINING || life == Life.LIVING;
        if (wanted && facts != null && link.state == Link.State.AWAY && !stopping) {
            act(new Action.Connect(link.next(), link.attempts++));
        }
    }

    private void hangUp() {
        if (link.state != Link.State.AWAY) {
            link.state = Link.State.AWAY;
            act(new Action.Disconnect(link.number));
        }
    }

    private void connected(long connection) {
        if (connection != link.number || link.state != Link.State.CONNECTING || facts == null) {
            return;
        }
        link.state = Link.State.GREETING;
        link.helloSentAt = now;
        link.lastHeardAt = now;
        Facts offer = offer();
        toldFacts = offer;
        boolean goesOn = life == Life.LIVING;
        send(
                new AgentMessage.Hello(
                        Wire.VERSION,
                        now,
                        identity.farm(),
                        identity.node(),
                        goesOn ? identity.incarnation() : 0,
                        identity.highestTerm(),
                        offer == null ? facts : offer,
                        !goesOn && swept ? identity.incarnation() : 0,
                        knownRuns(),
                        List.copyOf(instances.keySet())));
    }

    private List<Long> knownRuns() {
        var ended =
                results.values().stream()
                        .filter(result -> result.report.farm().equals(identity.farm()))
                        .map(result -> result.report.run());
        var neverStarted =
                outbox.waiting().stream()
                        .flatMap(report ->
                                report.fact() instanceof Ended end
                                        ? Stream.of(end.run())
                                        : Stream.of());
        return Stream.of(runs.ids().stream(), ended, neverStarted)
                .flatMap(each -> each)
                .distinct()
                .sorted()
                .toList();
    }

    private void disconnected(long connection) {
        if (connection == link.number) {
            link.state = Link.State.AWAY;
        }
    }

    private void received(long connection, ServerMessage message) {
        if (connection != link.number || !link.isOpen()) {
            return;
        }
        link.lastHeardAt = now;
        switch (message) {
            case ServerMessage.Welcome welcome -> welcomed(welcome);
            case ServerMessage.Refused refused -> refused(refused);
            case ServerMessage.Ping() -> send(new AgentMessage.Pong());
            case ServerMessage.Fenced fenced -> fenced(fenced);
            case ServerMessage.Beat beat when link.isJoined() -> beaten(beat);
            case ServerMessage.Acknowledged done when link.isJoined() -> acknowledged(done);
            case ServerMessage.Start order when link.isJoined() -> assigned(order);
            case ServerMessage.Kill kill when link.isJoined() -> kill(kill);
            case ServerMessage.Revoke(long run) when link.isJoined() -> revoke(run);
            case ServerMessage.StopInstance stop when link.isJoined() -> stopInstance(stop);
            case ServerMessage other -> tell("Out of turn and not obeyed: " + other);
        }
    }

    private void welcomed(ServerMessage.Welcome welcome) {
        if (link.state != Link.State.GREETING) {
            return;
        }
        boolean sameFarm = welcome.farm().equals(identity.farm());
        if (sameFarm && welcome.term() < identity.highestTerm()) {
            hangUpOn("a server whose reign is over", welcome.term());
            return;
        }
        boolean begins = life == Life.JOINING;
        if (!begins && !isThisLife(welcome)) {
            endLife("stale_incarnation");
            return;
        }
        leaseMillis = welcome.leaseMillis();
        long until = link.helloSentAt + leaseMillis;
        if (until <= now) {
            hangUp();
            return;
        }
        leaseEndsAt = begins ? until : Math.max(leaseEndsAt, until);
        link.state = Link.State.JOINED;
        link.attempts = 0;
        link.beatMillis =
                Math.max(
                        20,
                        Math.min(
                                Math.min(welcome.heartbeatMillis(), leaseMillis / 6),
                                policy.heartbeatMillis()));
        life = Life.LIVING;
        remember(
                new Identity(
                        welcome.farm(), welcome.node(), welcome.incarnation(), welcome.term()));
        if (begins) {
            offerHeldResults(Set.copyOf(welcome.known()));
        } else {
            act(new Action.RenewLease(leaseEndsAt));
            dropUnknown(Set.copyOf(welcome.known()));
            outbox.waiting().forEach(this::send);
        }
        runs.all().forEach(run -> run.hasNews = run.isActive());
        beat();
    }

    private boolean isThisLife(ServerMessage.Welcome welcome) {
        return welcome.farm().equals(identity.farm())
                && welcome.node() == identity.node()
                && welcome.incarnation() == identity.incarnation();
    }

    /**
     * A new life: what an earlier one finished counts if the server still holds the run to be ours.
     */
    private void offerHeldResults(Set<Long> known) {
        for (Result result : List.copyOf(results.values())) {
            if (!result.report.farm().equals(identity.farm())) {
                continue; // another farm's, which may come back
            }
            if (known.contains(result.report.run())) {
                publish(result);
            } else {
                drop(result);
            }
        }
    }

    /** The same life: what the server does not know was given away or is over. */
    private void dropUnknown(Set<Long> known) {
        for (Run run : List.copyOf(runs.all())) {
            if (!known.contains(run.id())) {
                if (run.isActive()) {
                    run.unwanted = true;
                    end(run, "not_known");
                } else {
                    runs.remove(run.id());
                }
            }
        }
        results.values().stream()
                .filter(result -> result.isAtDisk() && !known.contains(result.report.run()))
                .forEach(result -> result.dropped = true);
    }

    private void refused(ServerMessage.Refused refused) {
        tell("The server refuses this agent: " + refused.reason() + ". " + refused.detail());
        switch (refused.reason()) {
            case "stale_incarnation" -> endLife(refused.reason());
            case "other_farm" -> {
                endLife(refused.reason());
                if (life == Life.JOINING) {
                    identity = Identity.NEW;
                    remembered = Identity.NEW;
                    swept = false;
                    // Another farm's numbers name other runs.
                    endedLately.clear();
                }
            }
            default -> {}
        }
        hangUp();
        link.attempts = Math.max(link.attempts, SLOW_ATTEMPT);
    }

    private void fenced(ServerMessage.Fenced fenced) {
        if (fenced.incarnation() == identity.incarnation()) {
            endLife("fenced");
        }
    }

    private void beaten(ServerMessage.Beat beat) {
        if (beat.term() < identity.highestTerm()) {
            hangUpOn("a server whose reign is over", beat.term());
            return;
        }
        if (beat.term() > identity.highestTerm()) {
            remember(
                    new Identity(
                            identity.farm(), identity.node(), identity.incarnation(), beat.term()));
        }
        long until = beat.sentAt() + leaseMillis;
        if (beat.sentAt() <= now && until > leaseEndsAt) {
            leaseEndsAt = until;
            act(new Action.RenewLease(leaseEndsAt));
        }
    }

    private void hangUpOn(String whom, long term) {
        tell("Not obeyed: %s (term %d, known %d).".formatted(whom, term, identity.highestTerm()));
        hangUp();
    }

    private void remember(Identity next) {
        boolean changed = !next.equals(identity);
        identity = next;
        if (changed || !remembered.equals(next)) {
            act(new Action.Remember(next));
        }
    }

    // Heartbeats and other things whose time has come

    private void doWhatIsDue() {
        if (link.isOpen() && now >= link.lastHeardAt + policy.silenceMillis()) {
            tell("The server has been silent for too long; trying a new connection.");
            hangUp();
        }
        if (link.isJoined() && now >= nextBeatAt()) {
            beat();
        }
        if (now >= rememberAgainAt) {
            rememberAgainAt = Long.MAX_VALUE;
            act(new Action.Remember(identity));
        }
        if (now >= trySpoolAt) {
            trySpoolAt = Long.MAX_VALUE;
            act(new Action.TrySpool());
        }
        for (Instance instance : instances.values()) {
            boolean idle = instance.lives && !isInUse(instance);
            if (idle
                    && (now >= instance.idleSince + policy.idleMillis()
                            || instance.mebibytes > policy.instanceMebibytes())) {
                instance.mustEnd = true;
            }
        }
    }

    private long nextBeatAt() {
        boolean news = runs.all().stream().anyMatch(run -> run.hasNews);
        long pause = news ? Math.min(PROGRESS_MILLIS, link.beatMillis) : link.beatMillis;
        return link.nextBeatAt + pause;
    }

    private void beat() {
        link.nextBeatAt = now;
        var progress = new ArrayList<AgentMessage.Progress>();
        for (Run run : runs.all()) {
            if (run.hasNews) {
                run.hasNews = false;
                progress.add(new AgentMessage.Progress(run.id(), run.fraction, run.text));
            }
        }
        var warm = instances.values().stream().map(this::warmth).toList();
        send(new AgentMessage.Heartbeat(now, room(), progress, load, freeMebibytes, warm));
    }

    private AgentMessage.Warm warmth(Instance instance) {
        String state = "idle";
        if (isInUse(instance)) {
            state = instance.loaded ? "busy" : "loading";
        }
        return new AgentMessage.Warm(instance.id, state, instance.mebibytes);
    }

    private void tellRoom() {
        if (link.isJoined()) {
            beat();
        }
    }

    private int room() {
        boolean takesWork = spoolWorks && !stopping && isRemembered();
        return takesWork ? Math.max(0, policy.room() - outbox.size() - runs.size()) : 0;
    }

    private boolean isRemembered() {
        return remembered.equals(identity);
    }

    private void tellChangedFacts() {
        Facts offer = offer();
        if (life == Life.LIVING && offer != null && !offer.equals(toldFacts)) {
            toldFacts = offer;
            report(new AgentMessage.Changed(offer));
        }
    }

    /** What the node offers: nothing to work with while its disk does not take results. */
    private @Nullable Facts offer() {
        if (facts == null || keepsResults()) {
            return facts;
        }
        return new Facts(
                facts.name(),
                facts.machine(),
                facts.boot(),
                facts.pidNamespace(),
                Map.of(),
                facts.attributes(),
                facts.version(),
                facts.details());
    }

    private boolean keepsResults() {
        return spoolWorks && !nameRefused;
    }

    // Reports

    private void report(AgentMessage.Fact fact) {
        var report = outbox.add(fact);
        if (link.isJoined()) {
            send(report);
        }
    }

    private void acknowledged(ServerMessage.Acknowledged done) {
        for (AgentMessage.Fact fact : outbox.acknowledged(done.sequence())) {
            if (fact instanceof Ended ended) {
                forget(ended.run());
            }
        }
    }

    private void forget(long run) {
        results.remove(run);
        rememberEnd(run);
        act(new Action.Forget(run));
    }

    /** So that an order that comes late begins nothing again. */
    private void rememberEnd(long run) {
        endedLately.add(run);
        if (endedLately.size() > REMEMBERED_ENDS) {
            endedLately.remove(endedLately.iterator().next());
        }
    }

    // Runs

    private void assigned(Start order) {
        long run = order.run();
        if (isKnown(run)) {
            return;
        }
        if (stopping || !keepsResults()) {
            neverStarted(run);
            return;
        }
        runs.add(new Run(order));
        if (order.instance() != 0) {
            var instance = instances.computeIfAbsent(order.instance(), id -> new Instance(id, now));
            instance.reserved = order.amounts().getOrDefault(MEMORY, 0L);
        }
    }

    private boolean isKnown(long run) {
        Result result = results.get(run);
        boolean ended = result != null && result.report.farm().equals(identity.farm());
        return ended || runs.contains(run) || endedLately.contains(run);
    }

    private void kill(ServerMessage.Kill kill) {
        Run run = runs.get(kill.run());
        if (run != null && run.isActive()) {
            end(run, kill.why());
        } else if (run != null || !isKnown(kill.run())) {
            neverStarted(kill.run());
        }
    }

    /** What has begun goes on. */
    private void revoke(long id) {
        Run run = runs.get(id);
        if (run == null ? !isKnown(id) : !run.isActive()) {
            neverStarted(id);
        }
    }

    /** Nothing of it ran, and nothing will: an order that comes later is not followed. */
    private void neverStarted(long run) {
        runs.remove(run);
        rememberEnd(run);
        report(new Ended(run, "interrupted", "never_started", "", 0, 0, 0, "{}"));
    }

    private void end(Run run, String why) {
        if (run.endedFor == null) {
            run.endedFor = why;
            act(new Action.KillRun(run.id()));
        }
    }

    private void startRuns() {
        if (life != Life.LIVING || stopping || !spoolWorks || !isRemembered()) {
            return;
        }
        for (Run run : runs.next()) {
            if (isInstanceFree(run) && hasMemory(run)) {
                run.state = Run.State.STARTING;
                act(new Action.StartRun(run.order, identity, leaseEndsAt));
            }
        }
    }

    private boolean isInstanceFree(Run run) {
        Instance instance = instances.get(run.order.instance());
        return instance == null || (!instance.mustEnd && !isInUse(instance));
    }

    /**
     * The server counts the memory; but where it has just ordered an instance's end, the processes
     * must be gone before their memory is used again.
     */
    private boolean hasMemory(Run run) {
        boolean someEnding =
                instances.values().stream().anyMatch(each -> each.lives && each.mustEnd);
        if (!someEnding || facts == null) {
            return true;
        }
        long taken =
                runs.all().stream().filter(Run::isActive).mapToLong(Run::memory).sum()
                        + instances.values().stream()
                                .filter(each -> each.lives && !isInUse(each))
                                .filter(each -> !run.uses(each.id))
                                .mapToLong(each -> each.reserved)
                                .sum();
        return taken + run.memory() <= facts.amounts().getOrDefault(MEMORY, Long.MAX_VALUE);
    }

    private void runBegan(long id) {
        Run run = runs.get(id);
        if (run != null && run.state == Run.State.STARTING) {
            run.state = Run.State.RUNNING;
            if (life == Life.LIVING && !run.unwanted) {
                report(new AgentMessage.Started(id));
            }
        }
    }

    private void progressed(long id, double fraction, String text) {
        Run run = runs.get(id);
        if (run != null) {
            run.fraction = fraction >= 0 && fraction <= 1 ? fraction : run.fraction;
            run.text = text.substring(0, Math.min(text.length(), 120));
            run.hasNews = true;
        }
    }

    private void runEnded(FinalReport report) {
        Run run = runs.remove(report.run());
        if (run == null) {
            return;
        }
        Instance instance = instances.get(run.order.instance());
        if (instance != null) {
            instance.idleSince = now;
            instance.loaded |= report.ended().kind().equals("done");
        }
        if (run.unwanted || life != Life.LIVING && !isStoppedByLease(run, report)) {
            act(new Action.Discard(report));
            act(new Action.Forget(run.id()));
            rememberEnd(run.id());
            return;
        }
        var told = withOrderedEnd(report, run.endedFor);
        var result = new Result(told, run.order.instance(), Result.Stage.SPOOLING, false);
        results.put(run.id(), result);
        if (spoolWorks) {
            act(new Action.Spool(result.report));
        } else {
            publish(result);
        }
    }

    /**
     * The server was away for too long: its next welcome says whether it still waits to hear of the
     * run.
     */
    private static boolean isStoppedByLease(Run run, FinalReport report) {
        return LEASE_ENDED.equals(run.endedFor) && !report.ended().kind().equals("done");
    }

    /**
     * A run that was finished in spite of the order to end it is finished; all else is by order.
     */
    private static FinalReport withOrderedEnd(FinalReport report, @Nullable String endedFor) {
        Ended told = report.ended();
        if (endedFor == null || told.kind().equals("done")) {
            return report;
        }
        boolean isWord = endedFor.matches("[a-z][a-z_]{0,40}");
        return report.endingAs(
                new Ended(
                        told.run(),
                        "interrupted",
                        isWord ? endedFor : "stopped",
                        isWord ? "" : endedFor,
                        told.loadMillis(),
                        told.runMillis(),
                        told.peakMebibytes(),
                        told.details()));
    }

    // Results on their way to the disk, to their names and to the server

    private void spooled(long run) {
        Result result = results.get(run);
        if (result == null) {
            act(new Action.Forget(run));
            return;
        }
        result.onDisk = true;
        if (result.stage == Result.Stage.SPOOLING) {
            publish(result);
        }
    }

    /** Without room on disk the result stays in memory, and no new work is begun. */
    private void notSpooled(long run, String why) {
        if (spoolWorks) {
            tell("A final report could not be written (" + why + "); no new work is begun.");
        }
        spoolWorks = false;
        giveBackWaiting();
        trySpoolAt = now + policy.retryMillis();
        Result result = results.get(run);
        if (result != null && result.stage == Result.Stage.SPOOLING) {
            publish(result);
        }
    }

    /** What has not begun is for another node: this one says first that it offers nothing. */
    private void giveBackWaiting() {
        tellChangedFacts();
        for (Run run : List.copyOf(runs.all())) {
            if (!run.isActive()) {
                neverStarted(run.id());
            }
        }
    }

    private void spoolTried(boolean writable) {
        spoolWorks = writable;
        if (!writable) {
            trySpoolAt = now + policy.retryMillis();
            return;
        }
        tellRoom();
        for (Result result : results.values()) {
            if (!result.onDisk && result.stage != Result.Stage.SPOOLING) {
                act(new Action.Spool(result.report));
            }
        }
    }

    private void publish(Result result) {
        if (result.dropped) {
            drop(result);
        } else if (life != Life.LIVING) {
            result.stage = Result.Stage.HELD;
        } else {
            result.stage = Result.Stage.PUBLISHING;
            act(new Action.Publish(result.report, leaseEndsAt));
        }
    }

    private void drop(Result result) {
        act(new Action.Discard(result.report));
        forget(result.report.run());
    }

    private void published(long run) {
        Result result = results.get(run);
        if (result == null || result.stage != Result.Stage.PUBLISHING) {
            return;
        }
        if (result.dropped) {
            drop(result);
        } else if (life != Life.LIVING) {
            result.stage = Result.Stage.HELD;
        } else {
            result.stage = Result.Stage.REPORTED;
            report(result.report.ended());
        }
    }

    private void notPublished(long run, String reason, String sentence) {
        Result result = results.get(run);
        if (result != null && result.stage == Result.Stage.PUBLISHING) {
            Ended told = result.report.ended();
            boolean wasDone = told.kind().equals("done");
            result.report =
                    result.report.endingAs(
                            new Ended(
                                    run,
                                    wasDone ? "failed" : told.kind(),
                                    wasDone ? reason : told.reason(),
                                    wasDone ? sentence : told.sentence(),
                                    told.loadMillis(),
                                    told.runMillis(),
                                    told.peakMebibytes(),
                                    "{}"));
            act(new Action.Discard(result.report));
            published(run);
        }
    }

    /** Too late for the lease that the order named; it may have been renewed since. */
    private void publishedTooLate(long run) {
        Result result = results.get(run);
        if (result != null && result.stage == Result.Stage.PUBLISHING) {
            publish(result);
        }
    }

    // Instances

    private void stopInstance(ServerMessage.StopInstance stop) {
        Instance instance = instances.get(stop.instance());
        if (instance != null) {
            instance.mustEnd = true;
        } else {
            report(new AgentMessage.InstanceEnded(stop.instance()));
        }
    }

    private void instanceBegan(long id) {
        Instance instance = instances.computeIfAbsent(id, key -> new Instance(key, now));
        instance.lives = true;
        instance.mustEnd |= life != Life.LIVING || stopping;
    }

    private void instanceEnded(long id) {
        Instance instance = instances.get(id);
        if (instance != null) {
            instance.lives = false;
            instance.mustEnd = false;
            instance.ending = false;
            instance.loaded = false;
            instance.mebibytes = 0;
        }
    }

    private void instanceMeasured(long id, long mebibytes) {
        Instance instance = instances.get(id);
        if (instance != null) {
            instance.mebibytes = mebibytes;
        }
    }

    private boolean isInUse(Instance instance) {
        return runs.all().stream().anyMatch(run -> run.isActive() && run.uses(instance.id));
    }

    private void endInstances() {
        for (Instance instance : instances.values()) {
            if (instance.lives && instance.mustEnd && !instance.ending && !isInUse(instance)) {
                instance.ending = true;
                act(new Action.EndInstance(instance.id));
            }
        }
    }

    /** An instance is over when it has no process, and no run that would give it one. */
    private void forgetDeadInstances() {
        for (Instance instance : List.copyOf(instances.values())) {
            boolean wanted =
                    runs.all().stream().anyMatch(run -> run.uses(instance.id))
                            || results.values().stream()
                                    .anyMatch(each ->
                                            each.isAtDisk() && each.instance == instance.id);
            if (!instance.lives && !wanted) {
                instances.remove(instance.id);
                if (life == Life.LIVING) {
                    report(new AgentMessage.InstanceEnded(instance.id));
                }
            }
        }
    }

    private void send(AgentMessage message) {
        act(new Action.Send(link.number, message));
    }

    private void tell(String sentence) {
        act(new Action.Tell(sentence));
    }

    private void act(Action action) {
        actions.add(action);
    }
}
