package org.lumenyard.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProbeTest {
    private static final List<String> QUICK = List.of("printf", "Blender 3.4.1\\nbuild date\\n");

    /** Under load a program has often ended before its answer is read. */
    @Test
    void aProgramThatEndsAtOnceIsHeardAllTheSame() throws Exception {
        Callable<String> ask = () -> Probe.firstMatch(QUICK, "Blender (\\S+)").orElse("not heard");
        try (var askers = Executors.newFixedThreadPool(16)) {
            var answers = askers.invokeAll(Stream.generate(() -> ask).limit(400).toList());
            for (var answer : answers) assertThat(answer.get()).isEqualTo("3.4.1");
        }
    }

    @Test
    void whatIsNotThereOrSaysSomethingElseIsNothing() {
        assertThat(Probe.firstMatch(List.of("no-such-program-at-all"), "(.*)")).isEmpty();
        assertThat(Probe.firstMatch(List.of("printf", "hello\\n"), "Blender (\\S+)")).isEmpty();
    }
}
