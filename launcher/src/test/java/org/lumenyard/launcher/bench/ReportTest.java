package org.lumenyard.launcher.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private final Report report =
            new Report("Two figures")
                    .figure("openMs", "opening", "ms", Spread.of(List.of(9.0, 1.25, 4.0)), "aim 5")
                    .figure("rows", "rows", "rows", 1_234_567);

    @Test
    void scriptsGetMedianLowestAndHighestInOneLine() throws JsonProcessingException {
        assertThat(report.json())
                .isEqualTo(
                        "{\"openMs\":4.0,\"openMsLowest\":1.25,\"openMsHighest\":9.0,\"rows\":1234567.0}");
    }

    @Test
    void peopleGetATableWithTheLimitBesideTheFigure() {
        assertThat(report.table().lines())
                .containsExactly(
                        "Two figures",
                        "  opening            4 ms  (1.25 to 9)  aim 5",
                        "  rows     1,234,567 rows");
    }
}
