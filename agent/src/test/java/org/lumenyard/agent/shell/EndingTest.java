package org.lumenyard.agent.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lumenyard.agent.FinalReport;
import org.lumenyard.agent.engine.Costs;
import org.lumenyard.agent.engine.Output;
import org.lumenyard.agent.engine.Reason;
import org.lumenyard.agent.engine.Result;
import org.lumenyard.agent.guard.Death;
import org.lumenyard.protocol.AgentMessage.Report;
import org.lumenyard.protocol.ServerMessage.Start;
import org.lumenyard.protocol.Wire;

final class EndingTest {
    private static final Start ORDER =
            new Start(
                    11, 1, 2, 0, "7", "blender", "", 0, 0, Map.of(), Map.of(), Map.of(), List.of(),
                    Map.of(), Map.of(), Map.of(), "", 0);

    private final Ending ending = new Ending(ORDER, "farm");

    private static Output output(int frame) {
        String name = "\"\u00e9\\".repeat(30) + frame + ".png";
        return new Output(
                Path.of("/o/.11.part." + name),
                Path.of("/o/" + name),
                "" + frame,
                99,
                64,
                36,
                1.23456,
                null);
    }

    private static Death death(Death.Cause cause) {
        return new Death(new Death.Ending.Signal(9, false), cause, Death.Proof.GUARD, 2_048, 1);
    }

    @Test
    void aThousandFramesFitIntoAMessageAndAllArePublished() throws Exception {
        List<Output> outputs = IntStream.range(0, 1_000).mapToObj(EndingTest::output).toList();
        ending.resulted(new Result.Done(outputs, List.of("w".repeat(50_000)), Costs.UNKNOWN));

        FinalReport report = ending.report();

        assertThat(report.publications()).hasSize(1_000);
        assertThat(
                        Wire.write(new Report(1, report.ended()))
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .hasSizeLessThan(Wire.MAX_BYTES);
        assertThat(
                        JsonMapper.builder()
                                .build()
                                .readTree(report.ended().details())
                                .path("outputsLeftOut")
                                .asInt())
                .isPositive();
    }

    @Test
    void aRunWhoseGuardWasKilledIsLostNotFailed() throws Exception {
        ending.resulted(
                new Result.Failed(
                        Reason.KILLED, "It was killed.", List.of(), List.of(), Costs.UNKNOWN));
        ending.deaths(List.of(death(Death.Cause.GUARD_KILLED)));

        assertThat(ending.report().ended().kind()).isEqualTo("lost");
        assertThat(ending.report().ended().reason()).isEqualTo("guard_killed");
    }

    @Test
    void aRunThatItsLeaseEndedIsInterrupted() throws Exception {
        ending.resulted(
                new Result.Failed(
                        Reason.KILLED, "It was killed.", List.of(), List.of(), Costs.UNKNOWN));
        ending.deaths(List.of(death(Death.Cause.LEASE)));

        assertThat(ending.report().ended().kind()).isEqualTo("interrupted");
    }

    @Test
    void framesFinishedBeforeAFailureArePublished() throws Exception {
        ending.resulted(
                new Result.Failed(
                        Reason.CRASHED,
                        "It crashed.",
                        List.of(output(1)),
                        List.of(),
                        Costs.UNKNOWN));
        ending.deaths(List.of(death(Death.Cause.NONE)));

        assertThat(ending.report().ended().kind()).isEqualTo("failed");
        assertThat(ending.report().ended().peakMebibytes()).isEqualTo(2);
        assertThat(ending.report().publications()).hasSize(1);
        assertThat(ending.lastWords()).hasValue("lumenyard: crashed: It crashed.");
    }
}
