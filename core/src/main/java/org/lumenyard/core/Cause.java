package org.lumenyard.core;

/**
 * What kind of thing ended a run: the many reasons that agents report, put into the few groups that
 * a rule or a person tells apart.
 */
public enum Cause {
    /** An input is not there or cannot be read. */
    MISSING_FILE("a missing file"),
    /** The machine had no memory left. A graphics card's memory is {@link #GPU}. */
    OUT_OF_MEMORY("a lack of memory"),
    /** The program got no licence. */
    LICENCE("a missing licence"),
    /** The graphics card is not there, has no memory left, or failed. */
    GPU("the graphics card"),
    /** The program crashed, or something killed it. */
    CRASHED("a crash"),
    /** It stood still, or passed its time limit. */
    STALLED("work that took too long"),
    /** What came out is not whole, or not what a picture should be. */
    BAD_OUTPUT("a bad output"),
    /** There is no room, or no place, to write to. */
    NO_DISK("no place to write"),
    /** The scene cannot be rendered as it is. */
    SCENE("the scene"),
    /** The job's settings cannot be followed: the same on every node. */
    SETTINGS("the job's settings"),
    /** The program is missing, or ended with an error of its own. */
    PROGRAM("the program"),
    /** Ended from outside, through nothing that the task did: by order, or with its node. */
    STOPPED("an end from outside"),
    /** Anything else, and every word that is not known here. */
    OTHER("something else");

    private final String words;

    Cause(String words) {
        this.words = words;
    }

    /**
     * The group of a reason, for any text: newer agents may report words that are not known here.
     *
     * @param reason an {@link Outcome#reason}
     */
    public static Cause of(String reason) {
        return switch (reason) {
            case "missing_file" -> MISSING_FILE;
            case "out_of_memory" -> OUT_OF_MEMORY;
            case "licence" -> LICENCE;
            case "gpu_missing", "gpu_out_of_memory", "gpu_failed" -> GPU;
            case "crashed", "killed" -> CRASHED;
            case "stalled", "time_limit" -> STALLED;
            case "bad_output" -> BAD_OUTPUT;
            case "disk_full", "output_folder", "agent_disk" -> NO_DISK;
            case "bad_scene", "script_error", "scripts_blocked" -> SCENE;
            case "bad_settings" -> SETTINGS;
            case "program_missing", "program_failed" -> PROGRAM;
            case "stopped",
                    "cancelled",
                    "revoked",
                    "never_started",
                    "not_known",
                    "agent_stopped",
                    "lease_ended",
                    "guard_killed",
                    "lost" ->
                    STOPPED;
            default -> OTHER;
        };
    }

    /** For sentences, to stand after "because of" or "for": {@code a missing file}. */
    public String words() {
        return words;
    }
}
