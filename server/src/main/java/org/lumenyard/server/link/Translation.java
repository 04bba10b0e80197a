package org.lumenyard.server.link;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.lumenyard.core.Command;
import org.lumenyard.core.InstanceId;
import org.lumenyard.core.NodeFacts;
import org.lumenyard.core.Outcome;
import org.lumenyard.core.RunId;
import org.lumenyard.protocol.AgentMessage;

/** Agents' words in the farm's, kept to what can be stored. */
final class Translation {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Translation() {}

    static Command command(Leases.Life life, AgentMessage.Fact fact) {
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

    static NodeFacts facts(AgentMessage.Facts f) {
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
}
