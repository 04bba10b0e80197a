package org.lumenyard.jobs;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a job is called when nobody says: by the file that it is about. */
final class JobName {
    private static final int MOST = 128;

    private JobName() {}

    /**
     * The name that was given, or the job type's own way to name its jobs, or the template's name.
     */
    static String of(
            @Nullable String given,
            @Nullable String jobType,
            Map<String, String> values,
            String templates)
            throws Refusal {
        if (given != null) return checked(given);
        String file =
                switch (jobType == null ? "" : jobType) {
                    case "blender" -> values.getOrDefault("Scene", "");
                    case "encode" -> values.getOrDefault("Film", "");
                    case "command" -> values.getOrDefault("Program", "");
                    default -> "";
                };
        return stem(file).orElse(templates);
    }

    private static String checked(String given) throws Refusal {
        if (given.isBlank()) throw new Refusal("name", "It must not be empty.");
        if (given.codePointCount(0, given.length()) > MOST)
            throw new Refusal("name", "It may have up to 128 characters.");
        if (given.codePoints().anyMatch(Character::isISOControl)) {
            throw new Refusal("name", "It must be one line, without control characters.");
        }
        return given;
    }

    private static Optional<String> stem(String file) {
        try {
            Path name = Path.of(file).getFileName();
            String text = name == null ? "" : name.toString().replaceAll("\\p{Cc}", " ").strip();
            int dot = text.lastIndexOf('.');
            String stem = dot > 0 ? text.substring(0, dot) : text;
            int length = Math.min(MOST, stem.codePointCount(0, stem.length()));
            return Optional.of(stem.substring(0, stem.offsetByCodePoints(0, length)))
                    .filter(s -> !s.isBlank());
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
