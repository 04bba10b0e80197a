package org.lumenyard.store.pages;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.JobState;

/**
 * Which jobs to list.
 *
 * @param states any of these; all when empty
 * @param user whose; null for everybody's
 * @param text part of the name, in upper or lower case; null for any
 * @param cursor of an earlier answer to the same query; null for the first page
 * @param limit at most 1,000
 * @param archived the archived ones, and no others; they are in no other list
 */
public record JobsQuery(
        Set<JobState> states,
        @Nullable String user,
        @Nullable String text,
        Order order,
        boolean descending,
        @Nullable String cursor,
        int limit,
        boolean archived) {

    /** What to sort by; jobs that are equal in it are sorted by submission. */
    public enum Order {
        SUBMITTED,
        NAME,
        USER,
        PRIORITY,
        STATE
    }

    /** Of jobs that are not archived. */
    public JobsQuery(
            Set<JobState> states,
            @Nullable String user,
            @Nullable String text,
            Order order,
            boolean descending,
            @Nullable String cursor,
            int limit) {
        this(states, user, text, order, descending, cursor, limit, false);
    }

    /** The newest jobs. */
    public static JobsQuery newest(int limit) {
        return new JobsQuery(Set.of(), null, null, Order.SUBMITTED, true, null, limit);
    }

    /** The page after one whose answer gave this cursor. */
    public JobsQuery after(@Nullable String next) {
        return new JobsQuery(states, user, text, order, descending, next, limit, archived);
    }
}
