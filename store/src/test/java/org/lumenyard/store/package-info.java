/** Tests of the store on real SQLite files and on a real PostgreSQL server. */
@NullMarked
package org.lumenyard.store;

import org.jspecify.annotations.NullMarked;
