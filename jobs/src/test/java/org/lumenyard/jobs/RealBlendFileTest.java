package org.lumenyard.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as Blender itself writes them. */
@Tag("blender")
class RealBlendFileTest {
    private static final String SAVE =
            """
            import bpy, sys
            folder = sys.argv[-1]
            scene = bpy.context.scene
            scene.name = "Übersicht 灯台"
            scene.frame_start, scene.frame_end = 3, 48
            bpy.ops.wm.save_as_mainfile(filepath=folder + "/plain.blend", compress=False)
            bpy.ops.wm.save_as_mainfile(filepath=folder + "/packed.blend", compress=True)
            bpy.data.scenes.new("Other").frame_end = 7
            bpy.ops.wm.save_as_mainfile(filepath=folder + "/two scenes.blend", compress=False)
            """;

    @TempDir static Path folder;

    @BeforeAll
    static void saveScenes() throws Exception {
        Path script = Files.writeString(folder.resolve("save.py"), SAVE);
        for (List<String> blender : blenders()) {
            Path place = Files.createDirectory(folder.resolve("by" + blender.size()));
            var command = new ArrayList<>(blender);
            command.addAll(List.of(script.toString(), "--", place.toString()));
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
        }
    }

    /** Blender as a program, and as a Python module where a Python with it is named. */
    private static List<List<String>> blenders() {
        var found = new ArrayList<List<String>>();
        onPath("blender")
                .ifPresent(file ->
                        found.add(
                                List.of(
                                        file.toString(),
                                        "-b",
                                        "--factory-startup",
                                        "-noaudio",
                                        "--python")));
        String python = System.getenv().getOrDefault("LUMENYARD_BPY_PYTHON", "");
        if (!python.isBlank()) found.add(List.of(python));
        assumeTrue(!found.isEmpty(), "no Blender here: apt-get install blender");
        return found;
    }

    private static Optional<Path> onPath(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static List<Path> saved(String name) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.endsWith(name)).toList();
        }
    }

    @Test
    void theActiveScenesNameAndRangeAreRead() throws Exception {
        for (String name : List.of("plain.blend", "packed.blend", "two scenes.blend")) {
            assertThat(saved(name)).hasSize(blenders().size());
            for (Path file : saved(name)) {
                BlendFile read = BlendFile.read(file);
                assertThat(read.version()).isBetween(280, 999);
                assertThat(read).isEqualTo(new BlendFile(read.version(), "Übersicht 灯台", 3, 48));
            }
        }
    }

    @Test
    void aHalfFileIsCutOff() throws Exception {
        for (Path file : saved("plain.blend")) {
            Path half = Files.copy(file, file.resolveSibling("half.blend"));
            try (FileChannel channel = FileChannel.open(half, StandardOpenOption.WRITE)) {
                channel.truncate(channel.size() / 2);
            }
            assertThatThrownBy(() -> BlendFile.read(half))
                    .hasMessageStartingWith("half.blend is cut off");
        }
    }
}
