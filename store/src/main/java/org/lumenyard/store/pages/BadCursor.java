package org.lumenyard.store.pages;

/** A text that is no cursor of this list. */
public final class BadCursor extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    BadCursor(String cursor) {
        super("This is not a cursor of this list: " + cursor);
    }
}
