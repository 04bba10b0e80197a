package org.lumenyard.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lumenyard.agent.engine.EngineTrial.done;
import static org.lumenyard.agent.engine.EngineTrial.failed;
import static org.lumenyard.agent.engine.EngineTrial.object;
import static org.lumenyard.agent.engine.EngineTrial.text;
import static org.lumenyard.agent.engine.EngineTrial.work;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class TestPatternEngineTest {
    @TempDir Path folder;
    private ProcessBench bench;
    private TestPatternEngine engine;

    @BeforeEach
    void open() throws IOException {
        bench = new ProcessBench(folder.resolve("scratch"));
        engine = new TestPatternEngine(folder.resolve("home"));
    }

    @AfterEach
    void closeBench() {
        bench.close();
    }

    private Result run(Object... settings) throws Exception {
        var outputs = object("folder", text(folder.resolve("out")), "pattern", "p_####.png");
        var all = object("seconds", 0);
        all.setAll(object(settings));
        return engine.run(work(all, outputs), bench);
    }

    @Test
    void everyFrameIsAPictureOfItsOwn() throws Exception {
        Result.Done done = done(run("frames", "-1,1-3,250", "seconds", "0.01"));
        assertThat(done.outputs())
                .extracting(Output::label)
                .containsExactly("-1", "1", "2", "3", "250");
        byte[] first = Files.readAllBytes(done.outputs().get(1).part());
        assertThat(Files.readAllBytes(done.outputs().get(2).part())).isNotEqualTo(first);
        assertThat(done.outputs().getFirst().thumbnail()).exists();
        assertThat(bench.progress).isSorted().last().isEqualTo(1.0);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 400", "400, 1", "3, 5", "1921, 1081"})
    void anySizeIsAPictureThatAnotherDecoderReads(int width, int height) throws Exception {
        Path part =
                done(run("frames", "12", "width", width, "height", height))
                        .outputs()
                        .getFirst()
                        .part();
        assertThat(PictureCheck.check(part)).isEqualTo(new Picture("png", width, height));
        assertThat(ImageIO.read(part.toFile()).getWidth()).isEqualTo(width);
    }

    @Test
    void framesToFailFailAndWhatWasDoneCounts() throws Exception {
        Result.Failed failed = failed(run("frames", "1-5", "failFrames", "3"));
        assertThat(failed.sentence()).startsWith("Frame 3 failed");
        assertThat(failed.outputs()).extracting(Output::label).containsExactly("1", "2");
    }

    @Test
    void theLockTellsTwiceAtOnceAndTheRecordTellsWhoAndWhen() throws Exception {
        Path locks = Files.createDirectory(folder.resolve("locks"));
        done(run("frames", "1-2", "lockFolder", text(locks)));
        List<String> lines = Files.readAllLines(locks.resolve("record.txt"));
        assertThat(lines).hasSize(2).allMatch(line -> line.matches("\\d+ 1 [12] \\d+ \\d+"));
        assertThat(lines.getFirst()).startsWith(bench.started.getFirst().pid() + " 1 1 ");
        try (var held = HeldLock.take(locks.resolve("2.lock"))) {
            Result.Failed failed = failed(run("frames", "1-2", "lockFolder", text(locks)));
            assertThat(failed.reason()).isEqualTo(Reason.TWICE_AT_ONCE);
            assertThat(held.isHeld()).isTrue();
        }
    }

    @Test
    void aKilledProcessIsTold() throws Exception {
        bench.listen(line -> {
            if (line.startsWith("progress ")) {
                bench.started.forEach(Running::kill);
            }
        });
        Result.Failed failed = failed(run("frames", "1", "seconds", 60));
        assertThat(failed.reason()).isIn(Reason.KILLED, Reason.OUT_OF_MEMORY);
        assertThat(failed.sentence()).contains("rendering frame 1");
    }

    @Test
    void aFullDiskIsTold() throws Exception {
        try (var small = SmallDisk.mount(folder.resolve("out"), "64k")) {
            assertThat(failed(run("frames", "1-3")).reason()).isEqualTo(Reason.DISK_FULL);
            assertThat(small.folder()).isEmptyDirectory();
        }
    }
}
