/**
 * What pages follow: a ring of changed keys by revision and, for each client, a bounded set of keys
 * that it has yet to be told, sent at most four times a second. Never a queue of events.
 */
@NullMarked
package org.lumenyard.server.live;

import org.jspecify.annotations.NullMarked;
