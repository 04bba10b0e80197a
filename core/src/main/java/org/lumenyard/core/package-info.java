/**
 * The farm's rules, as plain values: no input or output, no thread, no clock, no chance, no
 * framework. Time and the outside's identities come in with each command.
 *
 * <p>{@link org.lumenyard.core.Farm} routes; a rule lives with the thing that it is about. A
 * command yields changes (what became true and is to be committed), effects (what the outside
 * should do, and may forget) and a reply.
 */
@NullMarked
package org.lumenyard.core;

import org.jspecify.annotations.NullMarked;
