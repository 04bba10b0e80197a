package org.lumenyard.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lumenyard.openjd.EngineScript;
import org.lumenyard.openjd.FormatString;
import org.lumenyard.openjd.Step;

/**
 * What a Blender step's scene file says of where its tasks can run.
 *
 * @param versions of Blender that will do; none when any will
 * @param model what a warm Blender holds; null when there shall be none, or the file is another for
 *     each task, or is made by an earlier step
 */
record StepScene(List<String> versions, @Nullable String model) {
    /** Of a step without a scene. */
    static final StepScene NONE = new StepScene(List.of(), null);

    /**
     * Reads the step's scene, if it has one.
     *
     * @param path of the step, to name what is wrong
     */
    static StepScene of(Step step, String path, Roots roots) throws Refusal {
        boolean isBlender =
                step.script().script() instanceof EngineScript script
                        && script.name().equals("blender");
        if (!isBlender) return NONE;
        List<String> asked = asked(setting(step, "version").orElse(""));
        Optional<String> text = setting(step, "scene");
        boolean comesLater =
                text.isPresent()
                        && !step.dependencies().isEmpty()
                        && !Files.exists(Path.of(text.get()));
        if (text.isEmpty() || comesLater) return new StepScene(asked, null);
        String field = StepCheck.place(step, path, "settings", "scene");
        BlenderScene scene = BlenderScene.read(field, text.get(), roots);
        boolean warm = !setting(step, "warm").orElse("").strip().equalsIgnoreCase("false");
        return new StepScene(
                asked.isEmpty() ? scene.versions() : asked, warm ? scene.model(field) : null);
    }

    /** Nodes name versions by their first two numbers. */
    private static List<String> asked(String version) {
        String[] parts = version.strip().split("\\.");
        return parts.length < 2 ? List.of() : List.of(parts[0] + "." + parts[1]);
    }

    /** A setting's text, as far as it is the same for all tasks. */
    private static Optional<String> setting(Step step, String name) {
        if (!(step.script().script() instanceof EngineScript script)) return Optional.empty();
        JsonNode value = script.settings().path(name);
        if (!value.isValueNode() || value.isNull()) return Optional.empty();
        FormatString text =
                value.isTextual()
                        ? FormatString.parse(value.textValue())
                        : FormatString.literal(value.asText());
        FormatString known = text.resolveKnown(step.script().symbols()::get);
        return known.isLiteral() ? Optional.of(known.toString()) : Optional.empty();
    }
}
