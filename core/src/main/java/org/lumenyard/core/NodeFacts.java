package org.lumenyard.core;

import java.util.Map;
import java.util.Set;

/**
 * What an agent says of its node when it joins.
 *
 * @param name unique in the farm; the same name is the same node
 * @param machine the machine's own id, which outlives restarts
 * @param boot the id of the machine's present boot
 * @param pidNamespace the process namespace in which the agent can see and sweep its work
 * @param amounts what there is to give, by OpenJD capability name: processors, MiB of memory...
 * @param attributes what the node offers, by OpenJD capability name
 * @param details for people, opaque here: JSON
 */
public record NodeFacts(
        String name,
        String machine,
        String boot,
        String pidNamespace,
        Map<String, Long> amounts,
        Map<String, Set<String>> attributes,
        String details) {}
