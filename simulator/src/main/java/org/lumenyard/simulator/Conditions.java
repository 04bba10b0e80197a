package org.lumenyard.simulator;

/**
 * What holds for the whole time of trouble, beside the faults that strike. Times in milliseconds.
 *
 * @param pauseMost the longest pause between two faults
 * @param loss how likely a message is lost, and its connection with it
 * @param diskMost the slowest write on an agent's disk
 * @param commitMost the slowest commit; 0 when all are instant
 * @param guardLateMost how late a guard may get processor time
 * @param killMost how long the death of a killed tree may take
 * @param taskMost the longest of the usual tasks
 * @param hangs how likely a task never ends by itself
 * @param worstMoments how likely a person gives an order at the worst moment: when a run has just
 *     been placed and is not yet sent, when a node joins, when an agent says hello
 */
record Conditions(
        long pauseMost,
        double loss,
        long diskMost,
        long commitMost,
        long guardLateMost,
        long killMost,
        long taskMost,
        double hangs,
        double worstMoments) {

    static final Conditions FAIR = new Conditions(2_500, 0, 15, 0, 0, 60, 3_000, 0, 0);

    Conditions pausing(long most) {
        return new Conditions(
                most,
                loss,
                diskMost,
                commitMost,
                guardLateMost,
                killMost,
                taskMost,
                hangs,
                worstMoments);
    }

    Conditions losing(double share) {
        return new Conditions(
                pauseMost,
                share,
                diskMost,
                commitMost,
                guardLateMost,
                killMost,
                taskMost,
                hangs,
                worstMoments);
    }

    /** Disks and processors that take their time, up to what the leases' margin allows for. */
    Conditions stalling(long disk, long commit, long guardLate) {
        return new Conditions(
                pauseMost, loss, disk, commit, guardLate, killMost, taskMost, hangs, worstMoments);
    }

    Conditions slowing(long kill, long task, double hanging) {
        return new Conditions(
                pauseMost,
                loss,
                diskMost,
                commitMost,
                guardLateMost,
                kill,
                task,
                hanging,
                worstMoments);
    }

    Conditions ordering(double share) {
        return new Conditions(
                pauseMost,
                loss,
                diskMost,
                commitMost,
                guardLateMost,
                killMost,
                taskMost,
                hangs,
                share);
    }
}
