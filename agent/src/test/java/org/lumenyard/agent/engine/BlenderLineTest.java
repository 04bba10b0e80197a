package org.lumenyard.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Reading what Blender 3.4 really printed; the sample's parts begin with a line of number signs.
 */
class BlenderLineTest {
    private static Map<String, List<BlenderLine>> parts = Map.of();

    @BeforeAll
    static void readSample() throws IOException {
        try (var in = BlenderLineTest.class.getResourceAsStream("blender_output.txt");
                var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            String whole = lines.lines().collect(Collectors.joining("\n"));
            parts =
                    List.of(whole.split("(?m)^##### ")).stream()
                            .skip(1)
                            .collect(
                                    Collectors.toMap(
                                            part -> part.lines().findFirst().orElseThrow(),
                                            part ->
                                                    part.lines()
                                                            .skip(1)
                                                            .map(BlenderLine::parse)
                                                            .toList()));
        }
    }

    private static List<BlenderLine> part(String beginning) {
        return parts.entrySet().stream()
                .filter(part -> part.getKey().startsWith(beginning))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    private static <T extends BlenderLine> List<T> of(Class<T> kind, String part) {
        return part(part).stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    @Test
    void samplesOfAFrameCountUpToItsEnd() {
        assertThat(
                        of(BlenderLine.Progress.class, "one Cycles frame").stream()
                                .filter(line -> line.fraction() > 0))
                .extracting(BlenderLine.Progress::fraction, BlenderLine.Progress::text)
                .containsExactly(
                        tuple(0.25, "Sample 1/4"),
                        tuple(1.0, "Sample 4/4"),
                        tuple(1.0, "Finished"));
    }

    @Test
    void preparationIsToldFromSampling() {
        List<BlenderLine.Progress> lines = of(BlenderLine.Progress.class, "one Cycles frame");
        assertThat(lines.stream().filter(BlenderLine.Progress::isPreparing)).hasSizeGreaterThan(25);
        assertThat(lines).noneMatch(line -> line.isPreparing() && line.text().startsWith("Sample"));
        assertThat(lines)
                .allMatch(
                        line -> line.layer().isEmpty() || line.layer().equals("Scene, ViewLayer"));
    }

    @Test
    void eachFrameOfAnAnimationIsSeenAndSaved() {
        assertThat(
                        of(BlenderLine.Progress.class, "three frames with -a").stream()
                                .map(BlenderLine.Progress::frame)
                                .distinct())
                .containsExactly(1, 2, 3);
        assertThat(of(BlenderLine.Saved.class, "three frames with -a"))
                .extracting(BlenderLine.Saved::path)
                .containsExactly(
                        "/render/out/an_0001.png",
                        "/render/out/an_0002.png"); // the sample ends there
    }

    @Test
    void viewLayersAreTold() {
        assertThat(
                        of(BlenderLine.Progress.class, "two view layers").stream()
                                .map(BlenderLine.Progress::layer)
                                .filter(layer -> !layer.isEmpty())
                                .distinct())
                .hasSize(2);
    }

    @Test
    void eeveesWordsAreUnderstood() {
        assertThat(of(BlenderLine.Progress.class, "Eevee under Xvfb"))
                .anyMatch(line -> line.fraction() > 0.3 && line.fraction() < 1);
    }

    @ParameterizedTest
    @CsvSource({
        "missing .blend, Cannot read file",
        "truncated .blend, Missing DNA block",
        "disk full, No space left on device",
        "output not permitted, Permission denied"
    })
    void errorsAreTold(String part, String words) {
        assertThat(of(BlenderLine.Trouble.class, part))
                .anyMatch(line -> line.text().contains(words));
    }

    @Test
    void aTracebackIsSeenWhereItBegins() {
        assertThat(of(BlenderLine.TracebackBegins.class, "python exception, no")).hasSize(1);
        assertThat(of(BlenderLine.TracebackBegins.class, "one Cycles frame")).isEmpty();
    }
}
