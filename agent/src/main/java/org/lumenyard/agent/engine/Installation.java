package org.lumenyard.agent.engine;

import java.nio.file.Path;

/**
 * One installed program that an engine can drive. A node's attributes come from these, for example
 * {@code blender.version = [3.4, 4.5]}.
 *
 * @param engine the engine's name
 * @param kind how the program is started: {@code executable}, or {@code bpy} for Blender as a
 *     Python module, or {@code builtin}
 * @param program the program's file; for {@code bpy} the Python interpreter
 * @param version its full version as it gives it, such as {@code 3.4.1}
 */
public record Installation(String engine, String kind, Path program, String version) {
    /** The first two numbers of the version, as nodes show it: {@code 3.4}. */
    public String series() {
        String[] parts = version.split("\\.");
        return parts.length < 2 ? version : parts[0] + "." + parts[1];
    }
}
