package org.lumenyard.agent.engine;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that an engine wrote and found good, still under its part's name.
 *
 * @param part where it is now
 * @param target what it is to be called
 * @param label what it is, unique within its job's step: a frame number, or a file's name
 * @param bytes its size
 * @param width picture width in pixels; 0 when it is no picture
 * @param height picture height in pixels; 0 when it is no picture
 * @param seconds what it took to make, without loading
 * @param thumbnail a small JPEG in the bench's scratch folder, or null when none could be made
 */
public record Output(
        Path part,
        Path target,
        String label,
        long bytes,
        int width,
        int height,
        double seconds,
        @Nullable Path thumbnail) {}
