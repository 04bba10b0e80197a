package org.lumenyard.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class SimulateCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter complaints = new StringWriter();

    private int simulate(String... options) {
        var line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(complaints, true));
        String[] arguments = new String[options.length + 1];
        arguments[0] = "simulate";
        System.arraycopy(options, 0, arguments, 1, options.length);
        return line.execute(arguments);
    }

    @Test
    void aLineOfJsonTellsWhatTheHistoriesCameTo() throws IOException {
        int code = simulate("--profile", "retries", "--from", "7", "--seeds", "3", "--json");
        assertThat(code).isZero();
        JsonNode told = new ObjectMapper().readTree(out.toString());
        assertThat(told.path("profile").asText()).isEqualTo("retries");
        assertThat(told.path("histories").asLong()).isEqualTo(3);
        assertThat(told.path("processes").asLong()).isPositive();
        assertThat(told.path("faults").path("retry").asLong()).isPositive();
        assertThat(told.path("broken")).isEmpty();
    }

    @Test
    void peopleAreToldHowManyFaultsOfWhichKindStruck() {
        int code = simulate("--profile", "retries", "--from", "7", "--seeds", "3");
        assertThat(code).isZero();
        assertThat(out.toString())
                .containsPattern("\\d+ faults struck, of \\d+ kinds")
                .containsPattern("\\d  node cut off");
    }

    @Test
    void anUnknownProfileIsToldWhichThereAre() {
        int code = simulate("--profile", "sunshine");
        assertThat(code).isNotZero();
        assertThat(complaints.toString()).contains("sunshine").contains("mixed").contains("chaos");
        assertThat(complaints.toString()).doesNotContain("\tat ");
    }
}
