package org.lumenyard.server.api;

import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lumenyard.server.bulk.MediaTypes;
import org.lumenyard.server.bulk.OutputFiles;

/** Sends a file, or the range of it that was asked for: films are played in ranges. */
final class OutputSender {
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");
    private static final long CHUNK = 1 << 20;

    private OutputSender() {}

    /** From the first byte to the last, inclusive. */
    private record Range(long first, long last) {
        long length() {
            return last - first + 1;
        }
    }

    static void send(Context ctx, Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            String asked = ctx.header("Range");
            Matcher matcher = asked == null ? null : RANGE.matcher(asked);
            Range range =
                    matcher != null && matcher.matches()
                            ? range(matcher, size)
                            : new Range(0, size - 1);
            if (range == null) {
                throw Problem.of(416, "bad_range", "The file has " + size + " bytes.")
                        .with("Content-Range", "bytes */" + size);
            }
            HttpServletResponse response = ctx.res();
            boolean part = range.length() < size;
            ctx.disableCompression();
            response.setStatus(part ? 206 : 200);
            if (part) {
                response.setHeader(
                        "Content-Range",
                        "bytes " + range.first() + "-" + range.last() + "/" + size);
            }
            head(response, file, range.length());
            copy(channel, range, response.getOutputStream());
        }
    }

    private static @Nullable Range range(Matcher matcher, long size) {
        String from = matcher.group(1);
        String to = matcher.group(2);
        if (from.isEmpty() && to.isEmpty()) {
            return new Range(0, size - 1);
        }
        long first = from.isEmpty() ? Math.max(0, size - Long.parseLong(to)) : Long.parseLong(from);
        long last =
                from.isEmpty() || to.isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(to));
        return first > last ? null : new Range(first, last);
    }

    private static void head(HttpServletResponse response, Path file, long length) {
        String name = file.getFileName().toString();
        var shown = MediaTypes.shown(name);
        String escaped = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        response.setContentType(shown.orElse("application/octet-stream"));
        response.setHeader(
                "Content-Disposition",
                (shown.isPresent() ? "inline" : "attachment") + "; filename*=UTF-8''" + escaped);
        response.setHeader("Content-Security-Policy", OutputFiles.POLICY);
        response.setHeader("Accept-Ranges", "bytes");
        response.setHeader("Cache-Control", "private, no-cache");
        response.setContentLengthLong(length);
    }

    private static void copy(FileChannel channel, Range range, OutputStream out)
            throws IOException {
        var to = Channels.newChannel(out);
        for (long at = range.first(); at <= range.last(); ) {
            long sent = channel.transferTo(at, Math.min(CHUNK, range.last() - at + 1), to);
            if (sent <= 0) {
                throw new IOException("the file became shorter");
            }
            at += sent;
        }
    }
}
