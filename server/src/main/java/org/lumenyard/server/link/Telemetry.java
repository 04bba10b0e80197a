package org.lumenyard.server.link;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Change;
import org.lumenyard.core.FarmImage;
import org.lumenyard.core.InstanceId;
import org.lumenyard.core.NodeId;
import org.lumenyard.core.Run;
import org.lumenyard.core.RunId;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.server.live.Progress;

/**
 * What agents say in passing: the latest of it only, in memory, lost at a restart. Also which runs
 * are in motion, so that word of one can be told by its job.
 */
public final class Telemetry {
    /**
     * What an agent said last.
     *
     * @param heardAt milliseconds since the epoch
     * @param load one-minute load average, or negative
     * @param freeMebibytes or negative
     */
    public record NodeWord(long heardAt, double load, long freeMebibytes) {}

    private final Map<RunId, Run> motion = new ConcurrentHashMap<>();
    private final Map<RunId, Progress> progress = new ConcurrentHashMap<>();
    private final Map<NodeId, NodeWord> nodes = new ConcurrentHashMap<>();
    private final Map<InstanceId, AgentMessage.Warm> instances = new ConcurrentHashMap<>();

    /** A reign begins: these runs are in motion. */
    public void began(FarmImage image) {
        motion.clear();
        image.runs().forEach(run -> motion.put(run.run().id(), run.run()));
        progress.keySet().retainAll(motion.keySet());
    }

    /** Follows what became true. Called before the change is published. */
    public void changed(Change change) {
        switch (change) {
            case Change.RunPlaced placed -> motion.put(placed.run().id(), placed.run());
            case Change.RunEnded ended -> progress.remove(ended.run().id());
            case Change.InstanceEnded ended -> instances.remove(ended.instance());
            case Change.NodeGone gone -> nodes.remove(gone.node());
            default -> {}
        }
    }

    /** Forgets what is not in motion any more. Called after the changes are published. */
    public void published(List<Change> changes) {
        for (Change change : changes) {
            if (change instanceof Change.RunEnded ended) {
                motion.remove(ended.run().id());
            }
        }
    }

    /** Takes what a heartbeat brings; answers what is new of runs in motion on that node. */
    List<Progress> heard(NodeId node, AgentMessage.Heartbeat beat, long now) {
        nodes.put(node, new NodeWord(now, beat.load(), beat.freeMemory()));
        for (AgentMessage.Warm warm : orEmpty(beat.instances())) {
            instances.put(new InstanceId(warm.instance()), warm);
        }
        var news = new ArrayList<Progress>();
        for (AgentMessage.Progress said : orEmpty(beat.progress())) {
            Run run = motion.get(new RunId(said.run()));
            if (run != null && run.node().equals(node)) {
                var known = new Progress(run, clamp(said.fraction()), shortened(said.text()));
                progress.put(run.id(), known);
                news.add(known);
            }
        }
        return news;
    }

    /** A message may lack any of its fields. */
    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    private static double clamp(double fraction) {
        return Double.isNaN(fraction) ? 0 : Math.clamp(fraction, 0.0, 1.0);
    }

    private static String shortened(@Nullable String text) {
        if (text == null) {
            return "";
        }
        return text.length() > 200 ? text.substring(0, 200) : text;
    }

    /** The run, if it is in motion. */
    public Optional<Run> run(RunId run) {
        return Optional.ofNullable(motion.get(run));
    }

    public Optional<Progress> progress(RunId run) {
        return Optional.ofNullable(progress.get(run));
    }

    public Optional<NodeWord> node(NodeId node) {
        return Optional.ofNullable(nodes.get(node));
    }

    public Optional<AgentMessage.Warm> instance(InstanceId instance) {
        return Optional.ofNullable(instances.get(instance));
    }
}
