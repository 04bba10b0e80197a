package org.lumenyard.server.bulk;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The few kinds of files that a browser may show inside our pages; all else is only for saving. */
public final class MediaTypes {
    private static final Map<String, String> SHOWN =
            Map.of(
                    "png", "image/png",
                    "jpg", "image/jpeg",
                    "jpeg", "image/jpeg",
                    "webp", "image/webp",
                    "mp4", "video/mp4");

    private MediaTypes() {}

    /** The type of a file that may be shown, by its name; empty for one that is only for saving. */
    public static Optional<String> shown(String fileName) {
        int point = fileName.lastIndexOf('.');
        return Optional.ofNullable(
                SHOWN.get(fileName.substring(point + 1).toLowerCase(Locale.ROOT)));
    }

    /** The type of a picture by its first bytes, whatever it is called. */
    public static Optional<String> ofPicture(byte[] bytes) {
        if (begins(bytes, 0, "\u0089PNG")) {
            return Optional.of("image/png");
        }
        if (begins(bytes, 0, "\u00ff\u00d8\u00ff")) {
            return Optional.of("image/jpeg");
        }
        if (begins(bytes, 0, "RIFF") && begins(bytes, 8, "WEBP")) {
            return Optional.of("image/webp");
        }
        return Optional.empty();
    }

    private static boolean begins(byte[] bytes, int at, String with) {
        byte[] wanted = with.getBytes(StandardCharsets.ISO_8859_1);
        return bytes.length >= at + wanted.length
                && Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length);
    }
}
