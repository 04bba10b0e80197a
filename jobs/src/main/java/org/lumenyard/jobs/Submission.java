package org.lumenyard.jobs;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Band;

/**
 * What somebody asks for, in the words of the API. Either {@code jobType} or {@code template}.
 *
 * @param template an OpenJD job template as text
 * @param name null for the template's, or the scene's
 * @param user who asks
 */
public record Submission(
        @Nullable String jobType,
        @Nullable String template,
        Map<String, String> parameters,
        @Nullable String name,
        int priority,
        Band band,
        boolean held,
        String notes,
        String user) {

    Submission with(Map<String, String> otherParameters) {
        return new Submission(
                jobType, template, otherParameters, name, priority, band, held, notes, user);
    }
}
