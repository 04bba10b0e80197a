/** The demo: a whole farm in one command, from a bare machine to a film, and what it survives. */
@NullMarked
package org.lumenyard.launcher.demo;

import org.jspecify.annotations.NullMarked;
