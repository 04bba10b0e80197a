package org.lumenyard.store.pages;

import java.util.List;
import org.lumenyard.core.LimitId;

/**
 * A limit and who holds seats of it.
 *
 * @param setAt when it was made or changed last, in milliseconds since the epoch
 * @param taken how many seats are held in all
 * @param holders the runs that hold them, the oldest first; not all where there are very many
 */
public record LimitLine(
        LimitId id,
        String name,
        long count,
        String note,
        long setAt,
        long taken,
        List<Holder> holders) {

    /** A run with the seats that it holds. */
    public record Holder(RunLine run, long seats) {}
}
