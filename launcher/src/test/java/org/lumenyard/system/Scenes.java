package org.lumenyard.system;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Real scenes for real Blenders. */
final class Scenes {
    private Scenes() {}

    static boolean isBlenderHere() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(entry -> Files.isExecutable(Path.of(entry, "blender")));
    }

    /** The demo's scene: about a second a frame. */
    static Path lighthouse(Path folder) throws IOException {
        Path scene = folder.resolve("lighthouse.blend");
        if (Files.exists(scene)) return scene;
        try (InputStream in = Scenes.class.getResourceAsStream("/demo/lighthouse.blend")) {
            Files.copy(java.util.Objects.requireNonNull(in, "the demo's scene"), scene);
        }
        return scene;
    }

    /** The script that renders a task's frames with Mitsuba. */
    static Path mitsuba(Path folder) throws IOException {
        Path script = folder.resolve("mitsuba_frames.py");
        if (Files.exists(script)) return script;
        try (InputStream in = Scenes.class.getResourceAsStream("mitsuba_frames.py")) {
            Files.copy(java.util.Objects.requireNonNull(in, "mitsuba_frames.py"), script);
        }
        return script;
    }

    /** Makes the small scenes of {@code scenes.py} in a folder. */
    static void make(Path folder) throws IOException, InterruptedException {
        Path script = folder.resolve("scenes.py");
        try (InputStream in = Scenes.class.getResourceAsStream("scenes.py")) {
            Files.copy(java.util.Objects.requireNonNull(in, "scenes.py"), script);
        }
        Kernel.run(
                "blender",
                "-b",
                "--factory-startup",
                "--python-exit-code",
                "9",
                "--python",
                script.toString(),
                "--",
                folder.toString());
    }
}
