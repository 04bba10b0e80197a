package org.lumenyard.server.api;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Why a request was not done, as RFC 9457 says it. Thrown on the request's own thread and written
 * by {@link Problems}; it carries no stack trace, because it tells of the request and not of us.
 */
public final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** One field that is wrong. */
    public record Field(String path, String message) {}

    private final int status;
    private final String word;
    private final transient List<Field> fields;
    private final transient Map<String, String> headers;

    private Problem(
            int status,
            String word,
            String detail,
            List<Field> fields,
            Map<String, String> headers) {
        super(detail, null, false, false);
        this.status = status;
        this.word = word;
        this.fields = fields;
        this.headers = headers;
    }

    /**
     * @param word the stable end of the problem's type
     * @param detail what is wrong and what to do about it, for people
     */
    public static Problem of(int status, String word, String detail) {
        return new Problem(status, word, detail, List.of(), Map.of());
    }

    /** A problem with these fields of the request. */
    public static Problem of(int status, String word, String detail, List<Field> fields) {
        return new Problem(status, word, detail, List.copyOf(fields), Map.of());
    }

    /** A 404 whose word is {@code unknown_<what>}. */
    public static Problem unknown(String what, String id) {
        return of(404, "unknown_" + what, "There is no " + what + " " + Fields.shown(id) + ".");
    }

    /** The same problem, answered with one more header. */
    public Problem with(String header, String value) {
        var more = new HashMap<>(headers);
        more.put(header, value);
        return new Problem(status, word, detail(), fields, Map.copyOf(more));
    }

    public int status() {
        return status;
    }

    /** The stable end of the problem's type. */
    public String word() {
        return word;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    public List<Field> fields() {
        return fields;
    }

    public Map<String, String> headers() {
        return headers;
    }
}
