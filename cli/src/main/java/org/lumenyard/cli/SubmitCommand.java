package org.lumenyard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Submits a job. */
@Command(
        name = "submit",
        sortOptions = false,
        description = {
            "Submit a Blender scene, or an OpenJD job template.",
            "A scene renders its own frame range to SCENE_frames beside it, unless told otherwise."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  lumenyard submit walk.blend --watch",
            "  lumenyard submit walk.blend --frames 1-250x2,300 --chunk 5 --out /shots/walk",
            "  lumenyard submit walk.blend --film walk.mp4 -p Samples=64 -p Engine=CYCLES",
            "  lumenyard submit template.yaml -p Scene=/shots/a.blend -p End=100",
            "  lumenyard submit --type testpattern -p Output=test -p Frames=1-24"
        })
final class SubmitCommand extends ClientCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "A .blend file, or a template: .yaml, .yml, .json.")
    @Nullable Path file;

    @Option(
            names = "--frames",
            paramLabel = "FRAMES",
            description = "Such as 1-250x2,300 (every second one, and 300).")
    @Nullable String frames;

    @Option(
            names = "--chunk",
            paramLabel = "N",
            description = "How many frames a task renders (1).")
    @Nullable Integer chunk;

    @Option(names = "--out", paramLabel = "FOLDER", description = "Where the pictures go.")
    @Nullable Path out;

    @Option(
            names = "--film",
            paramLabel = "FILE",
            description = "Encode a film of them at the end, such as walk.mp4.")
    @Nullable Path film;

    @Option(
            names = "-p",
            paramLabel = "NAME=VALUE",
            mapFallbackValue = "",
            description = "Any parameter of the template or job type; may be repeated.")
    @Nullable Map<String, String> parameters;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "A built-in job type instead of a file: encode, command, testpattern.")
    @Nullable String type;

    @Option(names = "--name", paramLabel = "NAME", description = "What the job is called.")
    @Nullable String name;

    @Option(
            names = "--priority",
            paramLabel = "0-100",
            description = "A point is worth ten minutes of waiting (50).")
    @Nullable Integer priority;

    @Option(
            names = "--band",
            paramLabel = "BAND",
            description = "interactive, rush, normal or idle; each goes before the next (normal).")
    @Nullable String band;

    @Option(names = "--notes", paramLabel = "TEXT", description = "Kept with the job, for people.")
    @Nullable String notes;

    @Option(names = "--held", description = "Submit it held: it starts when it is released.")
    boolean held;

    @Option(names = "--check", description = "Only say what it would become; submit nothing.")
    boolean check;

    @Option(
            names = "--watch",
            description = "Stay and show how it goes; the exit code tells how it ended.")
    boolean watch;

    SubmitCommand(Surroundings around) {
        super(around);
    }

    @Override
    int run(FarmClient farm) throws InterruptedException {
        Map<String, Object> submission = submission(farm);
        if (check) return tell(farm, farm.post("/jobs:check", submission, null));
        JsonNode answer = farm.post("/jobs", submission, UUID.randomUUID().toString());
        if (!watch) return tell(farm, answer);
        if (!options.json) tell(farm, answer);
        return WatchCommand.watch(this, farm, answer.path("id").asText());
    }

    private int tell(FarmClient farm, JsonNode answer) {
        if (options.json) {
            print(answer);
            return DONE;
        }
        var job = Json.read(answer, Contract.Submitted.class);
        String head =
                job.id().isEmpty()
                        ? "This would be "
                        : "Job " + screen().paint(Screen.Style.HEAD, job.id()) + ": ";
        out().println(head + Screen.clean(job.name()) + ", " + Phrases.tasks(job.tasks()));
        job.summary().forEach(this::field);
        if (job.warnings() != null) job.warnings().forEach(warning -> field("note", warning));
        if (job.id().isEmpty()) return DONE;
        field("page", farm.url() + "/jobs/" + job.id());
        if (held) {
            field("held", "lumenyard release " + job.id() + " lets it start");
        } else if (!watch) {
            field("watch", "lumenyard watch " + job.id());
        }
        out().flush();
        return DONE;
    }

    // What is asked for

    private Map<String, Object> submission(FarmClient farm) {
        var body = new LinkedHashMap<String, Object>();
        body.put("parameters", parameters(farm, body));
        put(body, "name", name);
        put(body, "priority", priority);
        put(body, "band", band);
        put(body, "notes", notes);
        if (held) body.put("held", true);
        return body;
    }

    private static void put(Map<String, Object> body, String field, @Nullable Object value) {
        if (value != null) body.put(field, value);
    }

    /** The parameters; puts beside them of what they are. */
    private Map<String, String> parameters(FarmClient farm, Map<String, Object> body) {
        var values = new LinkedHashMap<String, String>();
        Path given = file;
        if (type != null) {
            if (given != null)
                throw new MisuseException(
                        "Give a file or --type, not both; a job type's files are parameters: -p.");
            body.put("jobType", type);
            values.putAll(frameOptions());
            values.putAll(withWholePaths(farm, type));
            return values;
        }
        if (given == null)
            throw new MisuseException(
                    "What is to be submitted? A .blend file, a template, or a --type.");
        if (isScene(given)) {
            body.put("jobType", "blender");
            values.put("Scene", existing(given));
            values.putAll(frameOptions());
            if (parameters != null) values.putAll(withWholePaths(farm, "blender"));
        } else {
            body.put("template", template(given));
            if (!frameOptions().isEmpty())
                throw new MisuseException(
                        "--frames, --chunk, --out and --film are for scenes; give a template its own parameters: -p NAME=VALUE.");
            if (parameters != null) values.putAll(parameters);
        }
        return values;
    }

    private Map<String, String> frameOptions() {
        var values = new LinkedHashMap<String, String>();
        if (frames != null) values.put("Frames", frames);
        if (chunk != null) values.put("Chunk", chunk.toString());
        if (out != null) values.put("Output", around.absolute(out));
        if (film != null) values.put("Film", around.absolute(film));
        return values;
    }

    private static boolean isScene(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".blend")) return true;
        if (List.of(".yaml", ".yml", ".json").stream().anyMatch(name::endsWith)) return false;
        throw new MisuseException(
                file
                        + " is neither a Blender scene (.blend) nor a job template (.yaml, .yml, .json)."
                        + " Other work is a template's, or a built-in --type's.");
    }

    /**
     * A scene is read where the server is; here it is only looked for when that is this machine.
     */
    private String existing(Path scene) {
        boolean here = options.server == null && around.variable("LUMENYARD_SERVER").isEmpty();
        String path = around.absolute(scene);
        if (here && !Files.isRegularFile(Path.of(path)))
            throw new MisuseException("There is no file " + path + ".");
        return path;
    }

    private String template(Path file) {
        Path path = around.folder().resolve(file);
        if (!Files.isRegularFile(path)) throw new MisuseException("There is no file " + path + ".");
        try {
            return Files.readString(path);
        } catch (MalformedInputException e) {
            throw new MisuseException(path + " is not text in UTF-8.");
        } catch (IOException e) {
            throw new MisuseException(path + " cannot be read.");
        }
    }

    /**
     * What was typed with -p, where the job type wants a path from this folder on: the server is
     * elsewhere.
     */
    private Map<String, String> withWholePaths(FarmClient farm, String jobType) {
        var values =
                new LinkedHashMap<>(parameters == null ? Map.<String, String>of() : parameters);
        Json.read(farm.get("/job-types"), Contract.JobTypes.class).items().stream()
                .filter(known -> known.name().equals(jobType))
                .flatMap(known -> known.parameters().stream())
                .filter(parameter -> parameter.type().equals("PATH"))
                .forEach(parameter ->
                        values.computeIfPresent(
                                parameter.name(),
                                (n, path) ->
                                        path.isBlank() ? path : around.absolute(Path.of(path))));
        return values;
    }
}
