package org.lumenyard.openjd;

/**
 * One thing wrong with a template or with the values given to it.
 *
 * @param path where, for example {@code steps[0].script.engine.name}; empty for the whole document
 * @param message a sentence that its author can act on
 * @param line the line of the document, from 1; 0 where there is none
 */
public record Problem(String path, String message, int line) {
    /** A problem that is not on any line of a document. */
    public Problem(String path, String message) {
        this(path, message, 0);
    }

    @Override
    public String toString() {
        String where = path.isEmpty() ? "" : path + ": ";
        return where + message + (line > 0 ? " (line " + line + ")" : "");
    }
}
