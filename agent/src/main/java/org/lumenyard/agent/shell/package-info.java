/**
 * The agent's body: what {@link org.lumenyard.agent.AgentCore} decides is done here, on real
 * sockets, disks and processes, and what comes of it is told to the core as events. One thread owns
 * the core; all others only put events into its mailbox, so that nothing here waits for the core,
 * and the core waits for nothing.
 */
@NullMarked
package org.lumenyard.agent.shell;

import org.jspecify.annotations.NullMarked;
