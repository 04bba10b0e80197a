/** How values of core stand in columns. */
@NullMarked
package org.lumenyard.store.rows;

import org.jspecify.annotations.NullMarked;
