package org.lumenyard.openjd;

import java.util.List;
import java.util.Map;

/**
 * What a document holds, before it means anything. Numbers keep the text they were written with:
 * {@code 3.500} stays {@code 3.500}.
 */
sealed interface Content {
    /** Where it begins, from 1. */
    int line();

    /** How deep it is nested, 1 for a scalar. */
    int height();

    /** For a sentence: "a list". */
    String kind();

    record Mapping(Map<String, Content> entries, int line, int height) implements Content {
        Mapping(Map<String, Content> entries, int line) {
            this(entries, line, 1 + highest(entries.values()));
        }

        @Override
        public String kind() {
            return "a group of keys";
        }
    }

    record Sequence(List<Content> items, int line, int height) implements Content {
        Sequence(List<Content> items, int line) {
            this(items, line, 1 + highest(items));
        }

        @Override
        public String kind() {
            return "a list";
        }
    }

    record Scalar(ScalarKind scalarKind, String text, int line) implements Content {
        @Override
        public int height() {
            return 1;
        }

        @Override
        public String kind() {
            return switch (scalarKind) {
                case NULL -> "nothing";
                case BOOL -> "true or false";
                case INT -> "an integer";
                case FLOAT -> "a decimal number";
                case STRING -> "a text";
            };
        }
    }

    enum ScalarKind {
        NULL,
        BOOL,
        INT,
        FLOAT,
        STRING
    }

    private static int highest(Iterable<Content> contents) {
        int highest = 0;
        for (Content content : contents) highest = Math.max(highest, content.height());
        return highest;
    }
}
