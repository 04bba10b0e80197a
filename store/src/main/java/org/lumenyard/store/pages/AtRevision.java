package org.lumenyard.store.pages;

/**
 * An answer and the revision that it is of.
 *
 * @param revision of the last batch that the answer knows
 */
public record AtRevision<T>(long revision, T value) {}
