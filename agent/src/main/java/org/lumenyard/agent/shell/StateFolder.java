package org.lumenyard.agent.shell;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** The folder that an agent keeps everything in, locked for it alone. */
final class StateFolder implements AutoCloseable {
    private final Path path;
    private final FileChannel lockFile;

    private StateFolder(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /**
     * Makes the folder where missing and locks it.
     *
     * @throws FolderInUseException when another agent has it
     */
    static StateFolder open(Path path) throws IOException {
        Files.createDirectories(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        var lockFile =
                FileChannel.open(
                        path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(lockFile) == null) {
            String holder = holder(path);
            lockFile.close();
            throw new FolderInUseException(
                    "Another agent%s already runs on %s; give this one a folder of its own."
                            .formatted(holder.isEmpty() ? "" : ", process " + holder + ",", path));
        }
        Files.writeString(pidFile(path), ProcessHandle.current().pid() + "\n");
        var folder = new StateFolder(path, lockFile);
        for (Path each : new Path[] {folder.spool(), folder.work(), folder.engines()}) {
            Files.createDirectories(each);
        }
        return folder;
    }

    private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    private static String holder(Path path) {
        try {
            String text = Files.readString(pidFile(path)).strip();
            return text.matches("[0-9]+") ? text : "";
        } catch (IOException notYetWritten) {
            return "";
        }
    }

    /** Tells people and launchers which process to signal. */
    private static Path pidFile(Path path) {
        return path.resolve("agent.pid");
    }

    Path path() {
        return path;
    }

    Path identity() {
        return path.resolve("identity.json");
    }

    Path spool() {
        return path.resolve("spool");
    }

    /** A folder per run, with its log and its scratch files. */
    Path work() {
        return path.resolve("work");
    }

    Path work(long run) {
        return work().resolve(Long.toString(run));
    }

    Path engines() {
        return path.resolve("engines");
    }

    /** Whoever puts a file here asks the agent to look for programs at once. */
    Path lookRequest() {
        return path.resolve("look-again");
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(pidFile(path));
        lockFile.close();
    }
}
