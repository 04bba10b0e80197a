package org.lumenyard.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.lumenyard.agent.engine.EngineTrial.done;
import static org.lumenyard.agent.engine.EngineTrial.failed;
import static org.lumenyard.agent.engine.EngineTrial.object;
import static org.lumenyard.agent.engine.EngineTrial.text;
import static org.lumenyard.agent.engine.EngineTrial.work;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The encode engine against the real ffmpeg. */
@Timeout(300)
class EncodeEngineTest {
    @TempDir Path folder;
    private final EncodeEngine engine = new EncodeEngine();
    private ProcessBench bench;

    @BeforeEach
    void findFfmpeg() throws IOException {
        boolean found = !engine.discover(Host.here()).isEmpty();
        assumeTrue(
                found || System.getenv("CI") != null, "ffmpeg is missing: apt-get install ffmpeg");
        assertThat(found).as("install it: apt-get install ffmpeg").isTrue();
        bench = new ProcessBench(folder.resolve("scratch"));
    }

    @AfterEach
    void closeBench() {
        bench.close();
    }

    /** Pictures that differ, so that a lost one would show. */
    private void pictures(int first, int last, int step, int width, int height) throws IOException {
        for (int frame = first; frame <= last; frame += step) {
            var picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
            var canvas = picture.createGraphics();
            canvas.setColor(Color.getHSBColor(frame / 24f, 0.6f, 0.9f));
            canvas.fillRect(0, 0, width * frame / last, height);
            canvas.dispose();
            ImageIO.write(picture, "png", folder.resolve("f_%04d.png".formatted(frame)).toFile());
        }
    }

    private Result encode(String frames, String film, Object... more) throws Exception {
        var settings = object("input", text(folder.resolve("f_####.png")), "frames", frames);
        settings.setAll(object(more));
        return engine.run(work(settings, object("file", text(folder.resolve(film)))), bench);
    }

    @Test
    void aFilmHasEveryFrameAndAThumbnail() throws Exception {
        pictures(1, 24, 1, 160, 90);
        Result.Done done = done(encode("1-24", "film.mp4", "rate", "12"));
        Output film = done.outputs().getFirst();
        assertThat(film.label()).isEqualTo("film.mp4");
        assertThat(film.part().getFileName()).hasToString(".1.part.film.mp4");
        assertThat(List.of(film.width(), film.height())).containsExactly(160, 90);
        assertThat(film.bytes()).isEqualTo(Files.size(film.part()));
        assertThat(PictureCheck.check(film.thumbnail()).width()).isEqualTo(160);
        assertThat(bench.progress).isSorted().last().isEqualTo(1.0);
        assertThat(bench.verified).containsExactly(film);
    }

    @Test
    void aGapIsAnErrorThatNamesTheMissingFrames() throws Exception {
        pictures(1, 3, 1, 32, 32);
        pictures(7, 9, 1, 32, 32);
        Result.Failed failed = failed(encode("1-10", "film.mp4"));
        assertThat(failed.reason()).isEqualTo(Reason.MISSING_FILE);
        assertThat(failed.sentence()).contains("4 of 10").contains("frames 4-6,10");
        assertThat(bench.started).isEmpty();
    }

    @Test
    void framesInStepsMakeAFilmWithoutHoles() throws Exception {
        pictures(1, 19, 3, 64, 64);
        done(encode("1-19:3", "film.mp4"));
    }

    @Test
    void oddSidesAreMadeEven() throws Exception {
        pictures(1, 3, 1, 61, 37);
        Output film = done(encode("1-3", "film.mp4")).outputs().getFirst();
        assertThat(List.of(film.width(), film.height())).containsExactly(62, 38);
    }

    @Test
    void aDamagedPictureFailsAndLeavesNothing() throws Exception {
        pictures(1, 6, 1, 64, 64);
        Path third = folder.resolve("f_0003.png");
        byte[] whole = Files.readAllBytes(third);
        Files.write(third, Arrays.copyOf(whole, whole.length / 2));
        Result.Failed failed = failed(encode("1-6", "film.mp4"));
        assertThat(failed.reason()).isIn(Reason.PROGRAM_FAILED, Reason.BAD_OUTPUT);
        assertThat(folder.resolve(".1.part.film.mp4")).doesNotExist();
    }

