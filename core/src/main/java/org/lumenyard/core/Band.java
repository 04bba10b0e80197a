package org.lumenyard.core;

/**
 * Strict classes of urgency, the most urgent first: a lower band gets only what the higher ones
 * leave.
 */
public enum Band {
    INTERACTIVE,
    RUSH,
    NORMAL,
    IDLE
}
