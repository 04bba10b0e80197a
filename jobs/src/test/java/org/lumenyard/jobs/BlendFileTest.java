package org.lumenyard.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlendFileTest {
    private static final HandmadeBlend USUAL = HandmadeBlend.frames(3, 250);

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "BLENDER-v304, 304, 3.4",
        "BLENDER-v405, 405, 4.5",
        "BLENDER-v283, 283, 2.83",
        "BLENDER_v279, 279, 2.79",
        "BLENDER-V249, 249, 2.49",
        "BLENDER17-01v0500, 500, 5.0",
        "BLENDER17-01v0512, 512, 5.12",
    })
    void everyKindOfHeaderIsRead(String header, int version, String series) throws Exception {
        BlendFile read = read(USUAL.header(header).bytes());

        assertThat(read).isEqualTo(new BlendFile(version, "Scene", 3, 250));
        assertThat(read.series()).isEqualTo(series);
    }

    @Test
    void packedFilesAreReadLikePlainOnes() throws Exception {
        assertThat(read(HandmadeBlend.gzipped(USUAL.bytes()))).isEqualTo(read(USUAL.bytes()));
        assertThat(read(HandmadeBlend.zstd(USUAL.bytes()))).isEqualTo(read(USUAL.bytes()));
    }

    @Test
    void longAndForeignSceneNamesAreReadWhole() throws Exception {
        String name = "Überblick 灯台 ".repeat(8);

        assertThat(read(USUAL.header("BLENDER17-01v0500").scene(name, 256).bytes()).scene())
                .isEqualTo(name);
        assertThat(read(USUAL.scene("A".repeat(64), 64).bytes()).scene()).isEqualTo("A".repeat(64));
    }

    @Test
    void framesAreARangeExpression() throws Exception {
        assertThat(read(USUAL.bytes()).frames()).hasValue("3-250");
        assertThat(read(HandmadeBlend.frames(7, 7).bytes()).frames()).hasValue("7");
        assertThat(read(HandmadeBlend.frames(-5, -1).bytes()).frames()).hasValue("-5--1");
        assertThat(read(HandmadeBlend.frames(5, 1).bytes()).frames()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "BLEND", "this is a letter, not a scene", "\u0089PNG\r\n\u001a\n"})
    void anotherKindOfFileIsNamedSo(String text) {
        assertUnreadable(
                text.getBytes(StandardCharsets.ISO_8859_1), "a.blend is not a .blend file.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BLENDERxv304",
                "BLENDER-v3x4",
                "BLENDER-x304",
                "BLENDER99-01v0500",
                "BLENDER17-02v0500",
                "BLENDER00-01v0500",
                "BLENDER1x-01v0500"
            })
    void anUnknownHeaderIsNamedSo(String header) {
        byte[] bytes =
                HandmadeBlend.join(header.getBytes(StandardCharsets.ISO_8859_1), new byte[400]);

        assertUnreadable(bytes, "a.blend is a .blend file of a kind that is not known here");
    }

    @Test
    void aPlainFileThatIsCutOffAnywhereIsNamedSo() throws Exception {
        byte[] whole = USUAL.bytes();

        for (int length = "BLENDER".length(); length < whole.length - 24; length += 7) {
            assertUnreadable(Arrays.copyOf(whole, length), "a.blend is cut off");
        }
    }

    @Test
    void aPackedFileThatIsCutOffBeforeTheRangeIsNamedSo() throws Exception {
        byte[] gzip = HandmadeBlend.gzipped(USUAL.bytes());
        byte[] zstd = HandmadeBlend.zstd(USUAL.bytes());

        assertUnreadable(Arrays.copyOf(gzip, 40), "a.blend is cut off");
        for (int length = 30; length < 45; length++)
            assertUnreadable(Arrays.copyOf(zstd, length), "a.blend is cut off");
    }

    @Test
    void aFileFullOfZerosAfterItsBeginningIsCutOff() {
        byte[] whole = USUAL.bytes();
        Arrays.fill(whole, whole.length - 100, whole.length, (byte) 0);

        assertUnreadable(HandmadeBlend.join(whole, new byte[10_000]), "a.blend is cut off");
    }

    @Test
    void aFileWithoutARangeAsksForTheFrames() {
        assertUnreadable(
                USUAL.withoutRange(), "a.blend does not say its frame range: give the frames.");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40})
    void aLyingBlockLengthEndsInASentence(long length) {
        HandmadeBlend blend = USUAL.header("BLENDER17-01v0500");
        byte[] bytes =
                HandmadeBlend.join(
                        blend.header().getBytes(StandardCharsets.ISO_8859_1),
                        blend.head("DATA", length),
                        new byte[100]);

        assertUnreadable(bytes, "a.blend ");
        assertUnreadable(HandmadeBlend.zstd(bytes), "a.blend ");
    }

    @Test
    void damagedFilesEndInASentence() throws Exception {
        var random = new Random(20_261_124);
        for (byte[] good :
                new byte[][] {
                    USUAL.bytes(),
                    HandmadeBlend.gzipped(USUAL.bytes()),
                    HandmadeBlend.zstd(USUAL.bytes())
                }) {
            for (int round = 0; round < 300; round++) {
                byte[] bad = good.clone();
                for (int i = 0; i < 4; i++)
                    bad[random.nextInt(Math.min(bad.length, 500))] = (byte) random.nextInt(256);
                try {
                    read(bad);
                } catch (BlendFile.Unreadable e) {
                    assertThat(e)
                            .hasMessageStartingWith("a.blend ")
                            .hasMessageNotContainingAny("Exception", "null");
                }
            }
        }
    }

    @Test
    void aMissingFileIsASentence() {
        assertThatThrownBy(() -> BlendFile.read(folder.resolve("none.blend")))
                .isInstanceOf(BlendFile.Unreadable.class)
                .hasMessageStartingWith("none.blend cannot be read");
    }

    private BlendFile read(byte[] bytes) throws IOException, BlendFile.Unreadable {
        return BlendFile.read(Files.write(folder.resolve("a.blend"), bytes));
    }

    private void assertUnreadable(byte[] bytes, String beginning) {
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(BlendFile.Unreadable.class)
                .hasMessageStartingWith(beginning);
    }
}
