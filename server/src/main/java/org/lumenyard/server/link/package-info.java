/**
 * The agents: their WebSocket, their leases, and what is told them. Reports become commands of the
 * farm and are acknowledged after commit; the farm's effects become messages. Telemetry is kept as
 * the latest value only, in memory.
 */
@NullMarked
package org.lumenyard.server.link;

import org.jspecify.annotations.NullMarked;
