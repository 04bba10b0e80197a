package org.lumenyard.jobs;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.lumenyard.openjd.MalformedExpressionException;
import org.lumenyard.openjd.RangeExpression;

/**
 * What the job type {@code blender} knows beyond its template: the scene fills what a submission
 * leaves open, and its texts that mean numbers are looked at before any node sees them.
 */
record BlenderType(BlenderScene scene, Map<String, String> parameters) {
    /** The last frame, either way, that Blender knows. */
    private static final int LAST_FRAME = 1_048_574;

    private static final int MOST_SAMPLES = 1_000_000;
    private static final int MOST_PERCENT = 1000;
    private static final int MOST_PIXELS = 65_536;

    /** Reads the scene, and completes the parameters given. */
    static BlenderType of(Map<String, String> given, Roots roots) throws Refusal {
        String path = given.getOrDefault("Scene", "");
        if (path.isBlank())
            throw new Refusal("parameters.Scene", "Give the scene: the path of a .blend file.");
        BlenderScene scene = BlenderScene.read("parameters.Scene", path, roots);
        var filled = new LinkedHashMap<>(given);
        filled.put("Scene", scene.file().toString());
        if (blank(given, "Frames")) filled.put("Frames", ownFrames(scene, given));
        if (blank(given, "Output")) filled.put("Output", scene.usualOutput().toString());
        filled.put("Pattern", pattern(given));
        checkFrames(filled.getOrDefault("Frames", ""));
        checkNumber(given, "Samples", MOST_SAMPLES);
        checkNumber(given, "Percentage", MOST_PERCENT);
        checkResolution(given);
        return new BlenderType(scene, filled);
    }

    private static boolean blank(Map<String, String> given, String name) {
        return given.getOrDefault(name, "").isBlank();
    }

    private static String ownFrames(BlenderScene scene, Map<String, String> given) throws Refusal {
        BlendFile content = scene.content();
        String asked = given.getOrDefault("SceneName", "").strip();
        if (!asked.isEmpty() && !asked.equals(content.scene())) {
            throw new Refusal(
                    "parameters.Frames",
                    "Give the frames: only those of the active scene, %s, can be read from the file."
                            .formatted(content.scene()));
        }
        return content.frames()
                .orElseThrow(() ->
                        new Refusal(
                                "parameters.Frames",
                                "The scene's own range, %d to %d, is empty: give the frames."
                                        .formatted(content.firstFrame(), content.lastFrame())));
    }

    private static void checkFrames(String text) throws Refusal {
        RangeExpression frames;
        try {
            frames = RangeExpression.parse(text);
        } catch (MalformedExpressionException e) {
            throw new Refusal("parameters.Frames", e.sentence());
        }
        if (frames.first() < -LAST_FRAME || frames.last() > LAST_FRAME) {
            throw new Refusal(
                    "parameters.Frames",
                    "Blender knows frames from -%1$d to %1$d.".formatted(LAST_FRAME));
        }
    }

    /** With an extension, so that the film knows the pictures' names. */
    private static String pattern(Map<String, String> given) throws Refusal {
        String pattern =
                blank(given, "Pattern") ? "frame_####" : given.getOrDefault("Pattern", "").strip();
        String format = given.getOrDefault("Format", "").strip();
        if (format.isEmpty()) return isPicture(pattern) ? pattern : pattern + ".png";
        String extension = extension(format);
        boolean fits = isPicture(pattern) && extension(extensionOf(pattern)).equals(extension);
        if (isPicture(pattern) && !fits) {
            throw new Refusal(
                    "parameters.Format",
                    "%s pictures are not named %s.".formatted(format, pattern));
        }
        return fits ? pattern : pattern + extension;
    }

    private static boolean isPicture(String name) {
        return !extension(extensionOf(name)).isEmpty();
    }

    private static String extensionOf(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** Of a format as Blender names it, or of an extension as people write it; empty for others. */
    private static String extension(String format) {
        return switch (format.toUpperCase(Locale.ROOT)) {
            case "PNG" -> ".png";
            case "JPEG", "JPG" -> ".jpg";
            case "OPEN_EXR", "OPEN_EXR_MULTILAYER", "EXR" -> ".exr";
            case "TIFF", "TIF" -> ".tif";
            default -> "";
        };
    }

    private static void checkNumber(Map<String, String> given, String name, int most)
            throws Refusal {
        String text = given.getOrDefault(name, "").strip();
        if (text.isEmpty() || isNumber(text, most)) return;
        throw new Refusal(
                "parameters." + name, "It must be a whole number from 1 to %,d.".formatted(most));
    }

    private static void checkResolution(Map<String, String> given) throws Refusal {
        String text = given.getOrDefault("Resolution", "").strip();
        String[] sides = text.split("x", -1);
        boolean right =
                sides.length == 2
                        && isNumber(sides[0], MOST_PIXELS)
                        && isNumber(sides[1], MOST_PIXELS);
        if (text.isEmpty() || right) return;
        throw new Refusal(
                "parameters.Resolution", "It must be a width and a height, such as 1920x1080.");
    }

    private static boolean isNumber(String text, int most) {
        if (!text.matches("[0-9]{1,7}")) return false;
        int number = Integer.parseInt(text);
        return number >= 1 && number <= most;
    }
}
