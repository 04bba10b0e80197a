package org.lumenyard.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What an agent says. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = AgentMessage.Hello.class, name = "hello"),
    @JsonSubTypes.Type(value = AgentMessage.Heartbeat.class, name = "heartbeat"),
    @JsonSubTypes.Type(value = AgentMessage.Report.class, name = "report"),
    @JsonSubTypes.Type(value = AgentMessage.Pong.class, name = "pong")
})
public sealed interface AgentMessage {
    /**
     * The first message of each connection.
     *
     * @param protocol see {@link Wire#VERSION}
     * @param sentAt the agent's boot clock in milliseconds: of two hellos the later sent one
     *     counts, whichever is read first
     * @param farm the farm that the agent's folder belongs to; empty at the first join
     * @param node the number of the node in that farm; 0 when not yet known
     * @param incarnation the life that goes on; 0 when this is the beginning of one
     * @param highestTerm the highest term that the agent has obeyed
     * @param lived at the beginning of a life: the last that the agent's folder has lived, when
     *     nothing of it and of earlier ones runs here any more; 0 when that cannot be said
     * @param runs known runs: in the middle of a life all of them, at its beginning those whose
     *     final results were found on disk
     * @param instances living instances
     */
    record Hello(
            int protocol,
            long sentAt,
            String farm,
            long node,
            long incarnation,
            long highestTerm,
            Facts facts,
            long lived,
            List<Long> runs,
            List<Long> instances)
            implements AgentMessage {}

    /**
     * @param sentAt the agent's boot clock in milliseconds, echoed in the acknowledgement
     * @param room how many more reports and starts the agent can take; 0 asks for none
     * @param progress running runs that have something new to say
     * @param load one-minute load average, or -1
     * @param freeMemory MiB, or -1
     * @param instances living instances and what they hold
     */
    record Heartbeat(
            long sentAt,
            int room,
            List<Progress> progress,
            double load,
            long freeMemory,
            List<Warm> instances)
            implements AgentMessage {}

    /**
     * Truth: numbered without gaps from 1 within an incarnation, kept by the agent until
     * acknowledged.
     */
    record Report(long sequence, Fact fact) implements AgentMessage {}

    record Pong() implements AgentMessage {}

    /**
     * @param fraction 0 to 1
     * @param text what the program says it is doing
     */
    record Progress(long run, double fraction, String text) {}

    /**
     * @param state {@code loading}, {@code busy} or {@code idle}
     * @param memory MiB held
     */
    record Warm(long instance, String state, long memory) {}

    /** What has become true at the agent. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "fact")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Started.class, name = "started"),
        @JsonSubTypes.Type(value = Ended.class, name = "ended"),
        @JsonSubTypes.Type(value = InstanceEnded.class, name = "instanceEnded"),
        @JsonSubTypes.Type(value = Changed.class, name = "changed"),
        @JsonSubTypes.Type(value = Leaving.class, name = "leaving")
    })
    sealed interface Fact {}

    record Started(long run) implements Fact {}

    /**
     * The run's end, said only when no process of it is left.
     *
     * @param kind {@code done}, {@code failed}, {@code interrupted} or {@code lost}
     * @param details outputs, warnings and timings as a JSON object; at most 32 KiB
     */
    record Ended(
            long run,
            String kind,
            String reason,
            String sentence,
            long loadMillis,
            long runMillis,
            long peakMebibytes,
            String details)
            implements Fact {}

    record InstanceEnded(long instance) implements Fact {}

    /** The node offers something else than before. */
    record Changed(Facts facts) implements Fact {}

    /** All work is ended; the agent goes. */
    record Leaving() implements Fact {}

    /**
     * What there is.
     *
     * @param name the node's name
     * @param machine the machine's id, which outlives restarts
     * @param boot the id of the present boot
     * @param pidNamespace the process namespace that the agent lives in
     * @param amounts by OpenJD capability name; memory in MiB
     * @param attributes by OpenJD capability name
     * @param version the agent's own version
     * @param details for people: operating system, processor, programs found and where
     */
    record Facts(
            String name,
            String machine,
            String boot,
            String pidNamespace,
            Map<String, Long> amounts,
            Map<String, Set<String>> attributes,
            String version,
            Map<String, Object> details) {}
}
