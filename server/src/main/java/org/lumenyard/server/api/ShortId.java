package org.lumenyard.server.api;

import java.util.OptionalLong;

/** Numbers that name things, as short text for people and addresses: base 36. */
public final class ShortId {
    private ShortId() {}

    public static String of(long number) {
        return Long.toString(number, 36);
    }

    /** The number; empty for what is no id of ours. */
    public static OptionalLong read(String text) {
        if (!text.matches("[0-9a-z]{1,13}")) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text, 36));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
