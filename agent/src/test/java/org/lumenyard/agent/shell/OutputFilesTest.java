package org.lumenyard.agent.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.agent.Event;
import org.lumenyard.agent.FinalReport;
import org.lumenyard.agent.FinalReport.Publication;
import org.lumenyard.agent.guard.BootClock;
import org.lumenyard.protocol.AgentMessage.Ended;

final class OutputFilesTest {
    @TempDir private Path folder;

    private FinalReport report(String... names) throws IOException {
        var files = new java.util.ArrayList<Publication>();
        for (String name : names) {
            Path part = Files.writeString(folder.resolve(".11.part." + name), name);
            files.add(OutputFiles.publication(part, folder.resolve(name), name.length()));
        }
        return new FinalReport("farm", new Ended(11, "done", "done", "", 0, 0, 0, "{}"), files);
    }

    private static long later() {
        return BootClock.nowMillis() + 60_000;
    }

    @Test
    void partsGetTheirNamesInPlaceOfWhatWasThere() throws IOException {
        Files.writeString(folder.resolve("a.png"), "of last week");

        assertThat(OutputFiles.publish(report("a.png", "b.png"), later()))
                .isEqualTo(new Event.Published(11));

        assertThat(folder.resolve("a.png")).hasContent("a.png");
        assertThat(folder.resolve("b.png")).hasContent("b.png");
    }

    @Test
    void toPublishTwiceIsAsGoodAsOnce() throws IOException {
        FinalReport report = report("a.png", "b.png");
        Files.move(folder.resolve(".11.part.a.png"), folder.resolve("a.png"));

        assertThat(OutputFiles.publish(report, later())).isEqualTo(new Event.Published(11));
        assertThat(OutputFiles.publish(report, later())).isEqualTo(new Event.Published(11));
    }

    @Test
    void nothingIsNamedAfterTheLease() throws IOException {
        assertThat(OutputFiles.publish(report("a.png"), BootClock.nowMillis()))
                .isEqualTo(new Event.PublishedTooLate(11));
        assertThat(folder.resolve("a.png")).doesNotExist();
    }

    @Test
    void aPartThatVanishedIsNoOutputEvenIfAnotherFileHasItsName() throws IOException {
        FinalReport report = report("a.png");
        Files.delete(folder.resolve(".11.part.a.png"));
        Files.writeString(folder.resolve("a.png"), "something else of another size");

        assertThat(OutputFiles.publish(report, later()))
                .isInstanceOfSatisfying(
                        Event.NotPublished.class,
                        event -> {
                            assertThat(event.reason()).isEqualTo("bad_output");
                            assertThat(event.sentence()).contains("a.png").endsWith(".");
                        });
    }

    @Test
    void aPictureOfBeforeOfTheSameSizeIsNotTakenForThePartThatVanished() throws IOException {
        Path before = Files.writeString(folder.resolve("a.png"), "A.PNG");
        Files.setLastModifiedTime(before, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
        FinalReport report = report("a.png");
        Files.delete(folder.resolve(".11.part.a.png"));

        assertThat(OutputFiles.publish(report, later())).isInstanceOf(Event.NotPublished.class);
        assertThat(before).hasContent("A.PNG");
    }

    @Test
    void aFolderInTheWayIsToldInASentence() throws IOException {
        FinalReport report = report("a.png");
        Files.createDirectories(folder.resolve("a.png/full"));

        assertThat(OutputFiles.publish(report, later()))
                .isInstanceOfSatisfying(
                        Event.NotPublished.class,
                        event -> {
                            assertThat(event.reason()).isEqualTo("output_folder");
                            assertThat(event.sentence()).contains("a.png").endsWith(".");
                        });
    }

    @Test
    void onlyThisRunsPartsAreClearedAway() throws IOException {
        report("a.png", "b.png");
        Files.writeString(folder.resolve(".111.part.c.png"), "of another run");

        OutputFiles.clearParts(
                11,
                List.of(folder, folder.resolve("gone")),
                Set.of(folder.resolve(".11.part.b.png")));

        try (var left = Files.list(folder)) {
            assertThat(left)
                    .extracting(path -> path.getFileName().toString())
                    .containsExactlyInAnyOrder(".11.part.b.png", ".111.part.c.png");
        }
    }
}
