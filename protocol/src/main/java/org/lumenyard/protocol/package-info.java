/**
 * What server and agent say to each other: JSON records over one WebSocket, up to 64 KiB each.
 *
 * <p>Truth travels in {@link org.lumenyard.protocol.AgentMessage.Report}s, numbered, acknowledged
 * only after commit and sent again otherwise. Heartbeats carry telemetry, of which only the latest
 * counts. Logs, pictures and files go over plain HTTP instead. Any message may be lost with its
 * connection: on each new one both sides compare inventories.
 */
@NullMarked
package org.lumenyard.protocol;

import org.jspecify.annotations.NullMarked;
