/**
 * Turns a submission into core's frozen plan: job types and templates, what is read from the scene,
 * which paths are allowed, what a task needs of its node. Everything that can be known to be wrong
 * is said here, before anything is stored.
 */
@NullMarked
package org.lumenyard.jobs;

import org.jspecify.annotations.NullMarked;
