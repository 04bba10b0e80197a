package org.lumenyard.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramTest {
    @TempDir Path folder;

    @AfterEach
    void forget() {
        System.clearProperty("lumenyard.cache");
    }

    @Test
    void aProcessBesideThisOneUsesTheLaunchersCacheAsSoonAsItIsMade() throws Exception {
        Path cache = folder.resolve("classes.aot");
        System.setProperty("lumenyard.cache", cache.toString());
        assertThat(Program.command(List.of("agent")))
                .contains("-Dlumenyard.cache=" + cache)
                .noneMatch(word -> word.startsWith("-XX:AOT"));
        Files.createFile(cache);
        assertThat(Program.command(List.of("agent")))
                .contains("-Dlumenyard.cache=" + cache, "-XX:AOTCache=" + cache);
    }

    @Test
    void withoutTheLauncherThereIsNoCache() {
        assertThat(Program.command(List.of("agent")))
                .noneMatch(word -> word.startsWith("-Dlumenyard.cache"))
                .noneMatch(word -> word.startsWith("-XX:AOT"));
    }
}
