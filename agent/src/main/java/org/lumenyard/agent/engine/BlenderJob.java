package org.lumenyard.agent.engine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a Blender run is asked for, read from its settings and outputs.
 *
 * @param scene the scene file
 * @param frames the frames still to be rendered, rising
 * @param allowScripts whether the scene's own scripts and drivers may run
 * @param warm whether a process may be kept for the next run
 * @param version the start of the Blender version to use, or empty for the best one installed
 * @param folder where pictures go
 * @param pattern a picture's name with {@code ####} for the frame; may lack the extension
 * @param format the format's name in Blender, where settings or pattern say one
 * @param wishes what the driver is told to change in the scene
 */
record BlenderJob(
        Path scene,
        List<Integer> frames,
        boolean allowScripts,
        boolean warm,
        String version,
        Path folder,
        String pattern,
        Optional<String> format,
        ObjectNode wishes) {
    private static final String[] KNOWN = {
        PictureChecks.NAME,
        "scene",
        "frames",
        "engine",
        "samples",
        "resolution",
        "percentage",
        "device",
        "format",
        "camera",
        "sceneName",
        "viewLayer",
        "allowScripts",
        "warm",
        "version",
        "lockFolder"
    };
    private static final String[] FORMATS = {
        "PNG", "JPEG", "OPEN_EXR", "OPEN_EXR_MULTILAYER", "TIFF"
    };

    static BlenderJob read(Work work) throws WorkFailed {
        Settings settings = Settings.ofEngine(work, KNOWN);
        Settings outputs = Settings.of("outputs", work.outputs(), "folder", "pattern");
        String pattern = namePattern(outputs);
        List<Integer> frames =
                settings.frames("frames").stream()
                        .filter(frame -> !work.verified().contains(Integer.toString(frame)))
                        .toList();
        return new BlenderJob(
                settings.neededPath("scene"),
                frames,
                settings.truth("allowScripts", false),
                settings.choice("warm", "auto", "true", "false").equals("false") ? false : true,
                settings.text("version").orElse(""),
                outputs.neededPath("folder"),
                pattern,
                format(settings, pattern),
                wishes(settings, work));
    }

    /** A file name with a place for the frame's number. */
    static String namePattern(Settings outputs) throws WorkFailed {
        String pattern = outputs.neededText("pattern").strip();
        if (pattern.contains("/") || pattern.contains("\\") || !Frames.hasPlace(pattern)) {
            throw outputs.wrong("pattern", "a file name with #### in the frame number's place");
        }
        return pattern;
    }

    /** The picture's name, once the format is known. */
    Path target(int frame, String chosenFormat) {
        String name = Frames.name(pattern, frame);
        return folder.resolve(formatOf(pattern).isEmpty() ? name + extension(chosenFormat) : name);
    }

    /**
     * The format to write, given the scene's own: what the job says, else the scene's where it is a
     * still.
     */
    String formatFor(String scenes) {
        return format.orElse(List.of(FORMATS).contains(scenes) ? scenes : "PNG");
    }

    private static Optional<String> format(Settings settings, String pattern) throws WorkFailed {
        Optional<String> promised = formatOf(pattern);
        if (!settings.has("format")) {
            return promised;
        }
        String asked = settings.choice("format", FORMATS);
        boolean fits = promised.isEmpty() || extension(promised.get()).equals(extension(asked));
        if (!fits) {
            throw settings.wrong("format", "what the pattern's extension says, " + promised.get());
        }
        return Optional.of(asked);
    }

    private static Optional<String> formatOf(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return Optional.ofNullable(
                switch (lower.substring(lower.lastIndexOf('.') + 1)) {
                    case "png" -> "PNG";
                    case "jpg", "jpeg" -> "JPEG";
                    case "exr" -> "OPEN_EXR";
                    case "tif", "tiff" -> "TIFF";
                    default -> null;
                });
    }

    private static String extension(String format) {
        return switch (format) {
            case "JPEG" -> ".jpg";
            case "OPEN_EXR", "OPEN_EXR_MULTILAYER" -> ".exr";
            case "TIFF" -> ".tif";
            default -> ".png";
        };
    }

    private static ObjectNode wishes(Settings settings, Work work) throws WorkFailed {
        ObjectNode wishes = JsonNodeFactory.instance.objectNode();
        wishes.put("op", "prepare");
        wishes.put("threads", work.threads());
        wishes.put("run", work.run());
        for (String name : List.of("engine", "camera", "sceneName", "viewLayer", "lockFolder")) {
            Optional<String> text = settings.text(name);
            text.ifPresent(value -> wishes.put(name, value));
        }
        settings.integer("samples", 1, 1_000_000).ifPresent(value -> wishes.put("samples", value));
        settings.integer("percentage", 1, 1_000)
                .ifPresent(value -> wishes.put("percentage", value));
        Optional<int[]> size = settings.size("resolution");
        size.ifPresent(sides -> wishes.putArray("resolution").add(sides[0]).add(sides[1]));
        wishes.put(
                "device",
                settings.choice(
                        "device", "CPU", "GPU", "SCENE", "CUDA", "OPTIX", "HIP", "ONEAPI",
                        "METAL"));
        return wishes;
    }
}
