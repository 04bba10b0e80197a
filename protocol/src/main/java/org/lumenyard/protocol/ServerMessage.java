package org.lumenyard.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the server says to an agent. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ServerMessage.Welcome.class, name = "welcome"),
    @JsonSubTypes.Type(value = ServerMessage.Refused.class, name = "refused"),
    @JsonSubTypes.Type(value = ServerMessage.Beat.class, name = "beat"),
    @JsonSubTypes.Type(value = ServerMessage.Acknowledged.class, name = "acknowledged"),
    @JsonSubTypes.Type(value = ServerMessage.Start.class, name = "start"),
    @JsonSubTypes.Type(value = ServerMessage.Kill.class, name = "kill"),
    @JsonSubTypes.Type(value = ServerMessage.Revoke.class, name = "revoke"),
    @JsonSubTypes.Type(value = ServerMessage.StopInstance.class, name = "stopInstance"),
    @JsonSubTypes.Type(value = ServerMessage.Fenced.class, name = "fenced"),
    @JsonSubTypes.Type(value = ServerMessage.Ping.class, name = "ping")
})
public sealed interface ServerMessage {
    /**
     * The answer to a hello.
     *
     * @param known the runs that the server holds to be on this node: only their spooled results
     *     may be published, everything else is to be stopped
     * @param leaseMillis L: how long after the sending of an acknowledged heartbeat work may live
     * @param heartbeatMillis how often to send one
     */
    record Welcome(
            String farm,
            long node,
            long incarnation,
            long term,
            List<Long> known,
            long leaseMillis,
            long heartbeatMillis)
            implements ServerMessage {
        public Welcome {
            Objects.requireNonNull(farm, "farm");
            known = known == null ? List.of() : known;
        }
    }

    /**
     * @param reason a stable word: {@code duplicate_node}, {@code protocol}, {@code
     *     stale_incarnation}, {@code other_farm}, {@code older_reign}
     */
    record Refused(String reason, String detail) implements ServerMessage {
        public Refused {
            reason = reason == null ? "" : reason;
            detail = detail == null ? "" : detail;
        }
    }

    /** A heartbeat was received: the lease runs from {@code sentAt} on the agent's own clock. */
    record Beat(long sentAt, long term) implements ServerMessage {}

    /** All reports up to this one are committed. */
    record Acknowledged(long sequence) implements ServerMessage {}

    /**
     * @param engine the engine's name
     * @param model what the instance must hold; empty without one
     * @param instance the instance to use or to begin; 0 without one
     * @param slot runs of one slot are done one after another, in the order of their numbers
     * @param settings for the engine: JSON with format strings left for the agent to resolve
     * @param outputs likewise
     * @param parameters the job's parameters, as text
     * @param paths the names of those parameters that are paths
     * @param values the task's parameters, as text
     * @param amounts what the run may use
     * @param done frames of this task that the job has verified already, as a range expression
     * @param stallAfterMillis for how long nothing may come of the run before it has stalled; 0
     *     leaves it to the agent
     */
    record Start(
            long run,
            long job,
            long step,
            long index,
            String label,
            String engine,
            String model,
            long instance,
            long slot,
            Map<String, Object> settings,
            Map<String, Object> outputs,
            Map<String, String> parameters,
            List<String> paths,
            Map<String, String> values,
            Map<String, Long> amounts,
            Map<String, List<String>> attributes,
            String done,
            long stallAfterMillis)
            implements ServerMessage {
        /** What a peer left out is empty. */
        public Start {
            Objects.requireNonNull(engine, "engine");
            label = label == null ? "" : label;
            model = model == null ? "" : model;
            slot = slot == 0 ? run : slot;
            settings = settings == null ? Map.of() : settings;
            outputs = outputs == null ? Map.of() : outputs;
            parameters = parameters == null ? Map.of() : parameters;
            paths = paths == null ? List.of() : paths;
            values = values == null ? Map.of() : values;
            amounts = amounts == null ? Map.of() : amounts;
            attributes = attributes == null ? Map.of() : attributes;
            done = done == null ? "" : done;
            stallAfterMillis = Math.max(0, stallAfterMillis);
        }
    }

    /**
     * @param why a stable word: {@code cancelled}, {@code revoked}...; the run's reason in the end
     */
    record Kill(long run, String why) implements ServerMessage {
        public Kill {
            why = why == null ? "" : why;
        }
    }

    /** The run is not to begin any more; if it has begun, it goes on. */
    record Revoke(long run) implements ServerMessage {}

    record StopInstance(long instance) implements ServerMessage {}

    /** This life is over: stop everything, sweep, and begin a new one. */
    record Fenced(long incarnation, String why) implements ServerMessage {
        public Fenced {
            why = why == null ? "" : why;
        }
    }

    /** Are you there? Asked of a connected agent when another one claims its node. */
    record Ping() implements ServerMessage {}
}
