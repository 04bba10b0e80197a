package org.lumenyard.agent.engine;

/** Small matters of writing plain sentences. */
final class Sentence {
    private Sentence() {}

    /** A text as the end of a sentence: with a stop, unless it has one. */
    static String end(String text) {
        String plain = text.strip();
        return plain.endsWith(".") || plain.endsWith("!") || plain.endsWith("?")
                ? plain
                : plain + ".";
    }
}
