/**
 * Between the agent and each run stands a small native process, the guard ({@code runguard.c}): it
 * kills the run's whole process tree when it is told to, when the lease's moment has come, or when
 * the agent is gone, and ends only when the kernel says that nothing of the tree is left. That end
 * is the proof of death on which the farm gives work away again.
 *
 * <p>{@link Guards} starts runs and takes a killed guard's place; {@link Sweep} clears what earlier
 * incarnations left. What is not caught: work handed to another service (a container daemon, cron,
 * ssh), and, when guard and agent are killed together, processes that cleared their environment.
 */
@NullMarked
package org.lumenyard.agent.guard;

import org.jspecify.annotations.NullMarked;
