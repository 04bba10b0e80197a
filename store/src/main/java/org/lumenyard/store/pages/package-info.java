/**
 * What pages show, read from committed rows: records named for the page that asks, at most 1,000
 * rows each, continued by cursors. Every answer says the revision that it is of, so that a page can
 * follow the changes from there.
 */
@NullMarked
package org.lumenyard.store.pages;

import org.jspecify.annotations.NullMarked;
