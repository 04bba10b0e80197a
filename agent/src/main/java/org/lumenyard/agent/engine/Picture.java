package org.lumenyard.agent.engine;

/**
 * A picture file that was read to its end and found whole.
 *
 * @param format {@code png}, {@code jpeg}, {@code tiff} or {@code exr}
 * @param width in pixels
 * @param height in pixels
 */
public record Picture(String format, int width, int height) {}
