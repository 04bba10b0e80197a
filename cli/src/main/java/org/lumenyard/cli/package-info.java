/** The command line, over the public API only: what it can do, any script can do. */
@NullMarked
package org.lumenyard.cli;

import org.jspecify.annotations.NullMarked;
