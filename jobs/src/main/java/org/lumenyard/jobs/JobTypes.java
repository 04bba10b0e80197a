package org.lumenyard.jobs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lumenyard.openjd.JobParameter;
import org.lumenyard.openjd.JobTemplate;
import org.lumenyard.openjd.Template;

/** The built-in job types: OpenJD templates like anybody's, with our engines in them. */
public final class JobTypes {
    /**
     * A job type as people are shown it.
     *
     * @param name what submissions say
     * @param title what people read
     */
    public record JobType(
            String name, String title, String description, List<Parameter> parameters) {}

    /**
     * A parameter of a job type.
     *
     * @param defaultValue null when one must be given
     */
    public record Parameter(
            String name,
            String type,
            String description,
            @Nullable String defaultValue,
            List<String> allowedValues) {
        /** Whether one must be given. */
        public boolean required() {
            return defaultValue == null;
        }
    }

    private final Map<String, JobTemplate> templates = new LinkedHashMap<>();

    JobTypes() {
        for (String name : List.of("blender", "encode", "command", "testpattern")) {
            templates.put(name, Template.parse(text(name)));
        }
    }

    private static String text(String name) {
        try (InputStream in = JobTypes.class.getResourceAsStream("types/" + name + ".yaml")) {
            if (in == null) throw new IllegalStateException("no job type " + name);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Optional<JobTemplate> template(String name) {
        return Optional.ofNullable(templates.get(name));
    }

    /** Their names. */
    public List<String> names() {
        return List.copyOf(templates.keySet());
    }

    /** All of them. */
    public List<JobType> all() {
        return templates.entrySet().stream()
                .map(entry -> shown(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static JobType shown(String name, JobTemplate template) {
        String description = template.description() == null ? "" : template.description();
        return new JobType(
                name,
                template.name().toString(),
                description,
                template.parameters().stream().map(JobTypes::shown).toList());
    }

    private static Parameter shown(JobParameter parameter) {
        String description = parameter.description() == null ? "" : parameter.description();
        return new Parameter(
                parameter.name(),
                parameter.type().name(),
                description,
                parameter.defaultValue(),
                parameter.allowedValues());
    }
}
