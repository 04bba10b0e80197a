package org.lumenyard.openjd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterSpaceTest {
    private static ParameterSpace.Parameter ints(String name, String range) {
        return new ParameterSpace.Parameter(
                name, ValueType.INT, new TaskValues.Ranged(RangeExpression.parse(range)), 0);
    }

    private static ParameterSpace.Parameter texts(String name, String... values) {
        return new ParameterSpace.Parameter(
                name, ValueType.STRING, new TaskValues.Listed(List.of(values)), 0);
    }

    private static ParameterSpace space(
            String combination, ParameterSpace.Parameter... parameters) {
        return ParameterSpace.of(List.of(parameters), CombinationExpression.parse(combination));
    }

    private static List<String> labels(ParameterSpace space) {
        return LongStream.range(0, space.size()).mapToObj(space::labelAt).toList();
    }

    @Test
    void withoutParametersThereIsOneTask() {
        assertThat(ParameterSpace.ONE_TASK.size()).isEqualTo(1);
        assertThat(ParameterSpace.ONE_TASK.valuesAt(0)).isEmpty();
        assertThat(ParameterSpace.fromCanonical(ParameterSpace.ONE_TASK.toCanonical()))
                .isEqualTo(ParameterSpace.ONE_TASK);
    }

    @Test
    void inAProductTheRightmostVariesFastest() {
        assertThat(labels(space("A*B", ints("A", "1-2"), texts("B", "x", "y"))))
                .containsExactly("1 · x", "1 · y", "2 · x", "2 · y");
        assertThat(labels(space("B * A", ints("A", "1-2"), texts("B", "x", "y"))))
                .containsExactly("1 · x", "2 · x", "1 · y", "2 · y");
        assertThat(labels(ParameterSpace.of(List.of(ints("A", "1-2"), ints("B", "5,6")), null)))
                .containsExactly("1 · 5", "1 · 6", "2 · 5", "2 · 6");
    }

    @Test
    void parenthesesPair() {
        assertThat(labels(space("(A,B)", ints("A", "1-3"), ints("B", "10-12"))))
                .containsExactly("1 · 10", "2 · 11", "3 · 12");
        assertThat(
                        labels(
                                space(
                                        "(A, B) * C",
                                        ints("A", "1-3"),
                                        ints("B", "10-12"),
                                        ints("C", "20-21"))))
                .containsExactly(
                        "1 · 10 · 20",
                        "1 · 10 · 21",
                        "2 · 11 · 20",
                        "2 · 11 · 21",
                        "3 · 12 · 20",
                        "3 · 12 · 21");
    }

    @Test
    void aProductInsideAPairCountsAsItsSize() {
        assertThat(
                        labels(
                                space(
                                        "(A, B*C)",
                                        ints("A", "1-4"),
                                        texts("B", "x", "y"),
                                        ints("C", "7,8"))))
                .containsExactly("1 · x · 7", "2 · x · 8", "3 · y · 7", "4 · y · 8");
    }

    @Test
    void pairsOfDifferentLengthAreRefused() {
        assertThatThrownBy(() -> space("(A,B)", ints("A", "1-3"), ints("B", "1-2")))
                .hasMessageContaining("different numbers of values: [3, 2]");
    }

    @Test
    void eachParameterStandsInTheCombinationOnce() {
        assertThatThrownBy(() -> space("A", ints("A", "1"), ints("B", "1")))
                .hasMessageContaining("`B` is missing");
        assertThatThrownBy(() -> space("A*A", ints("A", "1"))).hasMessageContaining("`A`");
        assertThatThrownBy(() -> space("A*Z", ints("A", "1"))).hasMessageContaining("`Z`");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''", "A*", "*A", "(A", "A)", "(A,)", "()", "A B", "A,B", "A+B", "1A", "(A,,B)"
            })
    void combinationsThatAreNotWellFormedAreRefused(String text) {
        assertThatThrownBy(() -> CombinationExpression.parse(text))
                .isInstanceOf(MalformedExpressionException.class);
    }

    @Test
    void parenthesesMayBeAsDeepAsTheLengthAllows() {
        String deep = "(".repeat(639) + "A" + ")".repeat(639);
        assertThat(labels(space(deep, ints("A", "1-2")))).containsExactly("1", "2");
        assertThatThrownBy(() -> CombinationExpression.parse("(" + deep + ")"))
                .hasMessageContaining("1280");
    }

    @Test
    void aMillionFramesByEightCamerasCostNothing() {
        var cameras = IntStream.range(0, 8).mapToObj(i -> "cam" + i).toArray(String[]::new);
        var space =
                ParameterSpace.of(
                        List.of(ints("Frame", "1-1000000"), texts("Camera", cameras)), null);
        assertThat(space.size()).isEqualTo(8_000_000);
        assertThat(space.valuesAt(7_999_999))
                .containsExactly(Map.entry("Frame", "1000000"), Map.entry("Camera", "cam7"));
        assertThat(space.valuesAt(9))
                .containsExactly(Map.entry("Frame", "2"), Map.entry("Camera", "cam1"));
        assertThat(space.toCanonical()).hasSizeLessThan(300);
    }

    @Test
    void moreTasksThanCanBeCountedAreRefused() {
        assertThatThrownBy(() -> space("A*B", ints("A", "1-4000000000000000000"), ints("B", "1-3")))
                .hasMessageContaining("can be counted");
    }

    @Test
    void indexesOutsideAreRefused() {
        var space = ParameterSpace.of(List.of(ints("A", "1-3")), null);
        assertThatThrownBy(() -> space.valuesAt(3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> space.valuesAt(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1-12|5|1-4 5-8 9-12",
                "1-35|10|1-9 10-18 19-27 28-35",
                "-20--5|5|-20--17 -16--13 -12--9 -8--5",
                "1,3,5|100|1-1 3-3 5-5",
                "1-2|1|1-1 2-2",
                "1-2|2|1-2",
                "1-7:2,8|4|1-1 3-3 5-5 7-8",
                "1-3,5,7-20|3|1-3 5-5 7-9 10-12 13-15 16-18 19-20",
                "5|1|5-5",
                "1-10|100|1-10",
                "4,5-9:2,10|9|4-5 7-7 9-10",
            })
    void contiguousChunksHaveNoGapsAndNearlyEqualSizes(String range, long size, String chunks) {
        var values = new TaskValues.Contiguous(RangeExpression.parse(range), size);
        assertThat(all(values)).isEqualTo(List.of(chunks.split(" ")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1-8|3|1-3 4-6 7,8",
                "1-10|5|1-5 6-10",
                "1,2|1|1 2",
                "1-2|2|1,2",
                "1,3,5|100|1-5:2",
                "1-3,5,7-19:2|100|1-3,5-19:2",
                "1-10:3,20|2|1,4 7,10 20",
                "1-10:3,20|3|1-7:3 10,20",
            })
    void otherChunksMayHaveGapsAndTheLargerOnesComeFirst(String range, long size, String chunks) {
        var values = new TaskValues.Parted(RangeExpression.parse(range), size);
        assertThat(all(values)).isEqualTo(List.of(chunks.split(" ")));
    }

    private static List<String> all(TaskValues values) {
        return LongStream.range(0, values.size()).mapToObj(values::get).toList();
    }

    @Test
    void chunksOfAnySetHoldEachValueOnceAndNoneIsTooLarge() {
        for (long seed = 0; seed < 2_000; seed++) {
            var random = new Random(seed);
            var set = new TreeSet<Long>();
            for (int i = 1 + random.nextInt(40); i > 0; i--) set.add((long) random.nextInt(70));
            var range = RangeExpression.ofValues(set.stream().mapToLong(Long::longValue).toArray());
            long size = 1 + random.nextInt(9);
            for (TaskValues values :
                    List.of(
                            new TaskValues.Contiguous(range, size),
                            new TaskValues.Parted(range, size))) {
                var seen = new ArrayList<Long>();
                for (String chunk : all(values)) {
                    var part = RangeExpression.parse(chunk);
                    assertThat(part.size()).as("seed %d %s", seed, chunk).isLessThanOrEqualTo(size);
                    part.stream().forEach(seen::add);
                }
                assertThat(seen).as("seed %d", seed).isEqualTo(List.copyOf(set));
            }
        }
    }

    @Test
    void aHugeChunkedRangeIsCutWithoutBeingCounted() {
        var odd = new TaskValues.Contiguous(RangeExpression.parse("1-4000000000000000001:2"), 5);
        assertThat(odd.size()).isEqualTo(2_000_000_000_000_000_001L);
        assertThat(odd.get(odd.size() - 1)).isEqualTo("4000000000000000001-4000000000000000001");
        var dense = new TaskValues.Contiguous(RangeExpression.parse("1-4000000000000000000"), 7);
        assertThat(dense.get(dense.size() - 1)).endsWith("-4000000000000000000");
        var parted = new TaskValues.Parted(RangeExpression.parse("1-4000000000000000000"), 1);
        assertThat(parted.get(3_999_999_999_999_999_999L)).isEqualTo("4000000000000000000");
    }

    @Test
    void theCanonicalFormRebuildsTheSameSpace() {
        var chunked =
                new ParameterSpace.Parameter(
                        "F",
                        ValueType.CHUNK_INT,
                        new TaskValues.Contiguous(RangeExpression.parse("1-250,300"), 7),
                        60);
        var gaps =
                new ParameterSpace.Parameter(
                        "G",
                        ValueType.CHUNK_INT,
                        new TaskValues.Parted(RangeExpression.parse("1-9:2,20"), 2),
                        0);
        for (ParameterSpace space :
                List.of(
                        space(
                                "(A,B)*F",
                                ints("A", "5,1"),
                                texts("B", "ü \"quoted\"\n", "{{no}}"),
                                chunked),
                        space("G*A", ints("A", "-3--1"), gaps),
                        ParameterSpace.of(List.of(texts("P", "1", "1", "0")), null))) {
            var rebuilt = ParameterSpace.fromCanonical(space.toCanonical());
            assertThat(rebuilt.toCanonical()).isEqualTo(space.toCanonical());
            assertThat(labels(rebuilt)).isEqualTo(labels(space));
            assertThat(rebuilt.types()).isEqualTo(space.types());
        }
    }

    @Test
    void theCanonicalFormIsTheOneThatPlansAreFrozenIn() {
        var chunked =
                new ParameterSpace.Parameter(
                        "F",
                        ValueType.CHUNK_INT,
                        new TaskValues.Contiguous(RangeExpression.parse("1-12"), 5),
                        0);
        var space = ParameterSpace.of(List.of(chunked, texts("C", "l", "r")), null);
        assertThat(space.toCanonical())
                .isEqualTo(
                        "{\"format\":\"parameter-space/1\",\"parameters\":[{\"name\":\"F\",\"type\":\"CHUNK[INT]\",\"range\":\"1-12\","
                                + "\"chunkSize\":5,\"rangeConstraint\":\"CONTIGUOUS\"},{\"name\":\"C\",\"type\":\"STRING\","
                                + "\"values\":[\"l\",\"r\"]}],\"combination\":\"F*C\"}");
        assertThat(labels(ParameterSpace.fromCanonical(space.toCanonical())))
                .containsExactly(
                        "1-4 · l", "1-4 · r", "5-8 · l", "5-8 · r", "9-12 · l", "9-12 · r");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense",
                "{}",
                "null",
                "{\"format\":\"parameter-space/2\",\"parameters\":[]}",
                "{\"format\":\"parameter-space/1\",\"parameters\":[{\"name\":\"A\",\"type\":\"INT\"}]}",
                "{\"format\":\"parameter-space/1\",\"parameters\":[{\"name\":\"A\",\"type\":\"INT\",\"range\":\"1-5\",\"chunkSize\":0}]}"
            })
    void otherTextIsNoSpace(String text) {
        assertThatThrownBy(() -> ParameterSpace.fromCanonical(text))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
