package org.lumenyard.server.api;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.lumenyard.store.StoreFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes everything that goes wrong as a problem document (RFC 9457), also what the web server
 * finds wrong before any of our code has seen the request. Never a stack trace.
 */
final class Problems {
    private static final String MEDIA_TYPE = "application/problem+json";
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private Problems() {}

    static void install(JavalinConfig config) {
        config.routes.exception(Problem.class, (problem, ctx) -> write(ctx, problem));
        config.routes.exception(
                HttpResponseException.class, (e, ctx) -> write(ctx, of(e.getStatus())));
        config.routes.exception(
                StoreFailure.class, (e, ctx) -> write(ctx, unavailable(e.getMessage())));
        config.routes.exception(Exception.class, Problems::unexpected);
        config.routes.error(404, ctx -> completeEmpty(ctx, 404));
        config.routes.error(405, ctx -> completeEmpty(ctx, 405));
        config.jetty.modifyServer(server -> server.setErrorHandler(Problems::early));
    }

    private static void unexpected(Exception e, Context ctx) {
        if (e instanceof IOException || e.getCause() instanceof TimeoutException) {
            // The client went away; there is nobody to tell.
            LOG.debug(
                    "{} {} was not read or answered in full: {}",
                    ctx.method(),
                    ctx.path(),
                    e.toString());
        } else {
            LOG.error("{} {} failed", ctx.method(), ctx.path(), e);
        }
        write(
                ctx,
                Problem.of(
                        500, "internal", "The server failed on this request; its log says more."));
    }

    private static void completeEmpty(Context ctx, int status) {
        String said = ctx.res().getContentType();
        if (said == null || !said.startsWith(MEDIA_TYPE)) {
            write(ctx, of(status));
        }
    }

    /** A store that cannot be read or written now. */
    static Problem unavailable(@Nullable String why) {
        return Problem.of(503, "storage_unavailable", String.valueOf(why)).with("Retry-After", "2");
    }

    private static Problem of(int status) {
        return switch (status) {
            case 404 -> Problem.of(404, "not_found", "There is nothing at this address.");
            case 405 ->
                    Problem.of(
                            405, "method_not_allowed", "This address does not take that method.");
            case 413 -> Problem.of(413, "too_large", "The request is too large.");
            case 415 -> Problem.of(415, "bad_media_type", "This address takes another media type.");
            default ->
                    Problem.of(
                            status,
                            status < 500 ? "bad_request" : "internal",
                            HttpStatus.getMessage(status) + ".");
        };
    }

    static void write(Context ctx, Problem problem) {
        if (ctx.res().isCommitted()) {
            return;
        }
        problem.headers().forEach(ctx::header);
        ctx.status(problem.status()).contentType(MEDIA_TYPE).header("Cache-Control", "no-store");
        ctx.result(Json.bytes(document(problem)));
    }

    private static Map<String, Object> document(Problem problem) {
        var document = new LinkedHashMap<String, Object>();
        document.put("type", "/problems/" + problem.word());
        document.put("title", HttpStatus.getMessage(problem.status()));
        document.put("status", problem.status());
        document.put("detail", problem.detail());
        if (!problem.fields().isEmpty()) {
            List<Problem.Field> fields = problem.fields();
            document.put("errors", fields);
        }
        return document;
    }

    /** What Jetty itself refuses: a malformed address, header or request line. */
    private static boolean early(Request request, Response response, Callback callback) {
        int status = response.getStatus() >= 400 ? response.getStatus() : 500;
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, MEDIA_TYPE);
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        Content.Sink.write(response, true, Json.text(document(of(status))), callback);
        return true;
    }
}
