/**
 * The job language: Open Job Description, schema 2023-09, as a library of its own.
 *
 * <p>{@link org.lumenyard.openjd.Template} reads a template and finds every fault in it; a {@link
 * org.lumenyard.openjd.JobTemplate} and parameter values make a {@link org.lumenyard.openjd.Job};
 * each of its steps has a {@link org.lumenyard.openjd.ParameterSpace} (its tasks, held as ranges)
 * and a {@link org.lumenyard.openjd.BoundScript} (what a task does). The library knows nothing of
 * farms; the one thing it adds to the standard is in {@code EngineExtension}.
 */
@NullMarked
package org.lumenyard.openjd;

import org.jspecify.annotations.NullMarked;
