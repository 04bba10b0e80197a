package org.lumenyard.jobs;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A film's file, whose extension names the container. That codec and container do not fit would
 * otherwise be found out when all pictures are rendered.
 */
final class FilmFile {
    /**
     * What each container holds such that players show it; of other containers nothing is known.
     */
    private static final Map<String, List<String>> HOLDS =
            Map.of(
                    "mp4", List.of("h264", "h265", "vp9", "av1"),
                    "m4v", List.of("h264", "h265"),
                    "mov", List.of("h264", "h265", "prores"),
                    "webm", List.of("vp9", "av1"));

    private FilmFile() {}

    /**
     * Why it cannot be; null where it can.
     *
     * @param codec empty for the engine's usual one
     */
    static @Nullable String objection(String file, String codec) {
        String name = file.substring(file.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        if (dot <= 0 || dot == name.length() - 1)
            return "It must be a file whose extension names the container, such as film.mp4.";
        String container = name.substring(dot + 1).toLowerCase(Locale.ROOT);
        String used = codec.isBlank() ? "h264" : codec.strip().toLowerCase(Locale.ROOT);
        List<String> held = HOLDS.getOrDefault(container, List.of(used));
        return held.contains(used)
                ? null
                : "A .%s file holds %s, not %s."
                        .formatted(container, String.join(" or ", held), used);
    }
}
