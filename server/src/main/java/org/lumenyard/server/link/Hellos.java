package org.lumenyard.server.link;

import java.util.HashMap;
import java.util.Map;

/**
 * The latest hello of each node. A hello that was sent before one that has been read already comes
 * from a connection that its agent has given up: taken for news it would end the life that goes on.
 */
final class Hellos {
    private record Latest(String boot, long sentAt) {}

    private final Map<String, Latest> byName = new HashMap<>();

    /** By name and boot: another boot's word in between makes an old hello no newer. */
    private final Map<String, Map<String, Long>> sent = new HashMap<>();

    /**
     * Whether this hello is later than all before of its node; remembers it if so.
     *
     * @param sentAt on the clock of that boot; another boot's clock begins anew
     */
    synchronized boolean isNews(String node, String boot, long sentAt) {
        Map<String, Long> known = sent.computeIfAbsent(node, name -> new HashMap<>());
        if (sentAt <= known.getOrDefault(boot, Long.MIN_VALUE)) {
            return false;
        }
        known.put(boot, sentAt);
        byName.put(node, new Latest(boot, sentAt));
        return true;
    }

    /** Whether no later hello of the node has been read since. */
    synchronized boolean isLatest(String node, String boot, long sentAt) {
        return new Latest(boot, sentAt).equals(byName.get(node));
    }
}
