package org.lumenyard.core;

/**
 * When a job should be done, in milliseconds since the epoch.
 *
 * @param p50 as likely before as after
 * @param p90 at the latest, in nine of ten cases; never before {@code p50}
 */
public record Eta(long p50, long p90) {}
