package org.lumenyard.agent;

import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.ServerMessage;

/** What the agent's core wants done. Moments are milliseconds of the boot clock. */
public sealed interface Action {
    /** Kill what earlier lives of this farm and node left behind; {@link Event.Swept} answers. */
    record Sweep(Identity identity) implements Action {}

    /**
     * Open a connection, after a pause that grows with the attempts and has some chance in it;
     * {@link Event.Connected} or {@link Event.Disconnected} answers.
     *
     * @param attempt 0 for the first one after a connection that worked
     */
    record Connect(long connection, int attempt) implements Action {}

    /** Close it, without an event. */
    record Disconnect(long connection) implements Action {}

    /** Say this, in order; what cannot be sent is lost with its connection. */
    record Send(long connection, AgentMessage message) implements Action {}

    /** Write it durably; {@link Event.Remembered} or {@link Event.NotRemembered} answers. */
    record Remember(Identity identity) implements Action {}

    /**
     * Begin the work. {@link Event.RunEnded} is the last that is heard of it.
     *
     * @param identity for the marks of its processes
     * @param leaseEndsAt when the guards of its processes shall end them, unless told otherwise
     */
    record StartRun(ServerMessage.Start order, Identity identity, long leaseEndsAt)
            implements Action {}

    /** End the run's processes, its instance's too if that works for it. */
    record KillRun(long run) implements Action {}

    /** End an instance; {@link Event.InstanceEnded} answers. */
    record EndInstance(long instance) implements Action {}

    /** Tell the guards of all processes that the lease now ends then. */
    record RenewLease(long endsAt) implements Action {}

    /** Write it durably; {@link Event.Spooled} or {@link Event.NotSpooled} answers. */
    record Spool(FinalReport report) implements Action {}

    /** See whether the spool can be written; {@link Event.SpoolTried} answers. */
    record TrySpool() implements Action {}

    /**
     * Give the report's files their final names, unless the moment has passed; files that have them
     * already are fine. {@link Event.Published}, {@link Event.NotPublished} or {@link
     * Event.PublishedTooLate} answers.
     */
    record Publish(FinalReport report, long notAfter) implements Action {}

    /** Remove the report's files that have no final names: they shall not count. */
    record Discard(FinalReport report) implements Action {}

    /** Remove what is kept of the run: its report, its scratch folder. */
    record Forget(long run) implements Action {}

    /** For the agent's own log. */
    record Tell(String sentence) implements Action {}

    /** All is done: end the program. */
    record Exit(String why) implements Action {}
}
