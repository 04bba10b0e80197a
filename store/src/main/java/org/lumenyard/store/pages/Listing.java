package org.lumenyard.store.pages;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list.
 *
 * @param next the cursor of the page after this one; null on the last
 */
public record Listing<T>(List<T> rows, @Nullable String next) {
    /**
     * Of one row more than is shown, if there are so many: that one says only that there is more.
     */
    static <T> Listing<T> of(List<T> rows, int limit, Function<T, Cursor> cursor) {
        if (rows.size() <= limit) return new Listing<>(List.copyOf(rows), null);
        List<T> shown = List.copyOf(rows.subList(0, limit));
        return new Listing<>(shown, cursor.apply(shown.getLast()).toString());
    }
}
