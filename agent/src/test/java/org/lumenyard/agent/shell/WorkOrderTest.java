package org.lumenyard.agent.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lumenyard.agent.engine.Work;
import org.lumenyard.protocol.ServerMessage.Start;

final class WorkOrderTest {
    private static final Path SCRATCH = Path.of("/scratch/11");

    private static Start order(
            Map<String, Object> settings, Map<String, Object> outputs, String done) {
        return new Start(
                11,
                1,
                2,
                0,
                "7",
                "blender",
                "",
                0,
                0,
                settings,
                outputs,
                Map.of("Scene", "/a b/{{Task.Param.Frame}}.blend"),
                List.of("Scene"),
                Map.of("Frame", "7"),
                Map.of("amount.worker.vcpu", 4L, "amount.worker.memory", 2_000L),
                Map.of(),
                done,
                0);
    }

    @Test
    void formatStringsGetTheirValuesHoweverDeepTheyAre() {
        Work work =
                WorkOrder.read(
                        order(
                                Map.of(
                                        "list",
                                        List.of("{{Task.Param.Frame}}", 3),
                                        "map",
                                        Map.of("at", "{{Session.WorkingDirectory}}/x")),
                                Map.of("folder", "/out"),
                                ""),
                        SCRATCH);

        assertThat(work.settings().toString()).contains("[\"7\",3]").contains("/scratch/11/x");
        assertThat(work.threads()).isEqualTo(4);
        assertThat(work.memoryMiB()).isEqualTo(2_000);
    }

    @Test
    void whatAValueBringsInIsNotReadAgain() {
        Work work =
                WorkOrder.read(order(Map.of("scene", "{{Param.Scene}}"), Map.of(), ""), SCRATCH);

        assertThat(work.settings().path("scene").asText())
                .isEqualTo("/a b/{{Task.Param.Frame}}.blend");
    }

    @Test
    void framesThatAreDoneAreSkippedByTheirLabels() {
        assertThat(WorkOrder.read(order(Map.of(), Map.of(), "1-3,7"), SCRATCH).verified())
                .containsExactlyInAnyOrder("1", "2", "3", "7");
    }

    @Test
    void aReferenceWithoutValueIsToldInASentence() {
        assertThatThrownBy(() ->
                        WorkOrder.read(
                                order(Map.of("a", "{{Param.Nobody}}"), Map.of(), ""), SCRATCH))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Param.Nobody");
    }

    @Test
    void theFoldersOfAllOutputsAreKnown() {
        Work work =
                WorkOrder.read(
                        order(
                                Map.of(),
                                Map.of(
                                        "folder",
                                        "/a",
                                        "file",
                                        "/b/film.mp4",
                                        "files",
                                        List.of("/c/x", "relative/y")),
                                ""),
                        SCRATCH);

        assertThat(WorkOrder.outputFolders(work))
                .containsExactlyInAnyOrder(Path.of("/a"), Path.of("/b"), Path.of("/c"));
    }
}
