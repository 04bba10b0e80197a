/**
 * {@code main} and the wiring: which process is which. The server, the agent and the command line
 * are one program; each begins here.
 */
@NullMarked
package org.lumenyard.launcher;

import org.jspecify.annotations.NullMarked;
