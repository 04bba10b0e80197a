/**
 * The real farm, the real rules for speaking with agents, the real load path and the real agent
 * core on a virtual network, clock, disk and process table. A seed is a history: faults strike at
 * moments that chance picks, and after every step the promises are checked. A seed that fails tells
 * a short story and stays as a test.
 */
@NullMarked
package org.lumenyard.simulator;

import org.jspecify.annotations.NullMarked;
