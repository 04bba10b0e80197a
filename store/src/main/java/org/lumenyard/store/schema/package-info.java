/**
 * The tables, as classes generated from the migrations, and the words that stand in their state
 * columns.
 */
package org.lumenyard.store.schema;
