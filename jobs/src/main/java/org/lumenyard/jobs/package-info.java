/**
 * Turns a submission into core's frozen plan: job types and templates, what is read from the scene,
 * which paths are allowed, what a task needs of its node. Everything that can be known to be wrong
 * is said here, all at once and with its place, before anything is stored.
 *
 * <p>{@link org.lumenyard.jobs.Planner} is the way in. Texts that plans are frozen in name their
 * format, so that a later release still reads them.
 */
@NullMarked
package org.lumenyard.jobs;

import org.jspecify.annotations.NullMarked;
