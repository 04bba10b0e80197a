package org.lumenyard.store.pages;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Instance;
import org.lumenyard.core.NodeFacts;
import org.lumenyard.core.NodeId;
import org.lumenyard.store.schema.NodeState;

/**
 * A node with what it runs and holds. Moments are milliseconds since the epoch.
 *
 * @param joinedAt when its latest life began
 * @param goneAt when that ended; null while it is online
 * @param goneWhy in words; null while it is online
 * @param quarantine why it is given nothing that another could do; null while it is trusted
 * @param quarantinedAt since when; null while it is trusted
 * @param failures what failed there before it was quarantined, the latest first; none while it is
 *     trusted
 * @param running its runs without proven end, the oldest first
 * @param instances what it holds warm, the oldest first
 */
public record NodeLine(
        NodeId id,
        long incarnation,
        NodeState state,
        NodeFacts facts,
        long joinedAt,
        @Nullable Long goneAt,
        @Nullable String goneWhy,
        @Nullable String quarantine,
        @Nullable Long quarantinedAt,
        List<RunLine> failures,
        List<RunLine> running,
        List<Warm> instances) {

    /**
     * An instance.
     *
     * @param startedAt when it was given its first run
     */
    public record Warm(Instance instance, long startedAt) {}
}
