package org.lumenyard.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A path of the API with what people typed in it made harmless.
 *
 * @param text as {@link FarmClient} takes it
 */
record Address(String text) {
    static Address of(String... segments) {
        var text = new StringBuilder();
        for (String segment : segments) text.append('/').append(encoded(segment));
        return new Address(text.toString());
    }

    /** With a parameter of the query; null adds nothing. */
    Address with(String name, @Nullable Object value) {
        if (value == null) return this;
        return new Address(
                text + (text.contains("?") ? '&' : '?') + name + '=' + encoded(value.toString()));
    }

    /** The address of an action, such as {@code /jobs/1f:hold}. */
    Address verb(String verb) {
        return new Address(text + ':' + verb);
    }

    private static String encoded(String text) {
        String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
        // Dots alone would be read as steps up and down.
        return encoded.matches("\\.+") ? encoded.replace(".", "%2E") : encoded;
    }
}
