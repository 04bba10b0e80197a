package org.lumenyard.agent;

import org.lumenyard.protocol.AgentMessage.Facts;
import org.lumenyard.protocol.ServerMessage;

/** What has happened around the agent's core. */
public sealed interface Event {
    /** The agent's program has begun. Once, before all others. */
    record Begun() implements Event {}

    /** Time has passed: see {@link AgentCore#nextWake}. */
    record Woke() implements Event {}

    /** What this machine offers, found at the start or changed since. */
    record FactsFound(Facts facts) implements Event {}

    /** Nothing of earlier lives runs any more: the answer to {@link Action.Sweep}. */
    record Swept() implements Event {}

    /** The connection is open. */
    record Connected(long connection) implements Event {}

    /** The connection is over, or could not be opened. */
    record Disconnected(long connection) implements Event {}

    /** The server said something. */
    record Received(long connection, ServerMessage message) implements Event {}

    /** The identity is on disk: the answer to {@link Action.Remember}. */
    record Remembered(Identity identity) implements Event {}

    /** The identity could not be written. */
    record NotRemembered(Identity identity, String why) implements Event {}

    /** The run's work has begun. */
    record RunBegan(long run) implements Event {}

    /**
     * The run is over, and nothing that it started is left, but for an instance that it gave back.
     */
    record RunEnded(FinalReport report) implements Event {}

    /** The run says how far it is. */
    record RunProgressed(long run, double fraction, String text) implements Event {}

    /** The report is safely on disk: the answer to {@link Action.Spool}. */
    record Spooled(long run) implements Event {}

    /** The report could not be written. */
    record NotSpooled(long run, String why) implements Event {}

    /** The spool can be written again, or still cannot: the answer to {@link Action.TrySpool}. */
    record SpoolTried(boolean writable) implements Event {}

    /** All files of the report have their final names: the answer to {@link Action.Publish}. */
    record Published(long run) implements Event {}

    /**
     * A file could not get its final name.
     *
     * @param reason a stable word
     * @param sentence for people
     */
    record NotPublished(long run, String reason, String sentence) implements Event {}

    /** The lease was over before the files could get their names; none got one. */
    record PublishedTooLate(long run) implements Event {}

    /** The instance has a process. */
    record InstanceBegan(long instance) implements Event {}

    /** No process of the instance is left. */
    record InstanceEnded(long instance) implements Event {}

    /** Memory that an instance holds, in MiB. */
    record InstanceMeasured(long instance, long mebibytes) implements Event {}

    /**
     * What the machine is doing.
     *
     * @param load one-minute load average, or -1
     * @param freeMebibytes memory, or -1
     */
    record HostMeasured(double load, long freeMebibytes) implements Event {}

    /** Somebody wants the agent to end its work and go. */
    record StopAsked() implements Event {}
}
