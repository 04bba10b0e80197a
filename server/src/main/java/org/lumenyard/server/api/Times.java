package org.lumenyard.server.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Moments as RFC 3339 in UTC. */
final class Times {
    private Times() {}

    static String text(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    /** Null and 0, which no moment of ours is, stay away from the answer. */
    static @Nullable String textOrNull(@Nullable Long millis) {
        return millis == null || millis == 0 ? null : text(millis);
    }

    static @Nullable Double seconds(long millis) {
        return millis == 0 ? null : millis / 1000.0;
    }
}
