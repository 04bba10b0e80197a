package org.lumenyard.openjd;

/** What of Java's strings is text that can be stored and given to programs. */
final class Unicode {
    private Unicode() {}

    /** Whether no half of a character stands alone. */
    static boolean isWhole(String text) {
        return text.codePoints()
                .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
