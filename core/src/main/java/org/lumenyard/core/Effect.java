package org.lumenyard.core;

/**
 * What the outside should do now. A hint: every effect can be worked out again from the farm's
 * state.
 */
public sealed interface Effect {
    NodeId node();

    /**
     * Whether it means this life of its node. A life may end in the batch that had work started in
     * it: whoever lives then must not be told.
     */
    default boolean isFor(long incarnation) {
        return true;
    }

    /**
     * @param coldStart whether the run's instance is a new one, to be loaded first
     */
    record Start(Run run, boolean coldStart) implements Effect {
        @Override
        public NodeId node() {
            return run.node();
        }

        @Override
        public boolean isFor(long incarnation) {
            return run.incarnation() == incarnation;
        }
    }

    record Kill(NodeId node, RunId run, String why) implements Effect {}

    /** The run is wanted back if it has not begun; if it has, it goes on. */
    record Revoke(NodeId node, RunId run) implements Effect {}

    record StopInstance(NodeId node, InstanceId instance) implements Effect {}

    /** This life of the agent is over: it is to be told, if it still listens. */
    record Fence(NodeId node, long incarnation, String why) implements Effect {}
}
