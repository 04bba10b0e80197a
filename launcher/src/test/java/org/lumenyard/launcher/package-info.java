/** Commands of processes, executed as the command line executes them. */
@NullMarked
package org.lumenyard.launcher;

import org.jspecify.annotations.NullMarked;
