package org.lumenyard.server.link;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/** Makes what agents say fit for every database: no NUL, no half characters, no endless text. */
final class Storable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Storable() {}

    static String text(@Nullable String said, int most) {
        if (said == null) {
            return "";
        }
        var kept = new StringBuilder(Math.min(said.length(), most));
        for (int i = 0; i < said.length() && kept.length() < most; ) {
            int c = said.codePointAt(i);
            i += Character.charCount(c);
            boolean bad = c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
            kept.appendCodePoint(bad ? 0xFFFD : c);
        }
        return kept.toString();
    }

    /** The text if it is a JSON object that fits, else an empty one. */
    static String json(@Nullable String said, int most) {
        if (said == null || said.length() > most) {
            return "{}";
        }
        try {
            var tree = JSON.readTree(said);
            // Written anew, so that what JSON can say in escapes is seen as what it is.
            return tree != null && tree.isObject() ? escaped(JSON.writeValueAsString(tree)) : "{}";
        } catch (JsonProcessingException e) {
            return "{}";
        }
    }

    /** A NUL stays escaped in JSON text; lone surrogates do not. */
    private static String escaped(String json) {
        return text(json.replace("\\u0000", "\\ufffd"), Integer.MAX_VALUE);
    }
}
