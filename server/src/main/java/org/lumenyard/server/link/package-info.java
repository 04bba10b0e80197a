/**
 * The agents: who speaks for which node, their leases, and what is told them. Reports become
 * commands of the farm and are acknowledged after commit; the farm's effects become messages.
 * {@link org.lumenyard.server.link.Reception} has the rules, without sockets, threads and clocks;
 * {@link org.lumenyard.server.link.AgentLink} gives it the real ones. Telemetry is kept as the
 * latest value only, in memory.
 */
@NullMarked
package org.lumenyard.server.link;

import org.jspecify.annotations.NullMarked;
