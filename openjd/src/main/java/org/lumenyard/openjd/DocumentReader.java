package org.lumenyard.openjd;

/**
 * Reads a document of JSON or YAML into {@link Content}, within limits that no template needs to
 * exceed and no hostile text can pass.
 */
final class DocumentReader {
    /** Longer documents are refused. */
    static final int MAX_CHARACTERS = 4 * 1024 * 1024;

    /** Deeper nesting is refused; the standard itself needs less than 12 levels. */
    static final int MAX_DEPTH = 64;

    /** More values than this are refused, those that aliases repeat included. */
    static final int MAX_VALUES = 500_000;

    private DocumentReader() {}

    /** The document's one value, or a {@link TemplateException} with the line of the fault. */
    static Content read(String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw refused("The template has more than " + MAX_CHARACTERS + " characters", 0);
        }
        String document = text.startsWith("\uFEFF") ? text.substring(1) : text;
        if (document.isBlank()) throw refused("The template is empty", 0);
        // A JSON document is nearly always YAML too, but not with tabs in it, and JSON's own
        // messages are the better ones for its authors.
        return document.stripLeading().startsWith("{")
                ? readBraced(document)
                : YamlReader.read(document);
    }

    private static Content readBraced(String document) {
        try {
            return JsonReader.read(document);
        } catch (TemplateException notJson) {
            try {
                return YamlReader.read(document);
            } catch (TemplateException notYamlEither) {
                throw notJson;
            }
        }
    }

    /** A text, unless half a character is in it: such text could not be stored. */
    static String unicode(String text, int line) {
        if (Unicode.isWhole(text)) return text;
        throw refused("There is a text with half a character in it (a lone surrogate)", line);
    }

    static TemplateException refused(String message, int line) {
        return new TemplateException(new Problem("", message, line));
    }

    static TemplateException twice(String key, int line) {
        return refused("The key `" + Numbers.shortened(key) + "` stands here twice", line);
    }

    static TemplateException tooDeep(int line) {
        return refused("The template is nested deeper than " + MAX_DEPTH + " levels", line);
    }

    static TemplateException tooMany(int line) {
        return refused("The template has more than " + MAX_VALUES + " values", line);
    }
}
