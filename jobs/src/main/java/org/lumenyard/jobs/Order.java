package org.lumenyard.jobs;

import java.util.List;
import java.util.Map;

/**
 * What an agent is told of a step's task, but for what the placing decided.
 *
 * @param settings with format strings that the agent resolves
 * @param outputs likewise
 * @param parameters the job's, as far as they are referred to
 * @param paths names of those parameters that are paths
 * @param values the task's own parameters
 */
public record Order(
        String engine,
        Map<String, Object> settings,
        Map<String, Object> outputs,
        Map<String, String> parameters,
        List<String> paths,
        Map<String, String> values) {}
