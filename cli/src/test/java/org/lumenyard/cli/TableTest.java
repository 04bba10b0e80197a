package org.lumenyard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {
    private static final String LONG =
            "No node has Blender yet (3.4 or 3.5 or newer is needed), and installing takes a while.";

    private static Table jobs() {
        var table =
                new Table(
                        Table.Column.of("JOB"),
                        Table.Column.of("NAME").shrinking(10),
                        Table.Column.of("STATE"),
                        Table.Column.number("LEFT").dispensable(3),
                        Table.Column.of("USER").shrinking(6).dispensable(4),
                        Table.Column.of("EMPTY").dispensable(2),
                        Table.Column.of("WHY").shrinking(12).dispensable(1));
        table.row(
                "1f",
                "lighthouse in a storm, second take, with fog",
                "waiting",
                12,
                "marianne",
                "",
                LONG);
        table.row("2a", "灯台の夜明け、第二テイク、霧の中で", "running", 3, "ole", "", "");
        table.row(
                "zz",
                "plain",
                Table.state("failed"),
                0,
                "ole",
                "",
                "one\nthing\tand \033[31manother");
        return table;
    }

    private static Screen plain(int width) {
        return new Screen(width, false, false, true);
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 40, 60, 80, 200})
    void noLineIsWiderThanTheScreen(int width) {
        assertThat(jobs().lines(plain(width)))
                .allSatisfy(line -> assertThat(Screen.columns(line)).isLessThanOrEqualTo(width));
    }

    @Test
    void atSixtyColumnsTheLeastNeededIsLeftOut() {
        List<String> lines = jobs().lines(plain(60));
        assertThat(lines.getFirst())
                .contains("JOB", "NAME", "STATE", "WHY")
                .doesNotContain("EMPTY");
        assertThat(lines.get(1)).startsWith("1f   lighthouse").contains("…").contains("waiting");
    }

    @Test
    void atTwoHundredColumnsNothingIsShortened() {
        List<String> lines = jobs().lines(plain(200));
        assertThat(lines.get(1))
                .contains("lighthouse in a storm, second take, with fog")
                .endsWith(LONG);
        assertThat(lines.getFirst()).contains("USER", "LEFT");
    }

    @Test
    void aColumnWithNothingInItIsNotShown() {
        assertThat(jobs().lines(plain(200)).getFirst()).doesNotContain("EMPTY");
    }

    @Test
    void columnsLineUpAlsoUnderWideLetters() {
        List<String> lines = jobs().lines(plain(200));
        int state = Screen.columns(lines.get(1).substring(0, lines.get(1).indexOf("waiting")));
        assertThat(Screen.columns(lines.get(2).substring(0, lines.get(2).indexOf("running"))))
                .isEqualTo(state);
        assertThat(lines.getFirst().indexOf("STATE")).isEqualTo(state);
    }

    @Test
    void whatPeopleWroteCannotSteerTheTerminal() {
        assertThat(String.join("", jobs().lines(plain(200))))
                .doesNotContain("\033", "\n", "\t")
                .contains("one thing and [31manother");
    }

    @Test
    void coloursAreOnlyWhereTheyAreWanted() {
        String coloured = String.join("\n", jobs().lines(new Screen(80, true, true, true)));
        assertThat(coloured).contains("\033[31mfailed\033[0m");
        assertThat(coloured.replaceAll("\033\\[[0-9]+m", ""))
                .isEqualTo(String.join("\n", jobs().lines(plain(80))));
    }

    @Test
    void anAsciiTerminalGetsAsciiMarks() {
        assertThat(String.join("", jobs().lines(new Screen(60, false, false, false))))
                .contains("...")
                .doesNotContain("…");
    }
}
