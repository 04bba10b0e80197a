/**
 * Large and plain things that no scheduling waits for: logs, thumbnails, output files. They travel
 * over their own connections and are kept as files under the data folder.
 */
@NullMarked
package org.lumenyard.server.bulk;

import org.jspecify.annotations.NullMarked;
