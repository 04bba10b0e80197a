package org.lumenyard.cli;

import java.util.List;
import java.util.Set;

/** What an {@link EventStream} tells. */
public sealed interface FarmEvent {
    /** These have changed: read them again. Ids of jobs and of nodes. */
    record Changed(long revision, Set<String> jobs, Set<String> nodes) implements FarmEvent {}

    /** Too much has changed to say what: read everything again. */
    record Reset(long revision) implements FarmEvent {}

    /** How far running runs are. */
    record Telemetry(List<RunProgress> runs) implements FarmEvent {}

    /** The stream is there; also after each time it was lost. */
    record Connected() implements FarmEvent {}

    /** The stream is lost and will come back by itself. */
    record Away(String why) implements FarmEvent {}

    /** Nothing happened for as long as the caller wanted to wait. */
    record Silence() implements FarmEvent {}

    /**
     * How far one run is.
     *
     * @param progress from 0 to 1
     * @param text what its program says of it
     */
    record RunProgress(
            String run, String job, String step, long index, double progress, String text) {}
}
