package org.lumenyard.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Assumptions;

/** What is drawn while the farm is being killed. */
enum Load {
    TEST_PATTERN("test patterns", 1),
    WARM_BLENDER("warm Blender", 1),
    /** A command that renders several frames with one start of a path tracer. */
    MITSUBA("Mitsuba", 5);

    private static final String MITSUBA_PYTHON =
            System.getenv().getOrDefault("LUMENYARD_MITSUBA_PYTHON", "");

    private final String title;
    private final int framesPerTask;

    Load(String title, int framesPerTask) {
        this.title = title;
        this.framesPerTask = framesPerTask;
    }

    /** How many frames each of its tasks draws, the task of index 0 the first ones. */
    int framesPerTask() {
        return framesPerTask;
    }

    /** Leaves the test out where its renderer is missing, but for where everything is to run. */
    void assumeHere() {
        boolean everything = System.getenv("CI") != null;
        switch (this) {
            case TEST_PATTERN -> {}
            case WARM_BLENDER ->
                    Assumptions.assumeTrue(
                            everything || Scenes.isBlenderHere(),
                            "SKIPPED: Blender is missing: apt-get install blender");
            case MITSUBA ->
                    Assumptions.assumeTrue(
                            everything || !MITSUBA_PYTHON.isEmpty(),
                            "SKIPPED: Mitsuba is missing: ./lumenyard test installs it, or name a Python that has it in LUMENYARD_MITSUBA_PYTHON");
        }
    }

    String template() {
        return switch (this) {
            case TEST_PATTERN -> Templates.PATTERN;
            case WARM_BLENDER -> Templates.BLENDER;
            case MITSUBA -> Templates.mitsuba(framesPerTask);
        };
    }

    /** Values for its template beside the frames, the output folder and that of the records. */
    Map<String, ?> parameters(Path work, Random chance) throws IOException {
        return switch (this) {
            case TEST_PATTERN -> Map.of("Seconds", 0.2 + 0.1 * chance.nextInt(4));
            case WARM_BLENDER -> Map.of("Scene", Scenes.lighthouse(work), "Percentage", "60");
            case MITSUBA -> Map.of("Python", MITSUBA_PYTHON, "Script", Scenes.mitsuba(work));
        };
    }

    /** Whether a folder holds a frame's picture. */
    boolean hasPicture(Path folder, int frame) throws IOException {
        IntFunction<String> name =
                switch (this) {
                    case TEST_PATTERN -> "t_%04d.png"::formatted;
                    case WARM_BLENDER -> "b_%04d.png"::formatted;
                    case MITSUBA -> number -> Templates.mitsubaPicture(number, framesPerTask);
                };
        Path picture = folder.resolve(name.apply(frame));
        return Files.exists(picture) && Files.size(picture) > 100;
    }

    @Override
    public String toString() {
        return title;
    }
}
