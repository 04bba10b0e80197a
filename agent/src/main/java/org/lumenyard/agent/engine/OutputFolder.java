package org.lumenyard.agent.engine;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The folder that outputs go to, made and tried before anything is rendered for it. */
final class OutputFolder {
    private OutputFolder() {}

    /** Makes the folder with its parents where missing. */
    static void prepare(Path folder) throws WorkFailed {
        try {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException file) {
            throw refused(folder, "there is a file of that name");
        } catch (FileSystemException failed) {
            throw because(folder, failed);
        } catch (IOException failed) {
            throw refused(folder, String.valueOf(failed.getMessage()));
        }
        if (!Files.isWritable(folder)) {
            throw refused(folder, "no permission to write");
        }
    }

    private static WorkFailed because(Path folder, FileSystemException failed) {
        String why = textOf(failed.getReason(), failed);
        if (why.contains("No space left") || why.contains("quota")) {
            return new WorkFailed(Reason.DISK_FULL, "The disk of " + folder + " is full.");
        }
        return refused(folder, why.toLowerCase(Locale.ROOT));
    }

    private static String textOf(@Nullable String reason, FileSystemException failed) {
        if (reason != null) {
            return reason;
        }
        return switch (failed) {
            case java.nio.file.AccessDeniedException denied -> "no permission to write";
            case java.nio.file.NoSuchFileException missing -> "its parent cannot be made";
            default -> "it cannot be made";
        };
    }

    private static WorkFailed refused(Path folder, String why) {
        return new WorkFailed(
                Reason.OUTPUT_FOLDER,
                "The output folder " + folder + " cannot be written: " + why + ".");
    }
}
