package org.lumenyard.agent.engine;

import java.util.List;

/** Code that drives one kind of program: Blender, ffmpeg, any command, the test pattern. */
public interface Engine {
    /** The name that templates use, such as {@code blender}. */
    String name();

    /**
     * Looks for the programs of this engine. Called at the agent's start and when somebody asks for
     * a new look; takes at most a few seconds. What is found here is what {@link #run} will use.
     *
     * @return what is installed; empty when this engine cannot work on this host
     */
    List<Installation> discover(Host host);

    /**
     * Does the work and blocks until it is done or has failed. Bad settings and failing programs
     * are a {@link Result.Failed}, never an exception.
     *
     * @throws InterruptedException when the calling thread is interrupted, which cancels the work;
     *     every process that this call started has then been told to end
     */
    Result run(Work work, Bench bench) throws InterruptedException;
}
