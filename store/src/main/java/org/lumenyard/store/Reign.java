package org.lumenyard.store;

/**
 * One server's reign over the farm, from its take-over to the next.
 *
 * @param term higher than that of every earlier reign
 * @param lineage names this farm; a copy gets another
 * @param revision of the last committed batch
 * @param nextId the number that the next job, step, run, node or instance gets
 */
public record Reign(long term, String lineage, long revision, long nextId) {}
