package org.lumenyard.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallNoteTest {
    @TempDir Path folder;

    @Test
    void saysWhatIsBeingInstalledUntilItIsRemoved() throws IOException {
        Path tools = folder.resolve("not there yet");
        assertThat(InstallNote.read(tools)).isEmpty();
        InstallNote.write(tools, List.of("blender", "ffmpeg"));
        assertThat(InstallNote.read(tools)).containsExactly("blender", "ffmpeg");
        InstallNote.remove(tools);
        assertThat(InstallNote.read(tools)).isEmpty();
    }

    @Test
    void aNoteWhoseWriterIsGoneSaysNothing() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Files.writeString(folder.resolve("installing"), gone.pid() + "\nblender\n");
        assertThat(InstallNote.read(folder)).isEmpty();
        Files.writeString(folder.resolve("installing"), "no number\n");
        assertThat(InstallNote.read(folder)).isEmpty();
    }
}
