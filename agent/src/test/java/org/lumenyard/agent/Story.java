package org.lumenyard.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.AgentMessage.Ended;
import org.lumenyard.protocol.AgentMessage.Facts;
import org.lumenyard.protocol.AgentMessage.Report;
import org.lumenyard.protocol.ServerMessage;

/** Tells an agent's core what happens, and remembers what it wanted done since the last look. */
final class Story {
    static final long LEASE = 300_000;
    static final Facts MACHINE =
            new Facts(
                    "r01",
                    "m1",
                    "b1",
                    "pid:[1]",
                    Map.of("amount.worker.memory", 8_000L),
                    Map.of(),
                    "1",
                    Map.of());

    final AgentCore core;
    private final List<Action> seen = new ArrayList<>();
    private long clock = 1_000_000;
    private long connection;
    private long term = 7;

    Story(Identity remembered, Collection<FinalReport> spooled) {
        core = new AgentCore(Policy.USUAL, remembered, spooled);
    }

    /** An agent in its first life, connected and welcomed, with nothing to do. */
    static Story living() {
        var story =
                new Story(Identity.NEW, List.of())
                        .happens(new Event.Begun(), new Event.FactsFound(MACHINE));
        return story.connects().isWelcomed(3).remembers();
    }

    Story remembers() {
        return happens(new Event.Remembered(core.identity())).forget();
    }

    Story happens(Event... events) {
        for (Event event : events) {
            for (Action action : core.apply(event, clock)) {
                seen.add(action);
                if (action instanceof Action.Connect(long number, int ignored)) {
                    connection = number;
                }
            }
        }
        return this;
    }

    Story connects() {
        return happens(new Event.Connected(connection));
    }

    Story losesConnection() {
        return happens(new Event.Disconnected(connection));
    }

    Story isWelcomed(long incarnation, Long... known) {
        return hears(
                new ServerMessage.Welcome(
                        "farm", 5, incarnation, term, List.of(known), LEASE, 1_000));
    }

    Story serverRestarts() {
        term++;
        return losesConnection();
    }

    Story hears(ServerMessage... messages) {
        for (ServerMessage message : messages) {
            happens(new Event.Received(connection, message));
        }
        return this;
    }

    Story heartbeatIsAcknowledged() {
        long sentAt = clock;
        passes(1_000);
        return hears(new ServerMessage.Beat(sentAt, term));
    }

    Story passes(long millis) {
        clock += millis;
        return happens(new Event.Woke());
    }

    /** As {@link #passes}, with the server acknowledging heartbeats. */
    Story passesInTouch(long millis) {
        for (long left = millis; left > 0; left -= 1_000) {
            heartbeatIsAcknowledged();
        }
        return this;
    }

    Story begins(long... runs) {
        for (long run : runs) {
            hears(start(run, 0, 1_000)).happens(new Event.RunBegan(run));
        }
        return this;
    }

    Story finishes(long run) {
        return happens(new Event.RunEnded(report(run, "done")));
    }

    Story forget() {
        seen.clear();
        return this;
    }

    long now() {
        return clock;
    }

    static ServerMessage.Start start(long run, long instance, long memory) {
        return start(run, instance, memory, run);
    }

    /** To be done after what was ordered for the same slot before. */
    static ServerMessage.Start startIn(long slot, long run) {
        return start(run, 0, 1_000, slot);
    }

    private static ServerMessage.Start start(long run, long instance, long memory, long slot) {
        return new ServerMessage.Start(
                run,
                1,
                2,
                run,
                "" + run,
                "blender",
                "",
                instance,
                slot,
                Map.of(),
                Map.of(),
                Map.of(),
                List.of(),
                Map.of(),
                Map.of("amount.worker.memory", memory),
                Map.of(),
                "",
                0);
    }

    static FinalReport report(long run, String kind) {
        var ended = new Ended(run, kind, kind, "", 10, 20, 30, "{}");
        var file =
                new FinalReport.Publication(
                        "/out/." + run + ".part.png", "/out/" + run + ".png", 99, 1_000);
        return new FinalReport("farm", ended, List.of(file));
    }

    /** What was wanted since the last look, of that kind; forgets the rest too. */
    <A extends Action> List<A> wanted(Class<A> kind) {
        var found = seen.stream().filter(kind::isInstance).map(kind::cast).toList();
        return found;
    }

    List<AgentMessage> said() {
        return wanted(Action.Send.class).stream().map(Action.Send::message).toList();
    }

    AgentMessage.Hello hello() {
        var hellos = said().stream().filter(AgentMessage.Hello.class::isInstance).toList();
        assertThat(hellos).as("hellos").isNotEmpty();
        return (AgentMessage.Hello) hellos.getLast();
    }

    AgentMessage.Heartbeat lastHeartbeat() {
        var beats = said().stream().filter(AgentMessage.Heartbeat.class::isInstance).toList();
        assertThat(beats).as("heartbeats").isNotEmpty();
        return (AgentMessage.Heartbeat) beats.getLast();
    }

    /** Reports said since the last look, as "sequence fact". */
    List<String> reported() {
        return said().stream()
                .flatMap(message ->
                        message instanceof Report report
                                ? List.of(report.sequence() + " " + inWords(report.fact())).stream()
                                : List.<String>of().stream())
                .toList();
    }

    private static String inWords(AgentMessage.Fact fact) {
        return switch (fact) {
            case AgentMessage.Started started -> "started " + started.run();
            case Ended ended ->
                    ended.kind()
                            + " "
                            + ended.run()
                            + (ended.reason().equals(ended.kind()) ? "" : " " + ended.reason());
            case AgentMessage.InstanceEnded ended -> "instance " + ended.instance();
            case AgentMessage.Changed ignored -> "changed";
            case AgentMessage.Leaving() -> "leaving";
        };
    }

    /** Names of what was wanted since the last look, without what was said. */
    List<String> done() {
        return seen.stream()
                .filter(action ->
                        !(action instanceof Action.Send) && !(action instanceof Action.Tell))
                .map(Story::inWords)
                .toList();
    }

    private static String inWords(Action action) {
        return switch (action) {
            case Action.StartRun start -> "start " + start.order().run();
            case Action.KillRun(long run) -> "kill " + run;
            case Action.EndInstance(long instance) -> "end instance " + instance;
            case Action.Spool(FinalReport report) -> "spool " + report.run();
            case Action.Publish publish -> "publish " + publish.report().run();
            case Action.Discard(FinalReport report) -> "discard " + report.run();
            case Action.Forget(long run) -> "forget " + run;
            case Action.RenewLease ignored -> "renew";
            case Action.Connect ignored -> "connect";
            case Action.Disconnect ignored -> "disconnect";
            case Action.Sweep ignored -> "sweep";
            case Action.Remember ignored -> "remember";
            case Action.TrySpool() -> "try spool";
            case Action.Exit ignored -> "exit";
            case Action.Send ignored -> "say";
            case Action.Tell ignored -> "tell";
        };
    }

    static final Set<String> NOTHING = Set.of();
}
