package org.lumenyard.launcher.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.lumenyard.cli.FarmClient;
import org.lumenyard.launcher.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a warm Blender is worth. */
@Command(
        name = "warm",
        mixinStandardHelpOptions = true,
        description = {
            "Render 10 frames of a scene with 4 million hidden vertices, once with a Blender for each",
            "frame and once with one that stays open; the ratio of the two times is the gain."
        })
final class WarmBench implements Callable<Integer> {
    private static final String FRAMES = "1-10";

    @Mixin Settings settings = new Settings();

    @Option(names = "--json", description = "Print one line of JSON, the last.")
    boolean json;

    @Option(names = "--millions", description = "Millions of hidden vertices (4).")
    double millions = 4;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (var farm = BenchFarm.start(settings, Map.of())) {
            Path scene = scene(farm.folder());
            double cold = seconds(farm.client(), scene, farm.folder().resolve("cold"), "false");
            double warm = seconds(farm.client(), scene, farm.folder().resolve("warm"), "true");
            tell(cold, warm);
            return 0;
        }
    }

    private Path scene(Path folder) throws IOException, InterruptedException {
        Path scene = folder.resolve("heavy.blend");
        Path script =
                Path.of(System.getenv().getOrDefault("LUMENYARD_APP", "."), "demo", "heavy.py");
        System.err.printf("Making a scene with %.0f million hidden vertices...%n", millions);
        var process =
                new ProcessBuilder(
                                "blender",
                                "-b",
                                "--factory-startup",
                                "--python-exit-code",
                                "9",
                                "--python",
                                script.toString(),
                                "--",
                                scene.toString(),
                                "" + millions)
                        .redirectErrorStream(true)
                        .redirectOutput(new File("/dev/null"))
                        .start();
        if (process.waitFor() != 0)
            throw new IOException("Blender could not make the scene with " + script);
        return scene;
    }

    private static double seconds(FarmClient client, Path scene, Path output, String warm) {
        System.err.println("Rendering 10 frames, warm: " + warm + "...");
        ObjectNode body =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("jobType", "blender")
                        .put("name", "warm " + warm);
        body.putObject("parameters")
                .put("Scene", scene.toString())
                .put("Output", output.toString())
                .put("Frames", FRAMES)
                .put("Warm", warm);
        String job = client.post("/jobs", body, null).path("id").asText();
        client.follow(event -> isOver(client.get("/jobs/" + job)));
        JsonNode end = client.get("/jobs/" + job);
        if (!end.path("state").asText().equals("done"))
            throw new IllegalStateException(end.path("sentence").asText());
        Instant began = Instant.parse(end.path("submittedAt").asText());
        return Duration.between(began, Instant.parse(end.path("finishedAt").asText())).toMillis()
                / 1000.0;
    }

    private static boolean isOver(JsonNode job) {
        return List.of("done", "failed", "cancelled").contains(job.path("state").asText());
    }

    private void tell(double cold, double warm) {
        if (json) {
            System.out.printf(
                    Locale.ROOT,
                    "{\"coldSeconds\":%.2f,\"warmSeconds\":%.2f,\"ratio\":%.2f}%n",
                    cold,
                    warm,
                    cold / warm);
        } else {
            System.out.printf(
                    "A Blender for each frame: %.1f s. One that stays open: %.1f s. %.1f times as fast.%n",
                    cold, warm, cold / warm);
        }
    }
}
