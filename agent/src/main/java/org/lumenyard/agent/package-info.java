/**
 * The agent's mind: {@link org.lumenyard.agent.AgentCore} is told what happened and answers with
 * what is to be done. It decides about lives, leases, runs, warm instances and reports, and touches
 * nothing: no socket, disk, process, clock or chance. The shell around it does that, and so does
 * the simulator.
 */
@NullMarked
package org.lumenyard.agent;

import org.jspecify.annotations.NullMarked;
