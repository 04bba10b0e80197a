package org.lumenyard.server.api;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads the parts of a request that are not fields of a JSON body, and checks them. */
final class Requests {
    /** The longest JSON body, in bytes. */
    static final int MOST_JSON = 4 << 20;

    private static final int MOST_DRAINED = 64 << 20;

    private Requests() {}

    /** The body as the fields of a JSON object. */
    static Fields fields(Context ctx) {
        String type = ctx.contentType();
        if (type != null && !type.startsWith("application/json")) {
            throw Problem.of(415, "bad_media_type", "The body has to be application/json.");
        }
        return new Fields(bytes(ctx, MOST_JSON));
    }

    /**
     * The whole body.
     *
     * @throws Problem when it is longer than {@code most} bytes
     */
    static byte[] bytes(Context ctx, int most) {
        try {
            InputStream in = ctx.req().getInputStream();
            boolean announced = ctx.req().getContentLengthLong() > most;
            byte[] bytes = announced ? new byte[0] : in.readNBytes(most + 1);
            if (announced || bytes.length > most) {
                // A client that is still sending would not see the answer.
                drain(in);
                throw tooLarge(most);
            }
            return bytes;
        } catch (IOException e) {
            throw Problem.of(400, "cut_off", "The body was cut off.");
        }
    }

    private static void drain(InputStream in) throws IOException {
        var scratch = new byte[1 << 16];
        int read = 0;
        for (long drained = 0; read >= 0 && drained < MOST_DRAINED; drained += read) {
            read = in.read(scratch);
        }
    }

    private static Problem tooLarge(int most) {
        return Problem.of(413, "too_large", "The body may have at most " + most + " bytes.")
                .with("Connection", "close");
    }

    /** The number that a short id in the path stands for. */
    static long id(Context ctx, String name) {
        String text = ctx.pathParam(name);
        return ShortId.read(text).orElseThrow(() -> Problem.unknown(name, text));
    }

    static OptionalLong number(Context ctx, String name, long least, long most) {
        String text = ctx.queryParam(name);
        if (text == null) {
            return OptionalLong.empty();
        }
        try {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return OptionalLong.of(value);
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw wrong(name, "has to be a whole number from " + least + " to " + most);
    }

    static Optional<String> text(Context ctx, String name, int most) {
        String text = ctx.queryParam(name);
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        if (text.length() > most || !Fields.storable(text) || text.indexOf('\uFFFD') >= 0) {
            throw wrong(name, "has to be valid text of at most " + most + " characters");
        }
        return Optional.of(text);
    }

    static boolean flag(Context ctx, String name) {
        @Nullable String text = ctx.queryParam(name);
        if (text == null || text.equals("false")) {
            return false;
        }
        if (text.equals("true") || text.isEmpty()) {
            return true;
        }
        throw wrong(name, "has to be true or false");
    }

    static int limit(Context ctx) {
        return (int) number(ctx, "limit", 1, 1_000).orElse(100);
    }

    static Problem wrong(String name, String message) {
        return Problem.of(
                400,
                "bad_request",
                name + " " + message + ".",
                List.of(new Problem.Field(name, message)));
    }
}
