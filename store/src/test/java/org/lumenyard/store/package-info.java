/** Tests of the store on real SQLite files. */
@NullMarked
package org.lumenyard.store;

import org.jspecify.annotations.NullMarked;
