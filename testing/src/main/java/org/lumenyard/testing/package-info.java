/** Real programs that the tests of several modules start for themselves. */
@NullMarked
package org.lumenyard.testing;

import org.jspecify.annotations.NullMarked;
