package org.lumenyard.openjd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangeExpressionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "5|5",
                " 7 |7",
                "-9999999|-9999999",
                "1 - 5|1,2,3,4,5",
                "-1 - 1|-1,0,1",
                "1-5:2|1,3,5",
                "10-15:2,1-5|1,2,3,4,5,10,12,14",
                "1-10:4|1,5,9",
                "10-1:-3|1,4,7,10",
                " \t-5 - -1 : 2 |-5,-3,-1",
                "1-5:2,6|1,3,5,6",
                "1-10:4,12-15|1,5,9,12,13,14,15",
                "5,1,3|1,3,5",
                "-10--7|-10,-9,-8,-7",
                "3-3|3",
                "3-3:-7|3",
                "\t0 - 1 :\t1, 2 -\t4 : 1|0,1,2,3,4",
                "007|7",
            })
    void namesTheValuesInAscendingOrder(String text, String values) {
        assertThat(valuesOf(RangeExpression.parse(text))).isEqualTo(values);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1-2,3-4|1-4",
                "1-100,101-200|1-200",
                "0-1,3-4,7-9,10|0,1,3,4,7-10",
                "0-3:3,5-10:5,12,13,14,15|0,3,5,10,12-15",
                "20-29,0-9,10-19|0-29",
                "9,0,3,2,8,10,1,4,7,6,5|0-10",
                "3-5,0-2,8-12:2|0-5,8-12:2",
                "1-5:3|1,4",
                "1-9:3|1-7:3",
                "7-8|7,8",
                "1,3,5,6,7,8,10,13,16|1-5:2,6-8,10-16:3",
                "-9-0,1-10,11-20|-9-20",
                "1,2,4,6,8|1,2-8:2",
            })
    void printsTheShortestCommonForm(String text, String printed) {
        assertThat(RangeExpression.parse(text)).hasToString(printed);
        assertThat(RangeExpression.parse(printed)).isEqualTo(RangeExpression.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1-a",
                "b-1",
                "--12",
                "1-",
                "1-,3-4",
                "1-10,11-",
                "--1-10",
                "1---10",
                "1--10:--5",
                "1-2,,3-4",
                "1-:2,",
                "1-2:",
                "2:",
                ":2",
                ":",
                "1-2 4-5",
                "1-24-5",
                "1-2:1 -5",
                "1-2:0",
                "1,",
                ",1",
                "1;2",
                "1.5",
                "1x3",
                "1-9x2",
                "１",
                "- 5",
                "1\n",
                "4611686018427387904",
                "99999999999999999999999999",
                "1-5:99999999999999999999"
            })
    void refusesWhatIsNotWellFormed(String text) {
        assertThatThrownBy(() -> RangeExpression.parse(text))
                .isInstanceOf(MalformedExpressionException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1-3,3-5",
                "1,1",
                "1-5:2,2",
                "1-10:4,10-15",
                "1-10,1-10",
                "10-1:-1,10-1:-1",
                "-10--1,-10--1",
                "1-10,2-9",
                "9-19,1-10",
                "1-10:1,10-1:-1",
                "-1--10:-1,-10--19:-1"
            })
    void refusesElementsThatOverlap(String text) {
        assertThatThrownBy(() -> RangeExpression.parse(text)).hasMessageContaining("overlap");
    }

    @Test
    void saysHowToCountDown() {
        assertThatThrownBy(() -> RangeExpression.parse("1 - -1"))
                .hasMessageContaining("write `1--1:-1` or `-1-1`");
        assertThatThrownBy(() -> RangeExpression.parse("2-0:1"))
                .hasMessageContaining("make its step negative");
        assertThatThrownBy(() -> RangeExpression.parse("0-1:-1")).hasMessageContaining("goes up");
    }

    @Test
    void saysWhereItStumbled() {
        assertThatThrownBy(() -> RangeExpression.parse("1-5,7+9"))
                .hasMessage("At column 6 there is `+` where a comma or the end is expected");
        assertThatThrownBy(() -> RangeExpression.parse("1-"))
                .hasMessage("At column 3 it ends where a number is expected");
    }

    @Test
    void readsTheStepAsPeopleTypeItWhenAskedTo() {
        assertThat(RangeExpression.parseLenient("1-250x2,300"))
                .isEqualTo(RangeExpression.parse("1-250:2,300"));
        assertThat(RangeExpression.parseLenient("1-9 X 4"))
                .isEqualTo(RangeExpression.parse("1-9:4"));
    }

    @Test
    void aHundredBillionValuesCostNothing() {
        var wide = RangeExpression.parse("-100000000000-100000000000:2,100000000001");
        assertThat(wide.size()).isEqualTo(100_000_000_002L);
        assertThat(wide.get(50_000_000_000L)).isZero();
        assertThat(wide.indexOf(0)).isEqualTo(50_000_000_000L);
        assertThat(wide.contains(1)).isFalse();
        assertThat(wide.ranges()).hasSize(2);
    }

    @Test
    void theWidestRangeIsCountedRight() {
        long edge = RangeExpression.LIMIT - 1;
        var all = RangeExpression.parse(-edge + "-" + edge);
        assertThat(all.size()).isEqualTo(Long.MAX_VALUE);
        assertThat(all.get(Long.MAX_VALUE - 1)).isEqualTo(edge);
        assertThat(RangeExpression.parse(all.toString())).isEqualTo(all);
    }

    @Test
    void tenThousandElementsAreTheMost() {
        String most =
                IntStream.range(0, 10_000)
                        .mapToObj(i -> 3 * i + "-" + (3 * i + 1))
                        .collect(Collectors.joining(","));
        var parsed = RangeExpression.parse(most);
        assertThat(parsed.size()).isEqualTo(20_000);
        assertThat(RangeExpression.parsePrinted(parsed.toString())).isEqualTo(parsed);
        assertThatThrownBy(() -> RangeExpression.parse(most + ",90000"))
                .hasMessageContaining("more than 10000 elements");
    }

    @Test
    void indexesOutsideAreRefused() {
        var range = RangeExpression.parse("1-5");
        assertThatThrownBy(() -> range.get(5)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> range.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> range.slice(2, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void noValueMayBeListedTwice() {
        assertThatThrownBy(() -> RangeExpression.ofValues(3, 1, 3))
                .hasMessageContaining("3 appears twice");
        assertThatThrownBy(() -> RangeExpression.ofValues())
                .isInstanceOf(MalformedExpressionException.class);
        assertThatThrownBy(() -> RangeExpression.ofValues(Long.MAX_VALUE))
                .hasMessageContaining("too large");
    }

    /** A plain sorted set knows the answers; the seed is in the failure's message. */
    @Test
    void agreesWithAPlainSetWhateverTheValues() {
        for (long seed = 0; seed < 3_000; seed++) {
            var random = new Random(seed);
            var values = new TreeSet<Long>();
            for (int i = random.nextInt(30); i >= 0; i--) {
                long at = random.nextInt(60) - 30;
                int step = 1 + random.nextInt(4);
                for (int n = random.nextInt(6); n >= 0; n--) values.add(at + (long) n * step);
            }
            long[] sorted = values.stream().mapToLong(Long::longValue).toArray();
            var range = RangeExpression.ofValues(sorted);
            assertThat(range.stream().toArray()).as("seed %d", seed).isEqualTo(sorted);
            assertThat(RangeExpression.parse(range.toString()))
                    .as("seed %d", seed)
                    .isEqualTo(range);
            assertThat(range.size()).as("seed %d", seed).isEqualTo(sorted.length);
            for (int i = 0; i < sorted.length; i++) {
                assertThat(range.get(i)).as("seed %d", seed).isEqualTo(sorted[i]);
                assertThat(range.indexOf(sorted[i])).as("seed %d", seed).isEqualTo(i);
            }
            for (long value = -40; value < 60; value++) {
                assertThat(range.contains(value))
                        .as("seed %d, %d", seed, value)
                        .isEqualTo(values.contains(value));
            }
            int from = random.nextInt(sorted.length);
            int to = from + 1 + random.nextInt(sorted.length - from);
            assertThat(range.slice(from, to))
                    .as("seed %d", seed)
                    .isEqualTo(RangeExpression.ofValues(Arrays.copyOfRange(sorted, from, to)));
        }
    }

    @Test
    void iterationGivesEachValueOnce() {
        var iterator = RangeExpression.parse("1-3,7,9-13:2").iterator();
        var text = new StringBuilder();
        while (iterator.hasNext()) text.append(iterator.nextLong()).append(' ');
        assertThat(text.toString()).isEqualTo("1 2 3 7 9 11 13 ");
    }

    private static String valuesOf(RangeExpression range) {
        return range.stream().mapToObj(Long::toString).collect(Collectors.joining(","));
    }
}
