package org.lumenyard.openjd;

import java.util.List;

/** A direction of a parameter space: one parameter, or several combined. */
sealed interface Axis {
    /** How many places it has. */
    long size();

    /** Puts the values of its parameters at a place into their slots. */
    void put(long index, String[] texts);

    /** One parameter. */
    record Line(int slot, TaskValues values) implements Axis {
        @Override
        public long size() {
            return values.size();
        }

        @Override
        public void put(long index, String[] texts) {
            texts[slot] = values.get(index);
        }
    }

    /** All with all; the last varies fastest. Without factors it has one place. */
    record Cross(List<Axis> factors, long size) implements Axis {
        Cross(List<Axis> factors) {
            this(factors, product(factors));
        }

        private static long product(List<Axis> factors) {
            try {
                return factors.stream().mapToLong(Axis::size).reduce(1, Math::multiplyExact);
            } catch (ArithmeticException tooLarge) {
                throw new MalformedExpressionException("That makes more tasks than can be counted");
            }
        }

        @Override
        public void put(long index, String[] texts) {
            long left = index;
            for (Axis factor : factors.reversed()) {
                factor.put(left % factor.size(), texts);
                left /= factor.size();
            }
        }
    }

    /** First with first, second with second; all have the same size. */
    record Zip(List<Axis> members, long size) implements Axis {
        Zip(List<Axis> members, String expression) {
            this(members, common(members, expression));
        }

        private static long common(List<Axis> members, String expression) {
            List<Long> sizes = members.stream().map(Axis::size).toList();
            if (sizes.stream().distinct().count() > 1) {
                throw new MalformedExpressionException(
                        "`%s` pairs parameters with different numbers of values: %s"
                                .formatted(expression, sizes));
            }
            return sizes.getFirst();
        }

        @Override
        public void put(long index, String[] texts) {
            members.forEach(member -> member.put(index, texts));
        }
    }
}
