package org.lumenyard.agent;

/** What remains of a run after its end, until the server has it. */
final class Result {
    enum Stage {
        /** Being written to disk. */
        SPOOLING,
        /** Its files are being given their names. */
        PUBLISHING,
        /** Among the reports to the server. */
        REPORTED,
        /** Of an earlier life: whether it still counts is for the server to say. */
        HELD
    }

    FinalReport report;

    /** The instance that the run used; 0 without one. */
    final long instance;

    Stage stage;
    boolean onDisk;

    /** The server does not know the run any more: nothing of it shall count. */
    boolean dropped;

    Result(FinalReport report, long instance, Stage stage, boolean onDisk) {
        this.report = report;
        this.instance = instance;
        this.stage = stage;
        this.onDisk = onDisk;
    }

    boolean isAtDisk() {
        return stage == Stage.SPOOLING || stage == Stage.PUBLISHING;
    }
}
