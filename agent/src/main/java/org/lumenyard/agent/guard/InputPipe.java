package org.lumenyard.agent.guard;

import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A named pipe to a command's standard input, which is needed because the guard reads its own.
 *
 * <p>Opening either end of such a pipe waits for the other one, and a command that reads before
 * there is a writer sees the end of the file. So a keeper holds both ends until the command has its
 * own: nobody waits, and if the command never starts, nothing stays open.
 */
final class InputPipe implements Closeable {
    private final Path path;
    private final RandomAccessFile keeper;
    private final FileOutputStream writer;

    private InputPipe(Path path, RandomAccessFile keeper, FileOutputStream writer) {
        this.path = path;
        this.keeper = keeper;
        this.writer = writer;
    }

    static InputPipe open(Path path) throws IOException {
        Files.deleteIfExists(path);
        if (!Kernel.makeFifo(path)) throw new IOException("cannot make the named pipe " + path);
        var keeper =
                new RandomAccessFile(
                        path.toFile(), "rw"); // reading and writing, Linux does not wait
        return new InputPipe(path, keeper, new FileOutputStream(path.toFile()));
    }

    Path path() {
        return path;
    }

    OutputStream writer() {
        return writer;
    }

    /** The command has its end now: from here on its death breaks the pipe, as it should. */
    void handOver() throws IOException {
        keeper.close();
        Files.deleteIfExists(path);
    }

    @Override
    public void close() throws IOException {
        handOver();
        writer.close();
    }
}
