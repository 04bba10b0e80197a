/**
 * Engines: code that drives one kind of program each.
 *
 * <p>An {@link org.lumenyard.agent.engine.Engine} turns a {@link org.lumenyard.agent.engine.Work}
 * into processes on a {@link org.lumenyard.agent.engine.Bench}, reads their progress, tells their
 * failures in one plain sentence, and checks what they wrote. It writes parts only: the agent gives
 * them their final names, after it has made sure that the work is still its own.
 */
@NullMarked
package org.lumenyard.agent.engine;

import org.jspecify.annotations.NullMarked;
