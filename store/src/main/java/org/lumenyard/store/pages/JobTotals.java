package org.lumenyard.store.pages;

import java.util.Map;
import org.lumenyard.core.Counts;
import org.lumenyard.core.JobState;

/**
 * The farm in numbers.
 *
 * @param jobs how many jobs are in each state; states without jobs are left out
 * @param unfinished the tasks of all jobs that are not finished
 */
public record JobTotals(Map<JobState, Long> jobs, Counts unfinished) {}