    @Test
    void withoutFfprobeTheFramesAreCountedToo() throws Exception {
        pictures(1, 5, 1, 64, 48);
        Path only = Files.createDirectory(folder.resolve("bin"));
        Files.createSymbolicLink(only.resolve("ffmpeg"), Host.here().find("ffmpeg").orElseThrow());
        assertThat(engine.discover(new Host(Map.of("PATH", text(only)), List.of()))).hasSize(1);
        Output film = done(encode("1-5", "film.mp4")).outputs().getFirst();
        assertThat(List.of(film.width(), film.height())).containsExactly(64, 48);
    }

    @ParameterizedTest
    @CsvSource({"h265, film.mp4", "vp9, film.webm", "prores, film.mov"})
    void otherCodecsWork(String codec, String film) throws Exception {
        pictures(1, 4, 1, 64, 48);
        done(encode("1-4", film, "codec", codec));
    }

    @Test
    void aFullDiskIsTold() throws Exception {
        var noise = new BufferedImage(320, 240, BufferedImage.TYPE_INT_RGB);
        var random = new Random(7);
        for (int pixel = 0; pixel < 320 * 240; pixel++) {
            noise.setRGB(pixel % 320, pixel / 320, random.nextInt());
        }
        for (int frame = 1; frame <= 4; frame++) {
            ImageIO.write(noise, "png", folder.resolve("f_000" + frame + ".png").toFile());
        }
        try (var small = SmallDisk.mount(folder.resolve("small"), "64k")) {
            Result.Failed failed =
                    failed(encode("1-4", "small/film.mp4", "codec", "h264", "quality", 0));
            assertThat(failed.reason()).as(failed.sentence()).isEqualTo(Reason.DISK_FULL);
            assertThat(small.folder()).isEmptyDirectory();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "codec, gif, one of h264",
        "rate, fast, a number",
        "rate, 0, from 0.01 to 1000",
        "frames, '', lack \"frames\"",
        "speed, 1, Unknown settings"
    })
    void aSettingThatCannotBeFollowedIsNamed(String name, String value, String words)
            throws Exception {
        pictures(1, 1, 1, 32, 32);
        Result.Failed failed = failed(encode("1", "film.mp4", name, value));
        assertThat(failed.reason()).isEqualTo(Reason.BAD_SETTINGS);
        assertThat(failed.sentence()).contains(words);
    }

    @Test
    void aKilledFfmpegIsTold() throws Exception {
        pictures(1, 24, 1, 640, 480);
        var death = new Death("ffmpeg");
        assertThat(death.explain(new Exit(0, 9, 0), "encoding film.mp4", "").reason())
                .isIn(Reason.KILLED, Reason.OUT_OF_MEMORY);
        assertThat(death.explain(new Exit(139, 0, 12), "encoding film.mp4", "").sentence())
                .isEqualTo(
                        "ffmpeg crashed (segmentation fault) while encoding film.mp4. It held up to 12 MiB.");
    }

    @Test
    void exrPicturesAreEncoded() throws Exception {
        assumeTrue(
                Host.here().find("oiiotool").isPresent(),
                "oiiotool is missing: apt-get install openimageio-tools");
        pictures(1, 3, 1, 64, 48);
        for (int frame = 1; frame <= 3; frame++) {
            var command =
                    List.of(
                            "oiiotool",
                            text(folder.resolve("f_000" + frame + ".png")),
                            "-d",
                            "half",
                            "-o",
                            text(folder.resolve("e_" + frame + ".exr")));
            assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
        }
        var settings = object("input", text(folder.resolve("e_#.exr")), "frames", "1-3");
        Output film =
                done(engine.run(
                                work(settings, object("file", text(folder.resolve("film.mp4")))),
                                bench))
                        .outputs()
                        .getFirst();
        assertThat(PictureCheck.check(film.thumbnail())).isEqualTo(new Picture("jpeg", 64, 48));
    }

    @Test
    void noCharacterInAPathMeansAnything() throws Exception {
        Path odd = Files.createDirectory(folder.resolve("a %03d 'b' [c]: Grüße"));
        pictures(1, 3, 1, 32, 32);
        for (int frame = 1; frame <= 3; frame++) {
            Files.move(
                    folder.resolve("f_000" + frame + ".png"), odd.resolve("x%d_" + frame + ".PNG"));
        }
        bench.close();
        bench = new ProcessBench(odd.resolve("scratch"));
        var settings = object("input", text(odd.resolve("x%d_#.PNG")), "frames", "1-3");
        done(engine.run(work(settings, object("file", text(odd.resolve("-film %d.mp4")))), bench));
    }
}
