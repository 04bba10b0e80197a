package org.lumenyard.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureCheckTest {
    @TempDir Path folder;

    private static BufferedImage noise(int width, int height, int type) {
        var picture = new BufferedImage(width, height, type);
        var random = new Random(7);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                picture.setRGB(x, y, random.nextInt());
            }
        }
        return picture;
    }

    private Path write(String name, BufferedImage picture) throws IOException {
        Path file = folder.resolve(name);
        assertThat(ImageIO.write(picture, name.substring(name.lastIndexOf('.') + 1), file.toFile()))
                .isTrue();
        return file;
    }

    @ParameterizedTest
    @CsvSource({
        "a.png, png, 1",
        "a.png, png, 6",
        "a.png, png, 10",
        "a.png, png, 12",
        "a.png, png, 13",
        "a.jpg, jpeg, 1",
        "a.tif, tiff, 1"
    })
    void aWholePictureTellsItsSize(String name, String format, int type) throws Exception {
        Path file = write(name, noise(61, 37, type));
        assertThat(PictureCheck.check(file)).isEqualTo(new Picture(format, 61, 37));
    }

    @Test
    void anInterlacedPngIsWhole() throws Exception {
        Path file = folder.resolve("i.png");
        var writer = ImageIO.getImageWritersByFormatName("png").next();
        try (var out = ImageIO.createImageOutputStream(file.toFile())) {
            ImageWriteParam interlaced = writer.getDefaultWriteParam();
            interlaced.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            writer.setOutput(out);
            writer.write(null, new IIOImage(noise(13, 11, 1), null, null), interlaced);
        }
        assertThat(PictureCheck.check(file)).isEqualTo(new Picture("png", 13, 11));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.png", "a.jpg"})
    void aPictureCutAnywhereIsRefused(String name) throws Exception {
        byte[] whole = Files.readAllBytes(write(name, noise(40, 30, 1)));
        var accepted = new ArrayList<Integer>();
        for (int length = 0;
                length < whole.length;
                length += length < 64 || length > whole.length - 64 ? 1 : 37) {
            Path cut = Files.write(folder.resolve("cut-" + name), Arrays.copyOf(whole, length));
            try {
                PictureCheck.check(cut);
                accepted.add(length);
            } catch (BadPicture refused) {
                assertThat(refused.what()).isNotBlank();
            }
        }
        assertThat(accepted).isEmpty();
    }

    @Test
    void aChangedByteInAPngIsFound() throws Exception {
        byte[] whole = Files.readAllBytes(write("a.png", noise(40, 30, 1)));
        for (int at = 8; at < whole.length; at += 11) {
            byte[] changed = whole.clone();
            changed[at] ^= 0x40;
            Path file = Files.write(folder.resolve("changed.png"), changed);
            assertThatThrownBy(() -> PictureCheck.check(file))
                    .as("byte %d", at)
                    .isInstanceOf(BadPicture.class);
        }
    }

    @Test
    void otherFilesAreRefusedInWords() throws Exception {
        Path png = write("a.png", noise(4, 4, 1));
        Path misnamed = Files.copy(png, folder.resolve("b.exr"));
        assertThatThrownBy(() -> PictureCheck.check(misnamed)).hasMessage("is a png file, not EXR");
        Path text = Files.writeString(folder.resolve("c.png"), "no picture");
        assertThatThrownBy(() -> PictureCheck.check(text)).hasMessage("is no PNG");
        Path empty = Files.createFile(folder.resolve("d.png"));
        assertThatThrownBy(() -> PictureCheck.check(empty)).hasMessage("is empty");
        assertThatThrownBy(() -> PictureCheck.check(folder.resolve("e.png")))
                .hasMessage("was not written");
        assertThatThrownBy(() -> PictureCheck.check(Files.createDirectory(folder.resolve("f.png"))))
                .hasMessage("was not written");
    }

    @Test
    void anExrCutAnywhereIsRefused() throws Exception {
        Path png = write("a.png", noise(200, 150, 1));
        for (List<String> kind :
                List.of(
                        List.of("zip"),
                        List.of("none"),
                        List.of("piz"),
                        List.of("dwaa"),
                        List.of("rle"))) {
            Path exr = folder.resolve(kind.getFirst() + ".exr");
            oiiotool(
                    png.toString(),
                    "-d",
                    "half",
                    "--compression",
                    kind.getFirst(),
                    "-o",
                    exr.toString());
            checkCuts(exr);
        }
        Path tiled = folder.resolve("tiled.exr");
        oiiotool(png.toString(), "-d", "half", "--tile", "64", "64", "-o", tiled.toString());
        checkCuts(tiled);
    }

    private void checkCuts(Path exr) throws Exception {
        assertThat(PictureCheck.check(exr)).isEqualTo(new Picture("exr", 200, 150));
        assertThat(ExrFile.colourChannels(exr)).containsExactly("R", "G", "B");
        byte[] whole = Files.readAllBytes(exr);
        for (int length = 4; length < whole.length; length += Math.max(1, whole.length / 97)) {
            Path cut = Files.write(folder.resolve("cut.exr"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> PictureCheck.check(cut))
                    .as("%s at %d", exr, length)
                    .isInstanceOf(BadPicture.class);
        }
    }

    private static void oiiotool(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("oiiotool"));
        command.addAll(List.of(arguments));
        assumeTrue(
                Host.here().find("oiiotool").isPresent(),
                "oiiotool is missing: apt-get install openimageio-tools");
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    @Test
    void aThumbnailKeepsTheShapeAndNeverGrows() throws Exception {
        Path wide = write("wide.png", noise(2000, 500, 6));
        Path small = Thumbnails.make(wide, folder.resolve("wide.jpg")).orElseThrow();
        assertThat(PictureCheck.check(small)).isEqualTo(new Picture("jpeg", 480, 120));
        Path tiny =
                Thumbnails.make(write("tiny.png", noise(20, 10, 1)), folder.resolve("wide.jpg"))
                        .orElseThrow();
        assertThat(PictureCheck.check(tiny)).isEqualTo(new Picture("jpeg", 20, 10));
        assertThat(
                        Thumbnails.make(
                                Files.writeString(folder.resolve("t.png"), "text"),
                                folder.resolve("t.jpg")))
                .isEmpty();
    }
}
