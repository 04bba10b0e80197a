package org.lumenyard.openjd;

import org.jspecify.annotations.Nullable;

/**
 * A text file that a node writes before each action.
 *
 * @param name what format strings call it, {@code Task.File.<name>}
 * @param fileName what it is called in the folder; null for any name
 * @param runnable whether it may be executed
 * @param data what it holds
 */
public record EmbeddedFile(
        String name, @Nullable String fileName, boolean runnable, FormatString data) {}
