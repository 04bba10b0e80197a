package org.lumenyard.store.pages;

import org.jspecify.annotations.Nullable;

/**
 * Where a list goes on: after the row with this number, and where the list is sorted by something
 * else first, with this value. As text it is the number, or the number, a tilde and the value.
 */
record Cursor(long id, @Nullable String value) {
    static @Nullable Cursor of(@Nullable String text) {
        if (text == null) return null;
        int tilde = text.indexOf('~');
        try {
            return tilde < 0
                    ? new Cursor(Long.parseLong(text), null)
                    : new Cursor(
                            Long.parseLong(text.substring(0, tilde)), text.substring(tilde + 1));
        } catch (NumberFormatException e) {
            throw new BadCursor(text);
        }
    }

    String valueOrRefuse() {
        if (value == null) throw new BadCursor(toString());
        return value;
    }

    long numberOrRefuse() {
        try {
            return Long.parseLong(valueOrRefuse());
        } catch (NumberFormatException e) {
            throw new BadCursor(toString());
        }
    }

    @Override
    public String toString() {
        return value == null ? Long.toString(id) : id + "~" + value;
    }
}
