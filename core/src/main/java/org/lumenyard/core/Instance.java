package org.lumenyard.core;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A process on a node that holds a model, from its first run until it is proven ended.
 *
 * @param amounts what its latest run reserved; the memory stays taken while it idles
 */
public record Instance(
        InstanceId id, NodeId node, long incarnation, String model, Map<String, Long> amounts) {
    public Instance {
        amounts = Collections.unmodifiableSortedMap(new TreeMap<>(amounts));
    }
}
