/** When jobs should be done, worked out for who asks, and what became of it. */
@NullMarked
package org.lumenyard.server.forecast;

import org.jspecify.annotations.NullMarked;
