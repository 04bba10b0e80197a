package org.lumenyard.server.api;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.lumenyard.server.loop.FarmLoop;

/** For those who watch over the server, and the contract itself. */
final class HealthApi {
    private final FarmLoop loop;

    HealthApi(FarmLoop loop) {
        this.loop = loop;
    }

    void live(Context ctx) {
        Answers.json(ctx, 200, Map.of("status", "up"));
    }

    void ready(Context ctx) {
        var trouble = loop.trouble();
        if (trouble.isPresent()) {
            throw Problems.unavailable(trouble.get());
        }
        Answers.json(ctx, 200, Map.of("status", "ready"));
    }

    void contract(Context ctx) throws IOException {
        try (InputStream in = HealthApi.class.getResourceAsStream("/openapi/openapi.yaml")) {
            if (in == null) {
                throw new IllegalStateException("the contract is part of the server");
            }
            ctx.contentType("application/yaml").result(in.readAllBytes());
        }
    }
}
