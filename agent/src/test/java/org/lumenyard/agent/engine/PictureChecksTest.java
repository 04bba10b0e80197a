package org.lumenyard.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.lumenyard.agent.engine.EngineTrial.done;
import static org.lumenyard.agent.engine.EngineTrial.failed;
import static org.lumenyard.agent.engine.EngineTrial.object;
import static org.lumenyard.agent.engine.EngineTrial.text;
import static org.lumenyard.agent.engine.EngineTrial.work;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures that are whole, and yet not what was wanted. Made beforehand, copied by a command. */
@Timeout(120)
class PictureChecksTest {
    @TempDir Path folder;
    private final CommandEngine engine = new CommandEngine();
    private ProcessBench bench;
    private Path out;

    @BeforeEach
    void openBench() throws IOException {
        bench = new ProcessBench(folder.resolve("scratch"));
        out = Files.createDirectories(folder.resolve("out"));
        engine.discover(Host.here());
    }

    @AfterEach
    void closeBench() {
        bench.close();
    }

    private static BufferedImage noise(int seed, int width, int height, int type) {
        var picture = new BufferedImage(width, height, type);
        var random = new Random(seed);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                picture.setRGB(x, y, random.nextInt() | 0xFF000000);
            }
        }
        return picture;
    }

    private static BufferedImage black(int type) {
        var picture = new BufferedImage(61, 37, type);
        for (int y = 0; y < 37; y++) {
            for (int x = 0; x < 61; x++) {
                picture.setRGB(x, y, 0xFF000000);
            }
        }
        return picture;
    }

    private Path write(String name, BufferedImage picture) throws IOException {
        Path file = folder.resolve(name);
        String format = name.substring(name.lastIndexOf('.') + 1);
        assertThat(ImageIO.write(picture, format, file.toFile())).isTrue();
        return file;
    }

    /** Copies that picture to that output. */
    private Result copy(Path picture, String name, String mode) throws Exception {
        var settings =
                object(
                        "command",
                        List.of("cp", text(picture), "{output:0}"),
                        "pictureChecks",
                        mode);
        var outputs = object("files", List.of(text(out.resolve(name))));
        return engine.run(work(settings, outputs), bench);
    }

    private String warning(Path picture, String name) throws Exception {
        assertThat(done(copy(picture, name, "OFF")).warnings()).isEmpty();
        Result.Failed failed = failed(copy(picture, name, "FAIL"));
        assertThat(failed.reason()).isEqualTo(Reason.BAD_OUTPUT);
        Result.Done done = done(copy(picture, name, ""));
        assertThat(done.warnings()).containsExactly(failed.sentence());
        assertThat(bench.lines).contains("Warning: " + failed.sentence());
        return failed.sentence();
    }

    private void publish(Path picture, String name) throws IOException {
        Files.copy(picture, out.resolve(name));
    }

    @ParameterizedTest
    @CsvSource({
        "a.png, 1",
        "a.png, 5",
        "a.png, 6",
        "a.png, 10",
        "a.png, 11",
        "a.png, 12",
        "a.png, 13",
        "a.jpg, 1",
        "a.tif, 1",
        "a.tif, 11"
    })
    void anAllBlackPictureIsTold(String name, int type) throws Exception {
        assertThat(warning(write(name, black(type)), name))
                .isEqualTo("The picture " + name + " is all black.");
    }

    @Test
    void aHeaderThatPromisesAHugePictureCostsNoMemory() throws Exception {
        byte[] png = Files.readAllBytes(write("a.png", black(1)));
        var header = ByteBuffer.wrap(png).putInt(16, Integer.MAX_VALUE);
        var sum = new java.util.zip.CRC32();
        sum.update(png, 12, 17);
        header.putInt(29, (int) sum.getValue());
        Path file = Files.write(folder.resolve("huge.png"), png);

        assertThatThrownBy(() -> PictureCheck.inspect(file))
                .hasMessage("lacks a part of its picture data");
    }

    /** As Blender writes it: noise of 0 and 1, in rows of all filters. */
    @ParameterizedTest
    @CsvSource({"a.png, 1", "a.png, 6", "a.jpg, 1", "a.tif, 1"})
    void blackThatIsDitheredIsBlack(String name, int type) throws Exception {
        BufferedImage picture = black(type);
        var random = new Random(7);
        for (int y = 0; y < 37; y++) {
            for (int x = 0; x < 61; x++) {
                picture.setRGB(x, y, 0xFF000000 | random.nextInt(2) * 0x010101);
            }
        }
        assertThat(PictureCheck.inspect(write(name, picture)).content().isBlack()).isTrue();
    }

    @Test
    void everyFilterOfRowsIsUndone() throws Exception {
        assumeTrue(
                Host.here().find("ffmpeg").isPresent(),
                "ffmpeg is missing: apt-get install ffmpeg");
        BufferedImage picture = black(BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < 61; x++) {
            picture.setRGB(x, 17, 0xFF000000 | x % 2 * 0x010101);
        }
        Path dark = write("dark.png", picture);
        picture.setRGB(60, 36, 0xFF000002);
        Path nearly = write("nearly.png", picture);
        for (String filter : List.of("none", "sub", "up", "avg", "paeth", "mixed")) {
            assertThat(PictureCheck.inspect(filtered(dark, filter)).content().isBlack())
                    .as(filter)
                    .isTrue();
            assertThat(PictureCheck.inspect(filtered(nearly, filter)).content().isBlack())
                    .as(filter)
                    .isFalse();
        }
    }

    private Path filtered(Path picture, String filter) throws Exception {
        Path file = folder.resolve(filter + "_" + picture.getFileName());
        List<String> command =
                List.of(
                        "ffmpeg",
                        "-loglevel",
                        "error",
                        "-y",
                        "-i",
                        text(picture),
                        "-pred",
                        filter,
                        text(file));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
        return file;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 10, 11})
    void onePixelThatIsNotBlackIsEnough(int type) throws Exception {
        BufferedImage picture = black(type);
        picture.setRGB(60, 36, 0xFF404040);
        assertThat(done(copy(write("a.png", picture), "a.png", "FAIL")).warnings()).isEmpty();
    }

    @Test
    void aPictureOfNothingIsBlackAndOneOfAlphaAloneToo() throws Exception {
        var nothing = new BufferedImage(61, 37, BufferedImage.TYPE_INT_ARGB);
        assertThat(warning(write("a.png", nothing), "a.png")).endsWith("is all black.");
        for (int x = 0; x < 61; x++) {
            nothing.setRGB(x, x / 2, x << 26);
        }
        assertThat(warning(write("a.png", nothing), "a.png")).endsWith("is all black.");
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void interlacedPicturesAreFollowedPassByPass(boolean isBlack) throws Exception {
        BufferedImage picture = black(BufferedImage.TYPE_3BYTE_BGR);
        if (!isBlack) {
            picture.setRGB(59, 35, 0xFF000002); // of the last pass
        }
        Path file = folder.resolve("i.png");
        var writer = ImageIO.getImageWritersByFormatName("png").next();
        try (var stream = ImageIO.createImageOutputStream(file.toFile())) {
            ImageWriteParam interlaced = writer.getDefaultWriteParam();
            interlaced.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            writer.setOutput(stream);
            writer.write(null, new IIOImage(picture, null, null), interlaced);
        }
        assertThat(PictureCheck.inspect(file).content().isBlack()).isEqualTo(isBlack);
    }

    /** A JPEG or TIFF of that size is decoded sparsely at first. */
    @Test
    void aLargePictureIsBlackOnlyIfEveryPixelIs() throws Exception {
        var picture = new BufferedImage(4_096, 64, BufferedImage.TYPE_INT_RGB);
        Path black = write("a.tif", picture);
        picture.setRGB(4_001, 33, 0xFFFFFF);
        Path nearly = write("b.tif", picture);

        assertThat(PictureCheck.inspect(nearly).content().isBlack()).isTrue();
        assertThat(done(copy(nearly, "b.tif", "FAIL")).warnings()).isEmpty();
        assertThat(warning(black, "a.tif")).isEqualTo("The picture a.tif is all black.");
        publish(black, "c_1.tif");
        assertThat(done(copy(nearly, "c_2.tif", "FAIL")).warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "tif"})
    void theSamePictureAsTheFrameBeforeIsTold(String format) throws Exception {
        Path picture = write("a." + format, noise(7, 61, 37, BufferedImage.TYPE_3BYTE_BGR));
        Path other = write("b." + format, noise(8, 61, 37, BufferedImage.TYPE_3BYTE_BGR));
        publish(picture, "f_0099." + format);

        assertThat(warning(picture, "f_0100." + format))
                .isEqualTo(
                        "The picture f_0100.%s is the same as f_0099.%s, pixel by pixel."
                                .formatted(format, format));
        assertThat(done(copy(other, "f_0100." + format, "FAIL")).warnings()).isEmpty();
        assertThat(done(copy(picture, "f_0098." + format, "FAIL")).warnings()).isEmpty();
        assertThat(done(copy(picture, "f_0101." + format, "FAIL")).warnings()).isEmpty();
    }

    @Test
    void whatIsWrittenBesideThePixelsMakesNoDifference() throws Exception {
        Path picture = write("a.png", noise(7, 61, 37, BufferedImage.TYPE_3BYTE_BGR));
        byte[] plain = Files.readAllBytes(picture);
        publish(picture, "f_1.png");
        Path dated = folder.resolve("dated.png");
        Files.write(dated, withText(plain, "Date\0today"));

        assertThat(PictureCheck.check(dated)).isEqualTo(new Picture("png", 61, 37));
        assertThat(warning(dated, "f_2.png")).contains("is the same as f_1.png");
    }

    private static byte[] withText(byte[] png, String text) {
        byte[] data = text.getBytes(StandardCharsets.ISO_8859_1);
        var chunk = ByteBuffer.allocate(data.length + 12).putInt(data.length);
        chunk.put("tEXt".getBytes(StandardCharsets.US_ASCII)).put(data);
        var sum = new java.util.zip.CRC32();
        sum.update(chunk.array(), 4, data.length + 4);
        chunk.putInt((int) sum.getValue());
        int afterHeader = 8 + 25;
        return ByteBuffer.allocate(png.length + chunk.capacity())
                .put(png, 0, afterHeader)
                .put(chunk.array())
                .put(png, afterHeader, png.length - afterHeader)
                .array();
    }

    @Test
    void aSizeFarFromTheNeighboursIsTold() throws Exception {
        for (int frame : List.of(1, 2, 3, 5)) {
            publish(write("n.png", noise(frame, 160, 90, 1)), "f_%04d.png".formatted(frame));
        }
        Path small = write("small.png", noise(9, 16, 9, 1));
        long usual = Files.size(out.resolve("f_0002.png"));
        assertThat(warning(small, "f_0004.png"))
                .startsWith("The picture f_0004.png has " + Files.size(small) + " bytes")
                .endsWith("its neighbours have about %,d.".formatted(usual));
        Path large = write("large.png", noise(9, 480, 270, 1));
        assertThat(warning(large, "f_0004.png")).contains("bytes, its neighbours have about");
        Path alike = write("alike.png", noise(9, 300, 90, 1));
        assertThat(done(copy(alike, "f_0004.png", "FAIL")).warnings()).isEmpty();
    }

    @Test
    void oneNeighbourDoesNotSayWhatIsUsual() throws Exception {
        publish(write("n.png", noise(1, 160, 90, 1)), "f_0001.png");
        Path small = write("small.png", noise(9, 16, 9, 1));
        assertThat(done(copy(small, "f_0002.png", "FAIL")).warnings()).isEmpty();
    }

    @Test
    void namesWithoutANumberHaveNoNeighbours() throws Exception {
        Path picture = write("a.png", noise(7, 61, 37, 1));
        assertThat(done(copy(picture, "still.png", "FAIL")).warnings()).isEmpty();
        assertThat(Frames.neighbour(Path.of("/o/still.png"), 1)).isEmpty();
        assertThat(Frames.neighbour(Path.of("/o/v2_0009.png"), 1))
                .contains(Path.of("/o/v2_0010.png"));
        assertThat(Frames.neighbour(Path.of("/o/f_9.png"), 1)).contains(Path.of("/o/f_10.png"));
        assertThat(Frames.neighbour(Path.of("/o/f_0.png"), -1)).isEmpty();
    }

    @Test
    void pixelsOfAnExrThatAreNoNumbersAreTold() throws Exception {
        assumeTrue(
                Host.here().find("oiiotool").isPresent(),
                "oiiotool is missing: apt-get install openimageio-tools");
        assertThat(warning(exr("nan.exr", 0.5f, Float.NaN), "nan.exr"))
                .isEqualTo("The picture nan.exr has pixels that are no numbers (NaN or infinite).");
        assertThat(warning(exr("inf.exr", 0.5f, Float.POSITIVE_INFINITY), "inf.exr"))
                .contains("no numbers");
        assertThat(warning(exr("black.exr", 0, 0), "black.exr")).endsWith("is all black.");
        Path good = exr("good.exr", 0.5f, 0.25f);
        Result.Done done = done(copy(good, "f_2.exr", "FAIL"));
        assertThat(done.outputs().getFirst().thumbnail()).exists();
        publish(good, "f_1.exr");
        assertThat(warning(good, "f_2.exr")).contains("is the same as f_1.exr");
    }

    /** Uncompressed scan lines of three channels of 32-bit numbers, all alike but for one pixel. */
    private Path exr(String name, float most, float one) throws IOException {
        int width = 8;
        int height = 4;
        var header = new ByteArrayOutputStream();
        header.writeBytes(little(8).putInt(20000630).putInt(2).array());
        var channels = new ByteArrayOutputStream();
        for (String channel : List.of("B", "G", "R")) {
            channels.writeBytes((channel + "\0").getBytes(StandardCharsets.US_ASCII));
            channels.writeBytes(little(16).putInt(2).putInt(0).putInt(1).putInt(1).array());
        }
        channels.write(0);
        byte[] window = little(16).putInt(0).putInt(0).putInt(width - 1).putInt(height - 1).array();
        attribute(header, "channels", "chlist", channels.toByteArray());
        attribute(header, "compression", "compression", new byte[] {0});
        attribute(header, "dataWindow", "box2i", window);
        attribute(header, "displayWindow", "box2i", window);
        attribute(header, "lineOrder", "lineOrder", new byte[] {0});
        attribute(header, "pixelAspectRatio", "float", little(4).putFloat(1).array());
        attribute(header, "screenWindowCenter", "v2f", new byte[8]);
        attribute(header, "screenWindowWidth", "float", little(4).putFloat(1).array());
        header.write(0);
        int lineBytes = 8 + width * 12;
        var rest = little(height * (8 + lineBytes));
        for (int y = 0; y < height; y++) {
            rest.putLong(header.size() + height * 8L + (long) y * lineBytes);
        }
        for (int y = 0; y < height; y++) {
            rest.putInt(y).putInt(width * 12);
            for (int i = 0; i < width * 3; i++) {
                rest.putFloat(y == 2 && i == 5 ? one : most);
            }
        }
        header.writeBytes(rest.array());
        return Files.write(folder.resolve(name), header.toByteArray());
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void attribute(
            ByteArrayOutputStream to, String name, String type, byte[] value) {
        to.writeBytes((name + "\0" + type + "\0").getBytes(StandardCharsets.US_ASCII));
        to.writeBytes(little(4).putInt(value.length).array());
        to.writeBytes(value);
    }

    @Test
    void manyPicturesOfARunAreToldInOneSentence() throws Exception {
        Path picture = write("a.png", black(1));
        var files = new ArrayList<String>();
        for (int frame = 1; frame <= 4; frame++) {
            files.add(text(out.resolve("f_" + frame + ".png")));
        }
        String script =
                "for o in $LUMENYARD_OUTPUT_0 $LUMENYARD_OUTPUT_1 $LUMENYARD_OUTPUT_2"
                        + " $LUMENYARD_OUTPUT_3; do cp \"$0\" \"$o\"; done";
        var settings = object("command", List.of("sh", "-c", script, text(picture)));
        Result.Done done = done(engine.run(work(settings, object("files", files)), bench));
        assertThat(done.warnings())
                .containsExactly(
                        "4 pictures are all black: f_1.png, f_2.png, f_3.png, f_4.png.",
                        "3 pictures are the same as the one before, pixel by pixel: f_2.png, f_3.png, f_4.png.");
    }

    @Test
    void theTestPatternsPicturesPassAndAFrameOfAnotherSizeIsTold() throws Exception {
        var pattern = new TestPatternEngine(Files.createDirectories(folder.resolve("home")));
        var outputs = object("folder", text(out), "pattern", "p_####.png");
        var small = object("frames", "1-6", "seconds", 0, "width", 32, "height", 18);
        small.put("pictureChecks", "fail");
        Result.Done first = done(pattern.run(work(small, outputs), bench));
        assertThat(first.warnings()).isEmpty();
        for (Output output : first.outputs()) {
            Files.move(output.part(), output.target());
        }
        var large = object("frames", "7", "seconds", 0, "width", 1280, "height", 720);
        Result.Done other = done(pattern.run(work(large, outputs), bench));
        assertThat(other.warnings())
                .singleElement()
                .asString()
                .contains("p_0007.png has ", " bytes, its neighbours have about");
    }

    @Test
    void aModeThatIsNotKnownIsRefused() throws Exception {
        Result.Failed failed = failed(copy(folder.resolve("none.png"), "a.png", "sometimes"));
        assertThat(failed.sentence())
                .isEqualTo("\"pictureChecks\" in the settings must be one of WARN, FAIL, OFF.");
    }
}
