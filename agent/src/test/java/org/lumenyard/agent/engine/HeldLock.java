package org.lumenyard.agent.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A kernel lock held by another process, util-linux's {@code flock}. */
record HeldLock(Process holder) implements AutoCloseable {
    static HeldLock take(Path file) throws IOException {
        var holder =
                new ProcessBuilder(
                                List.of(
                                        "flock",
                                        "-n",
                                        file.toString(),
                                        "sh",
                                        "-c",
                                        "echo held; exec cat"))
                        .start();
        int first = holder.getInputStream().read();
        if (first != 'h') {
            throw new IOException("could not take " + file);
        }
        return new HeldLock(holder);
    }

    boolean isHeld() {
        return holder.isAlive();
    }

    @Override
    public void close() throws IOException {
        holder.getOutputStream().close();
        holder.destroy();
    }
}
