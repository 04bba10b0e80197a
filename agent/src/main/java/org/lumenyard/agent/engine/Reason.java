package org.lumenyard.agent.engine;

import java.util.Locale;

/** Why a run failed, for machines. People read {@link Result.Failed#sentence}. */
public enum Reason {
    /** The job's settings cannot be followed: the same on every node. */
    BAD_SETTINGS,
    /** The program is not installed here, or does not start. */
    PROGRAM_MISSING,
    /** An input is not there or cannot be read. */
    MISSING_FILE,
    /** The scene file is damaged, of another kind, or cannot be rendered as it is. */
    BAD_SCENE,
    /** A script or driver of the scene raised an error. */
    SCRIPT_ERROR,
    /** The scene has scripts or drivers, and the job does not allow them. */
    SCRIPTS_BLOCKED,
    /** A GPU was asked for and is not there. */
    GPU_MISSING,
    /** The graphics card has no memory left for this. */
    GPU_OUT_OF_MEMORY,
    /** The graphics card or its driver failed at work. */
    GPU_FAILED,
    /** The output folder cannot be made or written. */
    OUTPUT_FOLDER,
    /** The disk of the output is full. */
    DISK_FULL,
    /** The output is missing, cut off, undecodable or of the wrong size. */
    BAD_OUTPUT,
    /** The program got no licence. */
    LICENCE,
    /** The kernel killed the program for memory, or it said itself that there was none. */
    OUT_OF_MEMORY,
    /** Somebody or something killed the program. */
    KILLED,
    /** The program crashed. */
    CRASHED,
    /** The program ended with a code other than 0, or said that it failed. */
    PROGRAM_FAILED,
    /** Nothing came of it for so long that it was ended. */
    STALLED,
    /** It took longer than the job allows. */
    TIME_LIMIT,
    /**
     * A frame was being rendered by somebody else at the same time; only tests ask for this check.
     */
    TWICE_AT_ONCE;

    /** The stable code used in reports: {@code disk_full}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
