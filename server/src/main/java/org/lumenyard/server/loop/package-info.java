/**
 * The one writer. A single thread owns the farm, drains waiting commands, applies them, places work
 * once, commits everything in one transaction, and only then answers, sends and publishes.
 */
@NullMarked
package org.lumenyard.server.loop;

import org.jspecify.annotations.NullMarked;
