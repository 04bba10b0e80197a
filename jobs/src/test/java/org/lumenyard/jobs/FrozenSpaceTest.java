package org.lumenyard.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lumenyard.core.TaskSpace;
import org.lumenyard.openjd.ParameterSpace;
import org.lumenyard.openjd.Template;

class FrozenSpaceTest {
    @Test
    void aTaskIsLabelledByItsOneValue() {
        assertThat(space("{name: Frame, type: INT, range: '7,10-20:5'}").label(1)).isEqualTo("10");
    }

    @Test
    void aChunkIsLabelledByItsFramesAndAChunkOfOneByItsFrame() {
        TaskSpace chunks =
                space(
                        "{name: Frame, type: 'CHUNK[INT]', range: '1-4,9,-6--5', chunks: {defaultTaskCount: 2, rangeConstraint: CONTIGUOUS}}");

        assertThat(chunks.label(0)).isEqualTo("-6--5");
        assertThat(chunks.label(1)).isEqualTo("1-2");
        assertThat(chunks.label(chunks.size() - 1)).isEqualTo("9");
        assertThat(((FrozenSpace) chunks).valuesAt(chunks.size() - 1))
                .isEqualTo(Map.of("Frame", "9-9"));
    }

    @Test
    void severalValuesAreNamed() {
        TaskSpace space =
                space(
                        "{name: Frame, type: INT, range: '1-1000000'}, {name: Eye, type: STRING, range: [left, right]}");

        assertThat(space.size()).isEqualTo(2_000_000);
        assertThat(space.label(1_999_999)).isEqualTo("Frame=1000000, Eye=right");
    }

    @Test
    void aTextThatLooksLikeARangeStaysAText() {
        assertThat(space("{name: Shot, type: STRING, range: ['5-5']}").label(0)).isEqualTo("5-5");
    }

    @Test
    void aTaskWithoutValuesGoesByItsStep() {
        var film = new FrozenSpace("film", ParameterSpace.ONE_TASK);

        assertThat(film.label(0)).isEqualTo("film");
        assertThat(FrozenSpace.read(film.frozen()).label(0)).isEqualTo("film");
    }

    @Test
    void aLongLabelIsShortened() {
        assertThat(space("{name: Text, type: STRING, range: ['" + "灯".repeat(500) + "']}").label(0))
                .hasSize(200)
                .endsWith("灯…");
    }

    @Test
    void aFrozenSpaceIsReadAgainAsItWas() {
        TaskSpace space =
                space(
                        "{name: A, type: INT, range: '1-9:2'}, {name: B, type: FLOAT, range: ['0.50', 2]}");
        TaskSpace read = FrozenSpace.read(space.frozen());

        assertThat(read.frozen()).isEqualTo(space.frozen());
        for (long index = 0; index < space.size(); index++) {
            assertThat(read.label(index)).isEqualTo(space.label(index));
            assertThat(((FrozenSpace) read).valuesAt(index))
                    .isEqualTo(((FrozenSpace) space).valuesAt(index));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "7",
                "{\"format\":\"task-space/2\"}",
                "{\"format\":\"task-space/1\",\"step\":\"a\"}"
            })
    void anotherTextIsRefused(String text) {
        assertThatThrownBy(() -> FrozenSpace.read(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static TaskSpace space(String parameters) {
        String template =
                """
                specificationVersion: jobtemplate-2023-09
                extensions: [TASK_CHUNKING]
                name: Test
                steps:
                  - name: step
                    parameterSpace: {taskParameterDefinitions: [%s]}
                    script: {actions: {onRun: {command: "true"}}}
                """
                        .formatted(parameters);
        return new FrozenSpace(
                "step",
                Template.parse(template).instantiate(Map.of()).steps().getFirst().parameterSpace());
    }
}
