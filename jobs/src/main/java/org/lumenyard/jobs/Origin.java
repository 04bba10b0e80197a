package org.lumenyard.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a job's source says of itself, for people.
 *
 * @param jobType null for a template
 */
public record Origin(@Nullable String jobType, Map<String, String> parameters) {
    private static final ObjectMapper JSON = new ObjectMapper();

    String text() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static Origin read(String text) {
        try {
            return JSON.readValue(text, Origin.class);
        } catch (JsonProcessingException e) {
            return new Origin(null, Map.of());
        }
    }
}
