package org.lumenyard.openjd;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A parameter of a job template: what it is called, what it may be, and how a form asks for it. */
public sealed interface JobParameter {
    /** The name that values are given under. */
    String name();

    /** For people, or null. */
    @Nullable String description();

    /** What it is when no value is given; null where one must be. */
    @Nullable String defaultValue();

    /** The only values it may have; empty where it may have others. */
    List<String> allowedValues();

    /** How a form asks for it. */
    UserInterface userInterface();

    /** Its type. */
    ValueType type();

    /** Why a value is not allowed, as a sentence; null where it is. */
    @Nullable String objection(String value);

    /** The value that format strings see: an INT without leading zeros, all else as given. */
    default String normalised(String value) {
        return value;
    }

    /** Any text. Lengths are in characters; a maximum of null is the standard's 1024. */
    record Text(
            String name,
            @Nullable String description,
            @Nullable String defaultValue,
            List<String> allowedValues,
            UserInterface userInterface,
            Length length)
            implements JobParameter {
        @Override
        public ValueType type() {
            return ValueType.STRING;
        }

        @Override
        public @Nullable String objection(String value) {
            return length.objection(value, allowedValues);
        }
    }

    /** The path of a file or folder. */
    record Path(
            String name,
            @Nullable String description,
            @Nullable String defaultValue,
            List<String> allowedValues,
            UserInterface userInterface,
            Length length,
            ObjectType objectType,
            DataFlow dataFlow)
            implements JobParameter {
        @Override
        public ValueType type() {
            return ValueType.PATH;
        }

        @Override
        public @Nullable String objection(String value) {
            return length.objection(value, allowedValues);
        }
    }

    /** An integer of 64 bits. */
    record Int(
            String name,
            @Nullable String description,
            @Nullable String defaultValue,
            List<String> allowedValues,
            UserInterface userInterface,
            @Nullable Long minValue,
            @Nullable Long maxValue)
            implements JobParameter {
        @Override
        public ValueType type() {
            return ValueType.INT;
        }

        @Override
        public @Nullable String objection(String text) {
            Long value = Numbers.integer(text);
            if (value == null)
                return "`" + Numbers.shortened(text) + "` is not an integer of 64 bits";
            if (minValue != null && value < minValue)
                return value + " is less than the minimum, " + minValue;
            if (maxValue != null && value > maxValue)
                return value + " is more than the maximum, " + maxValue;
            boolean allowed = allowedValues.isEmpty() || allowedValues.contains(value.toString());
            return allowed ? null : value + " is not one of " + String.join(", ", allowedValues);
        }

        @Override
        public String normalised(String value) {
            Long number = Numbers.integer(value);
            return number == null ? value : number.toString();
        }
    }

    /** A decimal number; its text is passed on as it was given. */
    record Decimal(
            String name,
            @Nullable String description,
            @Nullable String defaultValue,
            List<String> allowedValues,
            UserInterface userInterface,
            @Nullable BigDecimal minValue,
            @Nullable BigDecimal maxValue)
            implements JobParameter {
        @Override
        public ValueType type() {
            return ValueType.FLOAT;
        }

        @Override
        public @Nullable String objection(String text) {
            BigDecimal value = Numbers.decimal(text);
            String shown = Numbers.shortened(text);
            if (value == null) return "`" + shown + "` is not a finite decimal number";
            if (minValue != null && value.compareTo(minValue) < 0)
                return shown + " is less than the minimum, " + minValue;
            if (maxValue != null && value.compareTo(maxValue) > 0)
                return shown + " is more than the maximum, " + maxValue;
            boolean allowed =
                    allowedValues.isEmpty()
                            || allowedValues.stream().anyMatch(other -> same(value, other));
            return allowed ? null : shown + " is not one of " + String.join(", ", allowedValues);
        }

        private static boolean same(BigDecimal value, String other) {
            BigDecimal number = Numbers.decimal(other);
            return number != null && value.compareTo(number) == 0;
        }
    }

    /** What a path leads to. */
    enum ObjectType {
        FILE,
        DIRECTORY
    }

    /** Whether the job reads or writes what a path leads to. */
    enum DataFlow {
        NONE,
        IN,
        OUT,
        INOUT
    }

    /** How long a text may be, in code points. */
    record Length(int min, int max) {
        @Nullable String objection(String value, List<String> allowedValues) {
            int length = value.codePointCount(0, value.length());
            if (length < min)
                return "`"
                        + Numbers.shortened(value)
                        + "` has "
                        + length
                        + " characters; at least "
                        + min
                        + " are needed";
            if (length > max)
                return "`"
                        + Numbers.shortened(value)
                        + "` has "
                        + length
                        + " characters; at most "
                        + max
                        + " are allowed";
            if (allowedValues.isEmpty() || allowedValues.contains(value)) return null;
            String all = Numbers.shortened(String.join(", ", allowedValues));
            return "`"
                    + Numbers.shortened(value)
                    + "` is not one of "
                    + all
                    + Suggestion.of(value, allowedValues);
        }
    }
}
