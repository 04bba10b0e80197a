package org.lumenyard.server.live;

import org.lumenyard.core.Run;

/**
 * How far a run is.
 *
 * @param fraction 0 to 1
 * @param text what its program says it is doing
 */
public record Progress(Run run, double fraction, String text) {}
