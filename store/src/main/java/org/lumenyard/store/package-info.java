/**
 * Keeps the farm: writes core's changes as rows, each batch in one transaction that only the
 * reigning server can commit, and makes core's image of the unfinished work from the rows again.
 *
 * <p>{@link org.lumenyard.store.Store} is the way in. What pages show is read through {@code
 * pages}, beside the writer and never in its way. SQLite for now; the statements are portable.
 */
@NullMarked
package org.lumenyard.store;

import org.jspecify.annotations.NullMarked;
