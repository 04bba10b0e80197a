package org.lumenyard.launcher.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Map;
import org.lumenyard.launcher.config.Config;
import org.lumenyard.launcher.config.Setting;
import org.lumenyard.server.ServerSettings;

/**
 * The lighthouse: a scene of our own, made by {@code demo/lighthouse.py}, and where it renders to.
 */
public final class DemoScene {
    private DemoScene() {}

    /** The demo's folder within the farm's data. */
    public static Path folder(Config config) {
        return config.path(Setting.DATA).resolve("demo");
    }

    /** Where the film is. */
    static Path film(Config config) {
        return folder(config).resolve("lighthouse.mp4");
    }

    /** Where the pictures are. */
    static Path frames(Config config) {
        return folder(config).resolve("lighthouse_frames");
    }

    /** What "Render the demo scene" submits; puts the scene in its place. */
    public static ServerSettings.Demo submission(Config config) throws IOException {
        return new ServerSettings.Demo("lighthouse", "blender", parameters(config));
    }

    static Map<String, String> parameters(Config config) throws IOException {
        return Map.of(
                "Scene", scene(config).toString(),
                "Output", frames(config).toString(),
                "Film", film(config).toString(),
                "Rate", "12");
    }

    /** The scene's file, put there if it is not there or another one. */
    static Path scene(Config config) throws IOException {
        Path scene = folder(config).resolve("lighthouse.blend");
        Files.createDirectories(folder(config));
        try (InputStream in = DemoScene.class.getResourceAsStream("/demo/lighthouse.blend")) {
            if (in == null) throw new IOException("the demo's scene is not in this build");
            byte[] content = in.readAllBytes();
            if (Files.exists(scene) && Arrays.equals(Files.readAllBytes(scene), content))
                return scene;
            Path fresh = folder(config).resolve(".lighthouse.blend.part");
            Files.write(fresh, content);
            Files.move(
                    fresh,
                    scene,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
        return scene;
    }
}
