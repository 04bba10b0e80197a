package org.lumenyard.server.api;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.lumenyard.server.auth.Secret;

/**
 * The dashboard's files, from the classpath. Unknown addresses without a dot are the page's own.
 */
final class Page {
    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("html", "text/html; charset=utf-8"),
                    Map.entry("js", "text/javascript; charset=utf-8"),
                    Map.entry("css", "text/css; charset=utf-8"),
                    Map.entry("svg", "image/svg+xml"),
                    Map.entry("png", "image/png"),
                    Map.entry("webp", "image/webp"),
                    Map.entry("jpg", "image/jpeg"),
                    Map.entry("ico", "image/x-icon"),
                    Map.entry("json", "application/json"),
                    Map.entry("map", "application/json"),
                    Map.entry("yaml", "application/yaml"),
                    Map.entry("webmanifest", "application/manifest+json"),
                    Map.entry("txt", "text/plain; charset=utf-8"),
                    Map.entry("woff2", "font/woff2"));

    /** Swagger UI, which the API's pages are made with, styles elements inline. */
    private static final String POLICY =
            "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:;"
                    + " style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none';"
                    + " form-action 'self'; frame-ancestors 'none'";

    private static final String WITHOUT_DASHBOARD =
            "<!doctype html><title>Lumenyard</title><p>The server runs. This build has no dashboard;"
                    + " the API is at <code>/api/v1</code>.";

    private record File(byte[] bytes, String tag) {}

    private final Map<String, Optional<File>> files = new ConcurrentHashMap<>();

    void serve(Context ctx) {
        String path = ctx.path().substring(1);
        boolean sound = path.matches("[A-Za-z0-9_./@-]*") && !path.contains("..");
        if (!sound) {
            throw Problem.of(404, "not_found", "There is nothing at this address.");
        }
        if (path.endsWith("/")) {
            path += "index.html";
        }
        String name = path.isEmpty() ? "index.html" : path;
        boolean ofPage = !name.substring(name.lastIndexOf('/') + 1).contains(".");
        Optional<File> file =
                ofPage ? file(name + "/index.html").or(() -> file("index.html")) : file(name);
        if (ofPage || name.equals("index.html")) {
            name = "index.html";
            file =
                    file.or(() ->
                            Optional.of(
                                    new File(
                                            WITHOUT_DASHBOARD.getBytes(StandardCharsets.UTF_8),
                                            "none")));
        }
        send(
                ctx,
                name,
                file.orElseThrow(
                        () -> Problem.of(404, "not_found", "There is nothing at this address.")));
    }

    private static void send(Context ctx, String name, File file) {
        boolean forever = name.startsWith("assets/");
        String tag = "\"" + file.tag() + "\"";
        ctx.header("Content-Security-Policy", POLICY)
                .header(
                        "Cache-Control",
                        forever ? "public, max-age=31536000, immutable" : "no-cache")
                .header("ETag", tag);
        if (tag.equals(ctx.header("If-None-Match"))) {
            ctx.status(304);
            return;
        }
        String ending = name.substring(name.lastIndexOf('.') + 1);
        ctx.contentType(TYPES.getOrDefault(ending, "application/octet-stream"));
        ctx.result(file.bytes());
    }

    private Optional<File> file(String name) {
        Optional<File> known = files.get(name);
        if (known != null) {
            return known;
        }
        Optional<File> found = load(name);
        // What does not exist is not remembered: there is no end of it.
        found.ifPresent(file -> files.put(name, found));
        return found;
    }

    private static Optional<File> load(String name) {
        try (InputStream in = Page.class.getResourceAsStream("/dashboard/" + name)) {
            if (in == null) {
                return Optional.empty();
            }
            byte[] bytes = in.readAllBytes();
            return Optional.of(new File(bytes, Secret.hash(bytes).substring(0, 16)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
