package org.lumenyard.agent.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What engines do with files that are written but do not count yet. */
final class PartFile {
    private static final long NO_ROOM = 16 * 1024;

    private PartFile() {}

    /** Checks a picture; the sentence names it as it will be called. */
    static WholePicture checkPicture(Path part, Path target) throws WorkFailed {
        try {
            return PictureCheck.inspect(part);
        } catch (BadPicture bad) {
            if (diskIsFull(part)) {
                throw new WorkFailed(
                        Reason.DISK_FULL, "The disk of " + part.getParent() + " is full.");
            }
            throw new WorkFailed(
                    Reason.BAD_OUTPUT,
                    "The picture " + target.getFileName() + " " + bad.what() + ".");
        }
    }

    /**
     * Some programs (Blender 4.5 for one) leave a cut-off picture on a full disk and say nothing.
     */
    private static boolean diskIsFull(Path part) {
        try {
            return Files.exists(part) && Files.getFileStore(part).getUsableSpace() < NO_ROOM;
        } catch (IOException unknown) {
            return false;
        }
    }

    /**
     * Removes a file that is not good; what cannot be removed now is left to the agent's tidying.
     */
    static void discard(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException left) {
            // The name tells everybody that it does not count.
            return;
        }
    }
}
