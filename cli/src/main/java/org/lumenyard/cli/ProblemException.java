package org.lumenyard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The server's no: its problem document (RFC 9457), as the contract describes it. */
public final class ProblemException extends FarmClient.Failed {
    private static final long serialVersionUID = 1;

    /**
     * One thing that is wrong with a request.
     *
     * @param path where, such as {@code parameters.Frames}
     */
    public record Fault(String path, String message) {}

    private final transient JsonNode document;
    private final int status;
    private final long retryAfterSeconds;

    private ProblemException(
            JsonNode document, int status, String sentence, long retryAfterSeconds) {
        super(sentence);
        this.document = document;
        this.status = status;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /**
     * Makes one of an answer.
     *
     * @param body what came: anything, if something else than the server answered
     * @param retryAfter when the same request may be sent again, in seconds, if that was said
     */
    static ProblemException of(int status, JsonNode body, OptionalLong retryAfter) {
        JsonNode document = body.hasNonNull("title") ? body : plain(status);
        String title = document.path("title").asText();
        String sentence =
                document.path("detail").asText("").isBlank()
                        ? title + "."
                        : document.path("detail").asText();
        return new ProblemException(document, status, sentence, retryAfter.orElse(-1));
    }

    private static JsonNode plain(int status) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "/problems/not_lumenyard")
                .put("title", "Answer " + status + " without a reason")
                .put("status", status)
                .put(
                        "detail",
                        "The answer was "
                                + status
                                + ", and not in Lumenyard's words: is this its address?");
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The stable word at the end of the problem's type, such as {@code unknown_job}. */
    public String word() {
        String type = document.path("type").asText("");
        return type.substring(type.lastIndexOf('/') + 1);
    }

    /** The kind of problem in a few words. */
    public String title() {
        return document.path("title").asText();
    }

    /** What happened and what to do about it. */
    public String detail() {
        return String.valueOf(getMessage());
    }

    /** Each thing that is wrong with the request; often none. */
    public List<Fault> errors() {
        var faults = new ArrayList<Fault>();
        for (JsonNode error : document.path("errors")) {
            faults.add(new Fault(error.path("path").asText(), error.path("message").asText()));
        }
        return faults;
    }

    /** The whole document. */
    public JsonNode document() {
        return document;
    }

    OptionalLong retryAfterSeconds() {
        return retryAfterSeconds < 0 ? OptionalLong.empty() : OptionalLong.of(retryAfterSeconds);
    }
}
