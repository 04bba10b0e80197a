package org.lumenyard.openjd;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The types that job and task parameters have. */
public enum ValueType {
    /** Any text. */
    STRING("STRING"),
    /** A path of the submitter's, mapped to the node's where rules say so. */
    PATH("PATH"),
    /** A signed 64-bit integer. */
    INT("INT"),
    /** A decimal number, kept as its text. */
    FLOAT("FLOAT"),
    /** Of task parameters only: several integers at a time. Needs {@code TASK_CHUNKING}. */
    CHUNK_INT("CHUNK[INT]");

    private final String word;

    ValueType(String word) {
        this.word = word;
    }

    /** As templates write it. */
    public String word() {
        return word;
    }

    static Optional<ValueType> of(String word) {
        return Arrays.stream(values()).filter(type -> type.word.equals(word)).findFirst();
    }

    static List<String> words() {
        return Arrays.stream(values()).map(ValueType::word).toList();
    }
}
