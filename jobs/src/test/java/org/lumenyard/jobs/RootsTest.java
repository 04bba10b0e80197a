package org.lumenyard.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootsTest {
    @TempDir Path folder;
    private Path shots;
    private Path secret;
    private Roots roots;

    @BeforeEach
    void makeFolders() throws IOException {
        shots = Files.createDirectories(folder.resolve("my shots"));
        secret = Files.createDirectories(folder.resolve("secret"));
        roots = new Roots(List.of(shots));
    }

    @Test
    void whatLiesUnderARootIsAllowedThoughItIsNotThereYet() throws Refusal {
        assertThat(roots.check("f", shots + "/a/./b/../c.png")).isEqualTo(shots.resolve("a/c.png"));
        assertThat(roots.check("f", shots.toString())).isEqualTo(shots);
    }

    @Test
    void aRefusalPrintsTheLineToAdd() {
        assertThatThrownBy(() -> roots.check("parameters.Scene", secret + "/a.blend"))
                .hasMessageContaining("parameters.Scene")
                .hasMessageContaining("%s/a.blend is outside".formatted(secret))
                .hasMessageContaining("server: {roots: [%s, %s]}".formatted(shots, secret));
    }

    @Test
    void aNeighbourWithALikeNameIsOutside() {
        assertRefused(folder + "/my shots 2/a.blend", "is outside");
    }

    @Test
    void dotsDoNotLeadOut() {
        assertRefused(shots + "/../secret/a.blend", "is outside");
    }

    @Test
    void linksDoNotLeadOut() throws Exception {
        Path link = Files.createSymbolicLink(shots.resolve("link"), secret);

        assertRefused(
                link + "/deep/a.blend", "it leads to " + secret.toRealPath() + "/deep/a.blend");
    }

    @Test
    void aBrokenLinkLeadsNowhere() throws Exception {
        Path link = Files.createSymbolicLink(shots.resolve("broken"), folder.resolve("none"));

        assertRefused(link + "/a.png", "leads nowhere");
    }

    @Test
    void aRootMayBeALinkItself() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("show"), shots);

        assertThat(new Roots(List.of(link)).check("f", link + "/a.blend"))
                .isEqualTo(link.resolve("a.blend"));
        assertThat(new Roots(List.of(link)).check("f", shots + "/a.blend"))
                .isEqualTo(shots.resolve("a.blend"));
    }

    @Test
    void whatIsNoAbsolutePathIsRefused() {
        assertRefused("a.blend", "Give an absolute path");
        assertRefused("", "Give an absolute path");
        assertRefused("/a\0b", "This is no path");
    }

    private void assertRefused(String path, String why) {
        assertThatThrownBy(() -> roots.check("f", path))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(why);
    }
}
