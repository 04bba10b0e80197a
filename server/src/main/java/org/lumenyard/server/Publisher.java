package org.lumenyard.server;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.lumenyard.core.Change;
import org.lumenyard.core.Effect;
import org.lumenyard.core.FarmImage;
import org.lumenyard.core.JobId;
import org.lumenyard.core.NodeId;
import org.lumenyard.core.RunId;
import org.lumenyard.server.bulk.Logs;
import org.lumenyard.server.forecast.PastForecasts;
import org.lumenyard.server.link.AgentLink;
import org.lumenyard.server.link.Telemetry;
import org.lumenyard.server.live.Keys;
import org.lumenyard.server.live.Live;
import org.lumenyard.server.loop.Outside;
import org.lumenyard.store.Reign;

/** Tells agents and pages what has become true. */
final class Publisher implements Outside {
    private final AgentLink link;
    private final Live live;
    private final Telemetry telemetry;
    private final Logs logs;
    private final SlicedWork slices;
    private final PastForecasts forecasts;

    Publisher(
            AgentLink link,
            Live live,
            Telemetry telemetry,
            Logs logs,
            SlicedWork slices,
            PastForecasts forecasts) {
        this.link = link;
        this.live = live;
        this.telemetry = telemetry;
        this.logs = logs;
        this.slices = slices;
        this.forecasts = forecasts;
    }

    @Override
    public void began(Reign reign, FarmImage image) {
        link.began(reign, image);
        forecasts.began();
        live.begin(reign.revision());
    }

    @Override
    public void committed(long revision, List<Change> changes, List<Effect> effects) {
        var jobs = new HashSet<JobId>();
        var nodes = new HashSet<NodeId>();
        for (Change change : changes) {
            telemetry.changed(change);
            collect(change, jobs, nodes);
        }
        link.committed(changes, effects);
        live.changed(revision, new Keys(jobs, nodes));
        if (changes.stream().anyMatch(Publisher::isOfLimit)) {
            live.farmChanged();
        }
        telemetry.published(changes);
        forecasts.committed(changes);
        for (Change change : changes) {
            if (change instanceof Change.RunEnded ended) {
                logs.ended(ended.run().id());
            } else if (change instanceof Change.JobDeleted deleted) {
                slices.add(deleted.job());
            } else if (change instanceof Change.JobArchived archived && isWish(archived)) {
                slices.add(archived.job());
            }
        }
    }

    /** Whether somebody wants it so; all else is told by those who did it. */
    private static boolean isWish(Change.JobArchived archived) {
        return archived.to() != archived.from().done();
    }

    @Override
    public void troubled(String why) {
        link.troubled();
        live.farmChanged();
    }

    private static boolean isOfLimit(Change change) {
        return change instanceof Change.LimitSet || change instanceof Change.LimitDeleted;
    }

    private void collect(Change change, Set<JobId> jobs, Set<NodeId> nodes) {
        switch (change) {
            case Change.JobSubmitted c -> jobs.add(c.job());
            case Change.JobHeld c -> jobs.add(c.job());
            case Change.JobCancelled c -> jobs.add(c.job());
            case Change.JobRanked c -> jobs.add(c.job());
            case Change.JobEdited c -> jobs.add(c.job());
            case Change.JobDeleted c -> jobs.add(c.job());
            case Change.JobArchived c -> jobs.add(c.job());
            case Change.JobLogsDropped c -> jobs.add(c.job());
            case Change.JobProgressed c -> jobs.add(c.job());
            case Change.JobNoted c -> jobs.add(c.job());
            case Change.NodeJoined c -> nodes.add(c.node());
            case Change.NodeUpdated c -> nodes.add(c.node());
            case Change.NodeGone c -> nodes.add(c.node());
            case Change.NodeNoted c -> nodes.add(c.node());
            case Change.NodeDoubted c -> {}
            case Change.NodeQuarantined c -> nodes.add(c.node());
            case Change.NodeTrusted c -> nodes.add(c.node());
            case Change.InstanceStarted c -> nodes.add(c.instance().node());
            case Change.RunPlaced c -> {
                jobs.add(c.run().job());
                nodes.add(c.run().node());
            }
            case Change.RunEnded c -> {
                jobs.add(c.run().job());
                nodes.add(c.run().node());
            }
            case Change.RunStarted c -> collect(c.run(), jobs, nodes);
            case Change.RunCancelling c -> collect(c.run(), jobs, nodes);
            case Change.RunAdopted c -> collect(c.run(), jobs, nodes);
            // These are of no job and no node: pages are told to read the farm anew.
            case Change.LimitSet c -> {}
            case Change.LimitDeleted c -> {}
            case Change.LimitNoted c -> {}
            // These come with a change of their job or node.
            case Change.StepProgressed c -> {}
            case Change.StepMeasured c -> {}
            case Change.StepGrew c -> {}
            case Change.StepSetBack c -> {}
            case Change.StepRaised c -> {}
            case Change.StepForgiven c -> {}
            case Change.TaskForgiven c -> {}
            case Change.InstanceEnded c -> {}
        }
    }

    private void collect(RunId id, Set<JobId> jobs, Set<NodeId> nodes) {
        telemetry
                .run(id)
                .ifPresent(run -> {
                    jobs.add(run.job());
                    nodes.add(run.node());
                });
    }
}
