package org.lumenyard.openjd;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node sets up before a series of tasks and takes down after it.
 *
 * @param variables environment variables while it is entered
 * @param onEnter what sets it up, or null
 * @param onExit what takes it down, or null; without a timeout it has 300 s
 */
public record Environment(
        String name,
        @Nullable String description,
        Map<String, FormatString> variables,
        @Nullable Action onEnter,
        @Nullable Action onExit,
        List<EmbeddedFile> embeddedFiles) {
    /** Keeps its own copies, variables in their order. */
    public Environment {
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
        embeddedFiles = List.copyOf(embeddedFiles);
    }
}
