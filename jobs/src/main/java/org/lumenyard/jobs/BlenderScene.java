package org.lumenyard.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A scene file that is there, under a root, and is one. */
record BlenderScene(Path file, BlendFile content) {
    /** A major version's last minor one, as far as there are no more to come. */
    private static int lastMinor(int major) {
        return switch (major) {
            case 3 -> 6;
            case 4 -> 5;
            default -> 9;
        };
    }

    /**
     * Looks at a file.
     *
     * @param field what to name when it is wrong
     */
    static BlenderScene read(String field, String text, Roots roots) throws Refusal {
        Path file = roots.check(field, text);
        if (Files.isDirectory(file))
            throw new Refusal(field, file + " is a folder, not a .blend file.");
        if (!Files.exists(file)) throw new Refusal(field, "There is no file " + file + ".");
        if (!Files.isRegularFile(file)) {
            throw new Refusal(field, file + " is no file that can be read from its beginning.");
        }
        try {
            return new BlenderScene(file, BlendFile.read(file));
        } catch (BlendFile.Unreadable e) {
            throw new Refusal(field, String.valueOf(e.getMessage()));
        }
    }

    /** The file's name without its extension. */
    String name() {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".blend")
                ? name.substring(0, name.length() - ".blend".length())
                : name;
    }

    /** Where pictures go when nobody says: beside the scene. */
    Path usualOutput() {
        return file.resolveSibling(name() + "_frames");
    }

    /** The file as it is now, so that a warm Blender loads a changed one anew. */
    String model(String field) throws Refusal {
        try {
            Path real = file.toRealPath();
            return "blender:%s@%d-%d"
                    .formatted(real, Files.size(real), Files.getLastModifiedTime(real).toMillis());
        } catch (IOException e) {
            throw new Refusal(field, file.getFileName() + " cannot be read: " + e.getMessage());
        }
    }

    /**
     * Blender versions that open the file without loss: the one that saved it and later ones, of
     * which those are named that there are and that may come soon.
     *
     * @return none for files that any Blender opens
     */
    List<String> versions() {
        if (content.version() < 300) return List.of();
        int first = content.version() / 100;
        var versions = new ArrayList<String>();
        for (int major = first; major <= Math.max(first, 5) + 2; major++) {
            int minor = major == first ? content.version() % 100 : 0;
            for (int last = Math.max(minor, lastMinor(major)); minor <= last; minor++)
                versions.add(major + "." + minor);
        }
        return versions;
    }
}
