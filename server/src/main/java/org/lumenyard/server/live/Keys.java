package org.lumenyard.server.live;

import java.util.Set;
import org.lumenyard.core.JobId;
import org.lumenyard.core.NodeId;

/** What has changed: whoever shows one of these reads it again. */
public record Keys(Set<JobId> jobs, Set<NodeId> nodes) {
    public boolean isEmpty() {
        return jobs.isEmpty() && nodes.isEmpty();
    }
}
