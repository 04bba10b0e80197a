package org.lumenyard.store.pages;

/**
 * A line in a job's, node's or limit's history.
 *
 * @param revision and {@code line} within it: when it became true, in the farm's own order
 * @param who did it; empty when nobody did
 * @param at milliseconds since the epoch
 */
public record HistoryLine(long revision, int line, String who, String what, long at) {}
