package org.lumenyard.agent;

import java.util.List;
import org.lumenyard.protocol.AgentMessage.Ended;

/**
 * A run's end as it is kept on disk until the server has it: what will be said, and which finished
 * files are to get their final names first.
 *
 * @param farm the farm that the run belongs to
 */
public record FinalReport(String farm, Ended ended, List<Publication> publications) {
    public FinalReport {
        publications = List.copyOf(publications);
    }

    /**
     * A verified file.
     *
     * @param part its path now
     * @param target the path that makes it count
     * @param bytes its size
     * @param modified when it was last written, in milliseconds since the epoch; negative when not
     *     known. Where the part is gone, a target of that size that is no older was published
     */
    public record Publication(String part, String target, long bytes, long modified) {}

    /** The run's id. */
    public long run() {
        return ended.run();
    }

    /** The same files with another ending to tell. */
    FinalReport endingAs(Ended other) {
        return new FinalReport(farm, other, publications);
    }
}
