package org.lumenyard.store.pages;

import java.util.function.Function;
import org.jooq.DSLContext;

/** Runs queries beside the writer, each in a transaction that is over when its answer is there. */
public interface Reading {
    /** What the query answers; it must not keep what it was given. */
    <T> T read(Function<DSLContext, T> query);

    /** The same, with the revision that the transaction sees. */
    <T> AtRevision<T> readAt(Function<DSLContext, T> query);
}
