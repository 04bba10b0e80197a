package org.lumenyard.server.api;

import io.javalin.http.Context;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.lumenyard.core.Reply;
import org.lumenyard.server.loop.Answer;

/** Writes answers, and makes problems of the loop's refusals. */
final class Answers {
    static final String REVISION = "Lumenyard-Revision";

    private Answers() {}

    static void json(Context ctx, int status, Object value) {
        ctx.status(status).contentType("application/json").header("Cache-Control", "no-store");
        ctx.result(Json.bytes(value));
    }

    static void json(Context ctx, long revision, Object value) {
        ctx.header(REVISION, Long.toString(revision));
        json(ctx, 200, value);
    }

    /**
     * Waits for the loop.
     *
     * @throws Problem when the farm refused or nothing could be stored
     */
    static Answer.Replied await(CompletableFuture<Answer> asked) {
        Answer.Replied replied =
                switch (now(asked)) {
                    case Answer.Replied r -> r;
                    case Answer.CannotStore c ->
                            throw Problem.of(
                                    422, "cannot_store", "This cannot be stored: " + c.why());
                    case Answer.Unavailable u ->
                            throw Problem.of(503, u.word(), u.why())
                                    .with(
                                            "Retry-After",
                                            Long.toString(Math.max(1, u.retryAfter().toSeconds())));
                };
        if (replied.reply() instanceof Reply.Refused refused) {
            throw refused(refused);
        }
        return replied;
    }

    private static Answer now(CompletableFuture<Answer> asked) {
        try {
            return asked.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.of(503, "stopping", "The server is stopping.");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Problem refused(Reply.Refused refused) {
        int status =
                switch (refused.reason()) {
                    case UNKNOWN_JOB, UNKNOWN_STEP, UNKNOWN_TASK, UNKNOWN_NODE, UNKNOWN_LIMIT ->
                            404;
                    case JOB_FINISHED,
                            JOB_UNFINISHED,
                            TASK_RUNNING,
                            NOTHING_TO_RETRY,
                            STALE_INCARNATION,
                            NOT_SWEPT,
                            LIMIT_HELD ->
                            409;
                };
        String detail = refused.detail();
        String sentence =
                detail.isEmpty()
                        ? "Refused."
                        : Character.toUpperCase(detail.charAt(0)) + detail.substring(1) + ".";
        return Problem.of(status, refused.reason().name().toLowerCase(Locale.ROOT), sentence);
    }
}
